"""`geo-grid who`: who is responsible at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings
from geo_grid.vocabulary import FacilityLevel, Role, Tier

if TYPE_CHECKING:
    from geo_grid.publish import Responsibility, Seat
    from geo_grid.risks import SiteKind


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command(name="who", context_settings={"ignore_unknown_options": True})(who_is_responsible)


def who_is_responsible(
    lon: Annotated[float, typer.Argument(help="Longitude, in degrees.")],
    lat: Annotated[float, typer.Argument(help="Latitude, in degrees.")],
    at: Annotated[str | None, typer.Option("--at", help="The day, as 2026-03-01; today if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the grids that hold a place, from the narrowest up, with who is in their posts."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.publish import who
    from geo_grid.risks import read_kinds

    day = _day(at)
    with reading(engine(settings(), DbRole.WEB)) as conn:
        answer, kinds = who(conn, lon, lat, day), read_kinds(conn)
    if as_json:
        show(_figures(answer), as_json=True)
    else:
        typer.echo("\n".join(_lines(answer, kinds)))


def _day(text: str | None) -> date | None:
    """The day meant by an ISO date; None stays None."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput(f"{text!r} is no day: write it as 2026-03-01") from wrong


def _figures(answer: Responsibility) -> dict[str, Any]:
    """The answer as it is printed for programs: the posts stand with their grids."""
    grids = [
        {**asdict(grid), "posts": [_post(seat) for seat in answer.seats if seat.grid == grid]} for grid in answer.grids
    ]
    return {
        "lon": answer.lon,
        "lat": answer.lat,
        "at": answer.at.isoformat(),
        "grids": grids,
        "risk_sites": [asdict(site) for site in answer.risk_sites],
        "facilities": [asdict(facility) for facility in answer.facilities],
    }


def _post(seat: Seat) -> dict[str, Any]:
    """A post without its grid, in which it stands."""
    post = asdict(seat)
    del post["grid"]
    return {**post, "filled": seat.filled}


def _lines(answer: Responsibility, kinds: Sequence[SiteKind]) -> list[str]:
    """The answer as it is printed for people, in Chinese words."""
    from geo_grid.risks import kind_of_code

    lines = [f"{answer.at}  {answer.lon} {answer.lat}"]
    for grid in answer.grids:
        lines.append(f"{Tier[grid.tier].zh}  {grid.name}  {grid.code}")
        lines += [f"    {_said(seat)}" for seat in answer.seats if seat.grid == grid]
    lines += [f"{kind_of_code(kinds, site.kind).zh}  {site.name}  {site.code}" for site in answer.risk_sites]
    lines += [f"{FacilityLevel[one.level].zh}  {one.name}  {one.address}".rstrip() for one in answer.facilities]
    return lines


def _said(seat: Seat) -> str:
    """A post and who is in it."""
    if not seat.filled:
        return f"{Role[seat.role].zh}：空缺"
    until = f"，任期至 {seat.until}" if seat.until else ""
    return f"{Role[seat.role].zh}：{seat.worker_name} {seat.phone or ''}".rstrip() + until
