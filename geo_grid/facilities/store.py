"""The rows of facilities, staged, compared and written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, text

from geo_grid.db.staging import stage
from geo_grid.facilities.model import Facility
from geo_grid.facilities.places import Places
from geo_grid.vocabulary import FacilityLevel

_STAGED = {
    "code": "text",
    "name": "text",
    "level": "text",
    "address": "text",
    "phone": "text",
    "point": "geometry",
}
_DIFFERS = """
(f.name, f.level, f.address, f.phone, f.point)
IS DISTINCT FROM (s.name, s.level, coalesce(s.address, f.address), coalesce(s.phone, f.phone), s.point)
"""

_COMPARE = f"""
SELECT count(*) FILTER (WHERE f.id IS NULL), count(*) FILTER (WHERE f.id IS NOT NULL AND {_DIFFERS}), count(*)
  FROM pg_temp.staged_facilities s
  LEFT JOIN geo_grid.facilities f ON f.code = s.code
"""  # noqa: S608  (our own words only)

_DIFFERENCE = f"""
SELECT array(SELECT s.code FROM pg_temp.staged_facilities s
              WHERE NOT EXISTS (SELECT FROM geo_grid.facilities f WHERE f.code = s.code) ORDER BY 1),
       array(SELECT s.code FROM pg_temp.staged_facilities s JOIN geo_grid.facilities f ON f.code = s.code
              WHERE {_DIFFERS} ORDER BY 1),
       array(SELECT f.code FROM geo_grid.facilities f
              WHERE NOT EXISTS (SELECT FROM pg_temp.staged_facilities s WHERE s.code = f.code) ORDER BY 1)
"""  # noqa: S608  (our own words only)

_UPDATE = f"""
UPDATE geo_grid.facilities f
   SET name = s.name, level = s.level, address = coalesce(s.address, f.address),
       phone = coalesce(s.phone, f.phone), point = s.point
  FROM pg_temp.staged_facilities s
 WHERE f.code = s.code AND {_DIFFERS}
"""  # noqa: S608  (our own words only)

_INSERT = """
INSERT INTO geo_grid.facilities (code, name, level, address, phone, point)
SELECT s.code, s.name, s.level, coalesce(s.address, ''), s.phone, s.point
  FROM pg_temp.staged_facilities s
 WHERE NOT EXISTS (SELECT FROM geo_grid.facilities f WHERE f.code = s.code)
 ORDER BY s.code
"""

_PLACES = """
SELECT DISTINCT ON (f.id) f.code, f.level, coalesce(g.code, ''), ST_X(f.point), ST_Y(f.point)
  FROM geo_grid.facilities f
  LEFT JOIN geo_grid.grid_versions v
    ON upper_inf(v.valid) AND v.own IS NOT NULL AND ST_Intersects(v.own, f.point)
  LEFT JOIN geo_grid.grids g ON g.id = v.grid_id
 ORDER BY f.id, g.id
"""


def stage_facilities(conn: Connection, facilities: Sequence[Facility]) -> None:
    """Bring the facilities into the database, to be compared and written."""
    columns: list[list[str | None]] = [
        [facility.code for facility in facilities],
        [facility.name for facility in facilities],
        [facility.level.code for facility in facilities],
        [facility.address for facility in facilities],
        [facility.phone for facility in facilities],
        [facility.point for facility in facilities],
    ]
    stage(conn, "staged_facilities", _STAGED, columns)


def compare_facilities(conn: Connection) -> tuple[int, int, int]:
    """How many staged facilities are new, changed, and staged in all."""
    new, changed, total = conn.execute(text(_COMPARE)).one()
    return int(new), int(changed), int(total)


def differing_facilities(conn: Connection, limit: int) -> tuple[list[str], list[str], list[str]]:
    """The codes of staged facilities that are new, of changed ones, and of standing ones that are not staged."""
    new, changed, gone = conn.execute(text(_DIFFERENCE)).one()
    return new[:limit], changed[:limit], gone


def write_facilities(conn: Connection) -> None:
    """Write the staged facilities that are new or changed."""
    conn.execute(text(_UPDATE))
    conn.execute(text(_INSERT))


def levels_of_facilities(conn: Connection, codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The level and the name of each of these facilities."""
    query = text("SELECT code, level, name FROM geo_grid.facilities WHERE code = ANY(:codes) ORDER BY code")
    return {code: (level, name) for code, level, name in conn.execute(query, {"codes": list(codes)})}


def remove_facilities(conn: Connection, codes: Sequence[str]) -> None:
    """Take facilities out of the county; what they were stays in the history."""
    conn.execute(text("DELETE FROM geo_grid.facilities WHERE code = ANY(:codes)"), {"codes": list(codes)})


def read_places(conn: Connection) -> Places:
    """Where all facilities stand."""
    rows = conn.execute(text(_PLACES)).all()
    points = np.array([row[3:] for row in rows], dtype=np.float64).reshape(-1, 2)
    return Places([row[0] for row in rows], [FacilityLevel[row[1]] for row in rows], [row[2] for row in rows], points)


def read_facilities(conn: Connection) -> dict[str, tuple[str, str]]:
    """Name and address of every facility, by code."""
    rows = conn.execute(text("SELECT code, name, address FROM geo_grid.facilities ORDER BY code"))
    return {code: (name, address) for code, name, address in rows}
