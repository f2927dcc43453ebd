"""Readers of the past: versions, lineage and households' stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.errors import BadInput, NotFound
from geo_grid.redraw.past import store
from geo_grid.redraw.wire import from_lonlat, shape_json
from geo_grid.vocabulary import Tier

#: The county's clock, as for every session of the database.
CLOCK = ZoneInfo("Asia/Shanghai")
#: Grids that one answer about the past holds.
MOST_GRIDS = 5000


@dataclass(frozen=True)
class GridMoment:
    """A grid from one moment to another (None: still), and the change set that made it so."""

    since: datetime
    until: datetime | None
    changeset_id: int
    actor: str
    kind: str
    note: str
    name: str
    parent: str | None
    area_m2: float
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class LineageStep:
    """Ground and households that went from one grid into another at a change set."""

    source: str
    target: str
    area_m2: float
    households: int
    at: datetime
    actor: str
    changeset_id: int


@dataclass(frozen=True)
class Lineage:
    """Where a grid's ground and households came from, and where they went, the earliest first."""

    grid: str
    came_from: tuple[LineageStep, ...]
    went_to: tuple[LineageStep, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A household in a grid from one moment to another (None: still)."""

    grid: str
    since: datetime
    until: datetime | None


def map_on(
    conn: Connection, day: date | datetime, *, box: Sequence[float] | None = None, tier: Tier | None = None
) -> Mapping[str, Any]:
    """The grids at the end of a day, or at a moment, as GeoJSON; those of a tier, those that meet a box of degrees."""
    moment = day if isinstance(day, datetime) else datetime.combine(day + timedelta(days=1), time(), CLOCK)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CLOCK)
    srid = store.county_srid(conn)
    rows = store.versions_at(conn, moment, None if tier is None else tier.code, _bounds(box, srid), MOST_GRIDS + 1)
    if len(rows) > MOST_GRIDS:
        raise BadInput(f"that is more than {MOST_GRIDS} grids: ask for one tier, or a smaller box")
    shapes = shapely.from_wkb([bytes(row.geom) for row in rows])
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": {"code": row.code, "name": row.name, "tier": row.tier, "parent": row.parent},
            "geometry": shape_json(shape, srid),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def history_of(conn: Connection, code: str) -> list[GridMoment]:
    """Every state that the grid was in, the latest first; raises `NotFound`."""
    srid = store.county_srid(conn)
    rows = store.versions_of(conn, code)
    if not rows:
        raise NotFound(f"there never was a grid {code}: name another")
    shapes = shapely.from_wkb([bytes(row.geom) for row in rows])
    return [
        GridMoment(
            row.since,
            row.until,
            row.changeset_id,
            row.actor,
            row.kind,
            row.note,
            row.name,
            row.parent,
            round(float(shapely.area(shape)), 3),
            shape_json(shape, srid),
        )
        for row, shape in zip(rows, shapes, strict=True)
    ]


def lineage_of(conn: Connection, code: str) -> Lineage:
    """What went into the grid, and into which it went; raises `NotFound`."""
    if not store.is_known(conn, code):
        raise NotFound(f"there never was a grid {code}: name another")
    steps = [LineageStep(*tuple(row)) for row in store.lineage(conn, code)]
    return Lineage(
        code,
        tuple(step for step in steps if step.target == code),
        tuple(step for step in steps if step.source == code),
    )


def household_path(conn: Connection, code: str) -> list[Stay]:
    """The grids that the household lay in, the earliest first; raises `NotFound`."""
    rows = store.stays(conn, code)
    if not rows:
        raise NotFound(f"there never was a household {code}: name another")
    found: list[Stay] = []
    for row in rows:
        if found and found[-1].grid == row.grid and row.op != "D":
            continue
        if found:
            found[-1] = Stay(found[-1].grid, found[-1].since, row.at)
        if row.op != "D":
            found.append(Stay(row.grid, row.at, None))
    return found


def _bounds(box: Sequence[float] | None, srid: int) -> tuple[float, float, float, float] | None:
    """A box of degrees in the county's CRS."""
    if box is None:
        return None
    west, south, east, north = box
    at = from_lonlat([(west, south), (east, south), (east, north), (west, north)], srid)
    if not np.isfinite(at).all():
        raise BadInput("the box is no place on Earth: give west, south, east, north in degrees")
    return float(at[:, 0].min()), float(at[:, 1].min()), float(at[:, 0].max()), float(at[:, 1].max())
