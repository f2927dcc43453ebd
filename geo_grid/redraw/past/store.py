"""The rows of the past: versions in force at a moment, a grid's versions, lineage, households' stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

_AT = """
SELECT g.code, v.name, v.tier, p.code AS parent, ST_AsBinary(v.geom) AS geom
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE v.valid @> CAST(:moment AS timestamptz)
   AND (CAST(:tier AS text) IS NULL OR v.tier = :tier)
   AND (CAST(:west AS float8) IS NULL OR v.geom && ST_MakeEnvelope(:west, :south, :east, :north, :srid))
 ORDER BY g.code
 LIMIT :limit
"""

_VERSIONS = """
SELECT lower(v.valid) AS since, upper(v.valid) AS until, v.changeset_id, c.actor, c.kind, c.note, v.name,
       p.code AS parent, ST_AsBinary(v.geom) AS geom
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  JOIN geo_grid.changesets c ON c.id = v.changeset_id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE g.code = :code
 ORDER BY lower(v.valid) DESC
"""

_LINEAGE = """
SELECT s.code AS source, t.code AS target, l.area_m2, l.households, c.at, c.actor, l.changeset_id
  FROM geo_grid.lineage l
  JOIN geo_grid.grids s ON s.id = l.from_grid_id
  JOIN geo_grid.grids t ON t.id = l.to_grid_id
  JOIN geo_grid.changesets c ON c.id = l.changeset_id
 WHERE s.code = :code OR t.code = :code
 ORDER BY l.id
"""

_STAYS = """
SELECT g.code AS grid, c.at, i.op
  FROM geo_grid.household_history i
  JOIN geo_grid.grids g ON g.id = i.grid_id
  JOIN geo_grid.changesets c ON c.id = i.changeset_id
 WHERE i.id = (SELECT id FROM geo_grid.household_history WHERE code = :code ORDER BY seq DESC LIMIT 1)
 ORDER BY i.seq
"""


def county_srid(conn: Connection) -> int:
    """The SRID of the county's CRS."""
    return int(conn.execute(text("SELECT srid FROM geo_grid.county WHERE id = 1")).scalar_one())


def versions_at(
    conn: Connection, moment: datetime, tier: str | None, box: Sequence[float] | None, limit: int
) -> Sequence[Row[Any]]:
    """The versions in force at a moment."""
    west, south, east, north = box if box is not None else (None, None, None, None)
    values = {"moment": moment, "tier": tier, "west": west, "south": south, "east": east, "north": north}
    return conn.execute(text(_AT), {**values, "srid": county_srid(conn), "limit": limit}).all()


def versions_of(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """Every version of a grid, the latest first."""
    return conn.execute(text(_VERSIONS), {"code": code}).all()


def is_known(conn: Connection, code: str) -> bool:
    """Whether there is or was a grid of that code."""
    query = text("SELECT EXISTS (SELECT FROM geo_grid.grids WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


def lineage(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """What went from the grid, and into it."""
    return conn.execute(text(_LINEAGE), {"code": code}).all()


def stays(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """The images of a household, with its grid."""
    return conn.execute(text(_STAYS), {"code": code}).all()
