"""/me: what a grid worker needs on a phone: the grids, what is due, the visits, and the buttons to record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from geo_grid.access import account_named
from geo_grid.inspections import read_findings
from geo_grid.journal import NewChangeset
from geo_grid.publish import GridSummary, grid_summary
from geo_grid.staffing import demand_worker
from geo_grid.visits import links, read_visited, read_visits, set_worker_of_account
from geo_grid.vocabulary import Action
from web.access import needs
from web.database import look_up, read, write
from web.fields import field
from web.own import own_grids, own_worker
from web.rounds import Rounds, rounds_now
from web.session import actor

me = Blueprint("me", __name__)

MOST_SHOWN = 12
MOST_GRIDS = 12


@me.get("/me")
@needs(Action.OWN_ACCOUNT)
def own() -> str:
    """The page of whoever is signed in."""
    rounds, worker = rounds_now(), own_worker()
    grids = _grids(rounds, worker)
    duties = [
        one
        for one in rounds.duties
        if (one.keeper is not None and one.keeper.worker == worker)
        or (worker is None and grids and not grids.isdisjoint(rounds.chain(one.grid)))
    ]
    summaries = [read(grid_summary, code) for code in sorted(grids)[:MOST_GRIDS]]
    codes = {one.grid for one in duties} | grids
    return render_template(
        "me/own.html",
        rounds=rounds,
        worker=worker,
        grids=summaries,
        households=_households(rounds, summaries),
        more=max(0, len(grids) - MOST_GRIDS),
        duties=duties[:MOST_SHOWN],
        next=next((one for one in duties if actor().may(Action.INSPECT, rounds.chain(one.grid))), None),
        due=len(duties),
        late=sum(one.due_on < rounds.day for one in duties),
        findings=[one for one in read(read_findings) if one.is_open and one.grid in codes][:MOST_SHOWN],
        **_visits(rounds, worker),
    )


def _grids(rounds: Rounds, worker: str | None) -> frozenset[str]:
    """The grids in which the worker has a post today, else those of the account's roles."""
    held = {
        one.post.grid for one in rounds.ground.staff.assignments if one.worker == worker and one.holds_on(rounds.day)
    }
    return frozenset(grid for grid in held or own_grids() if grid in rounds.ground.net)


def _households(rounds: Rounds, grids: list[GridSummary]) -> int:
    """The households of the grids, those of a grid in another one counted once."""
    codes = {one.code for one in grids}
    return sum(one.households for one in grids if codes.isdisjoint(rounds.chain(one.code)[1:]))


def _visits(rounds: Rounds, worker: str | None) -> dict[str, Any]:
    """The worker's linked places and latest visits."""
    if worker is None:
        return {"links": [], "visits": []}
    parents = {code: parent for code, (_, parent) in rounds.ground.net.items()}
    found = links(rounds.ground.staff, read(read_visited), parents, rounds.day)
    return {
        "links": [one for one in found if one.worker == worker],
        "visits": read(read_visits, worker=worker, most=5),
    }


@me.post("/accounts/<username>/worker")
@needs(Action.MANAGE_ACCOUNTS)
def link(username: str) -> Redirect:
    """Say which worker an account stands for; blank: nobody."""
    account, worker = look_up(account_named, username), field("worker")

    def work(conn: Connection) -> None:
        set_worker_of_account(conn, account.id, demand_worker(conn, worker).code if worker else None)

    write(work, NewChangeset(actor().username, "edit", f"the account {username} stands for {worker or 'nobody'}"))
    flash(_("Changed."), "good")
    return redirect(url_for("accounts.one", username=username), 303)
