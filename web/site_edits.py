"""Risk sites added, changed and removed by who may edit wherever a site lies: for the pages and the API alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from geo_grid.access import Actor
from geo_grid.journal import NewChangeset
from geo_grid.publish import risk_site_summary
from geo_grid.risks import SiteDraft, add_site, change_site, read_site_parts, remove_site
from geo_grid.vocabulary import Action
from web.database import read, write_widely
from web.rounds import rounds_now
from web.session import actor

T = TypeVar("T")


def add(draft: SiteDraft) -> str:
    """The code of a new site."""
    who = actor()

    def work(conn: Connection) -> str:
        code = add_site(conn, draft)
        _demand_ground(conn, who, code)
        return code

    return _write(work, f"added the risk site {draft.name}")


def change(draft: SiteDraft) -> None:
    """Other words and, when one was drawn, another shape for a site; raises `NotFound`."""
    who = actor()
    read(risk_site_summary, draft.code)  # what lies wholly elsewhere answers like what does not exist

    def work(conn: Connection) -> None:
        _demand_ground(conn, who, draft.code)
        change_site(conn, draft)
        _demand_ground(conn, who, draft.code)

    _write(work, f"changed the risk site {draft.code}")


def remove(code: str, reason: str) -> None:
    """Take a site away; its past stays. Raises `NotFound` as `change` does."""
    who = actor()
    read(risk_site_summary, code)

    def work(conn: Connection) -> None:
        _demand_ground(conn, who, code)
        remove_site(conn, code)

    _write(work, f"removed the risk site {code}: {reason}")


def _demand_ground(conn: Connection, who: Actor, code: str) -> None:
    """Nothing when somebody may edit in every grid that a site touches; raises `Forbidden`."""
    rounds_now().demand(who, Action.EDIT_SITES, read_site_parts(conn).grounds().get(code, []))


def _write(work: Callable[[Connection], T], note: str) -> T:
    """What `work` answers, done under the name of who asks."""
    return write_widely(work, NewChangeset(actor().username, "edit", note))
