"""`geo-grid due`: what is to be inspected, as a list or day by day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.errors import BadInput, NotFound
from geo_grid.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geo_grid.inspections import Duty


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("due")(due)


def due(
    *,
    tier: Annotated[str | None, typer.Option("--tier", help="Only what grids of this tier inspect.")] = None,
    under: Annotated[str | None, typer.Option("--under", help="Only in this grid and all below it (its code).")] = None,
    worker: Annotated[str | None, typer.Option("--worker", help="Only the duties of this worker (the code).")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is overdue.")] = False,
    calendar: Annotated[bool, typer.Option("--calendar", help="Count the duties of each day instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the risk sites to be inspected, by which grid and by whom, what is due first at the front."""
    from geo_grid.county import read_county_without_ground
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.inspections import chain_of, duties, heads
    from geo_grid.vocabulary import Tier

    if tier is not None and tier not in Tier.__members__:
        raise BadInput.of(
            "there is no tier %(name)s: choose one of %(known)s", name=tier, known=", ".join(Tier.__members__)
        )
    with reading(engine(settings(), DbRole.LOADER)) as conn:
        county = read_county_without_ground(conn)
    if under is not None and under not in county.net:
        raise NotFound(f"there is no grid {under}: check the code")
    found = [
        one
        for one in duties(county.patrols, county.net, heads(county.staff, county.day))
        if (tier is None or one.tier.code == tier)
        and (under is None or under in {code for code, _ in chain_of(one.grid, county.net)})
        and (worker is None or (one.keeper is not None and one.keeper.worker == worker))
        and (not late or one.due_on < county.day)
    ]
    if as_json:
        body = _days(found) if calendar else {"duties": [_plain(one, county.day) for one in found]}
        show({"day": county.day.isoformat(), **body}, as_json=True)
    elif calendar:
        for day, count in Counter(one.due_on for one in found).items():
            typer.echo(f"{day}  {count:>6}{'  late' if day < county.day else ''}")
    else:
        for one in found:
            typer.echo(_line(one, county.day))


def _days(found: Sequence[Duty]) -> dict[str, object]:
    """How many duties fall on each day."""
    return {"days": {day.isoformat(): count for day, count in Counter(one.due_on for one in found).items()}}


def _plain(one: Duty, today: date) -> dict[str, object]:
    """A duty as it is printed for programs: as the API has it."""
    return {
        "site": one.site.code,
        "name": one.site.name,
        "kind": one.site.kind.code,
        "grid": one.grid,
        "tier": one.tier.code,
        "last": one.last and one.last.isoformat(),
        "due_on": one.due_on.isoformat(),
        "days_late": one.days_late(today),
        "keeper": one.keeper.worker if one.keeper else None,
    }


def _line(one: Duty, today: date) -> str:
    """A duty as it is printed for people."""
    days = one.days_late(today)
    state = f"{days} days late" if days > 0 else ""
    keeper = one.keeper.worker if one.keeper else "-"
    return f"{one.due_on}  {one.site.code:<16} {one.grid:<24} {keeper:<14} {state:<14} {one.site.name}"
