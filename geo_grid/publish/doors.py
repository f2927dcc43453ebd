"""What a page that draws borders needs of the live net: household points, lines to draw along, names of grids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.errors import BadInput
from geo_grid.publish import store
from geo_grid.publish.model import Bounds
from geo_grid.vocabulary import RiskKind

MOST_DOORS, MOST_LINES = 60_000, 5_000
Door = tuple[float, float, int]
"""(longitude, latitude, persons); 7 decimals are a centimetre."""


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A river, road or other line of the ground that borders are drawn along: a risk site's, as [lon, lat] places."""

    code: str
    name: str
    kind: RiskKind
    line: tuple[tuple[float, float], ...]


class BoxTooWide(BadInput):
    """A box holds more households or lines than one answer carries."""

    def __init__(self) -> None:
        super().__init__(
            f"the box holds more than {MOST_DOORS} households or {MOST_LINES} lines: ask for a smaller one"
        )


@dataclass(frozen=True, slots=True)
class GridName:
    """A current grid's name, tier and parent."""

    code: str
    name: str
    tier: str
    parent: str | None


def household_points(conn: Connection, box: Bounds) -> list[Door]:
    """Where households stand inside a box of degrees, and how many persons live there; raises `BoxTooWide`."""
    rows = store.household_points(conn, box, MOST_DOORS + 1)
    if len(rows) > MOST_DOORS:
        raise BoxTooWide
    return [(round(row.lon, 7), round(row.lat, 7), row.persons) for row in rows]


def guide_lines(conn: Connection, box: Bounds) -> list[GuideLine]:
    """The rivers, roads and other lines inside a box of degrees, whole, to the lattice point; raises `BoxTooWide`."""
    rows = store.guide_lines(conn, box, MOST_LINES + 1)
    if len(rows) > MOST_LINES:
        raise BoxTooWide
    return [
        GuideLine(
            row.code,
            row.name,
            RiskKind[row.kind],
            tuple((lon, lat) for lon, lat in json.loads(row.line)["coordinates"]),
        )
        for row in rows
    ]


def grid_names(conn: Connection, codes: Iterable[str]) -> dict[str, GridName]:
    """The latest name of each grid that there is or was, by its code; unknown codes are left out."""
    rows = store.grid_names(conn, sorted(set(codes)))
    return {row.code: GridName(row.code, row.name, row.tier, row.parent) for row in rows}
