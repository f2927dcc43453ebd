"""`geo-grid rewind`: a former state of the county looked at, and brought back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.rewind import Consequences, Then

PROGRAM = "geo-grid rewind"


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("rewind")(rewind)


def rewind(
    *,
    to: Annotated[
        str | None, typer.Option("--to", help="The moment to go back to: 2026-03-01T14:30, or a day.")
    ] = None,
    before: Annotated[int | None, typer.Option("--before", help="The change set before which to go back.")] = None,
    grid: Annotated[str | None, typer.Option("--grid", help="Only this grid and all that lies in it.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept in the journal.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Restore it, instead of showing what that means.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what bringing a former state back would change; with --apply do it, as one new change set.

    Whatever came later is taken back: grids, households, workers, posts, risk sites and facilities are as they were.
    The restored state is proved like any other. Going back before that very change set undoes it.
    """
    from geo_grid.db import DbRole, engine, reading, run
    from geo_grid.rewind import look
    from geo_grid.rewind import rewind as restore

    if (to is None) == (before is None):
        raise BadInput("say where to go back to: --to MOMENT or --before CHANGESET, one of them")
    pool = engine(settings(), DbRole.LOADER)
    if not apply:
        with reading(pool) as conn:
            _show(look(conn, _then(conn, to, before), place=grid), None, as_json=as_json)
        return
    done = run(pool, lambda conn: restore(conn, _then(conn, to, before), PROGRAM, reason=reason, place=grid))
    _show(done.consequences, done.changeset_id, as_json=as_json)


def _then(conn: Connection, to: str | None, before: int | None) -> Then:
    """The state that the options name."""
    from geo_grid.rewind import moment_named, then_at, then_before

    return then_before(conn, before) if before is not None else then_at(conn, moment_named(to or ""))


def _show(found: Consequences, changeset: int | None, *, as_json: bool) -> None:
    """What it means or meant, as figures with a line for each grid."""
    figures: dict[str, Any] = {
        "changeset": changeset,
        "version": found.then.version,
        "made_at": found.then.at,
        "later_change_sets": found.later_count,
        "grids": len(found.grids),
        "households_moved": found.moved,
        **{f"{noun}_{what}": getattr(rows, what) for noun, rows in found.rows.items() for what in rows.__slots__},
        "in_the_way": list(found.obstacles),
    }
    grids = [
        {"code": one.code, "change": one.change, "households_now": one.households_now, "then": one.households_then}
        for one in found.grids
    ]
    if as_json:
        typer.echo(json.dumps({**figures, "grids": grids}, ensure_ascii=False, default=str))
        return
    show(figures, as_json=False)
    for one in grids:
        typer.echo(f"{one['code']:<24} {one['change']:<8} {one['households_now']:>6} → {one['then']} households")
