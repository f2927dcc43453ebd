"""Who acts in `geo-grid redraw`, their work in one transaction, and what is printed of a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from geo_grid import clock
from geo_grid.cli.output import show
from geo_grid.errors import BadInput
from geo_grid.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.access import Actor
    from geo_grid.redraw import Draft

T = TypeVar("T")
PROGRAM = "geo-grid redraw"

Number = Annotated[int, typer.Argument(help="The number of the redraw, as the list shows it.")]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        help="The account that acts; default: this program, which may do all but look into others' private drafts.",
        metavar="ACCOUNT",
    ),
]


def look(account: str | None, work: Callable[[Connection, Actor], T]) -> T:
    """What `work` reads as the account."""
    from geo_grid.db import DbRole, engine, reading

    who = acting(account)
    with reading(engine(settings(), DbRole.LOADER)) as conn:
        return work(conn, who)


def act(account: str | None, work: Callable[..., T]) -> T:
    """What `work` answers, done in one transaction as the account."""
    from geo_grid.db import DbRole, engine, run

    who = acting(account)
    return run(engine(settings(), DbRole.LOADER), lambda conn: work(conn, who))


def acting(account: str | None) -> Actor:
    """Who acts: the account of that name, else this program."""
    from geo_grid.access import Actor, account_named
    from geo_grid.db import DbRole, engine, reading

    if account is None:
        return Actor.system(PROGRAM)
    with reading(engine(settings(), DbRole.ACCESS)) as conn:
        found = account_named(conn, account)
    if found.disabled_at is not None:
        raise BadInput(f"the account {account} is disabled: name another one")
    today = clock.today()
    return Actor(found.username, found.name, tuple(one for one in found.given if one.holds_on(today)), found.id)


def figures_of(draft: Draft) -> dict[str, Any]:
    """A redraw as the commands print it."""
    return {
        "id": draft.id,
        "name": draft.name,
        "note": draft.note,
        "stage": draft.stage.code,
        "author": draft.author,
        "shared": draft.shared,
        "locked": sorted(draft.locked),
        "revision": draft.revision,
        "effective_on": draft.effective_on.isoformat() if draft.effective_on else None,
        "changeset": draft.changeset_id,
        "undoes": draft.undoes,
        "reason": draft.reason or None,
    }


def tell(draft: Draft, as_json: bool) -> None:
    """A redraw's figures on standard output."""
    show(figures_of(draft), as_json=as_json)
