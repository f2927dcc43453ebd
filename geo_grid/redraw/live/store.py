"""The rows that a move needs, read from the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

# With the grids asked for come all above them, so that no move has to climb the tree row by row.
_NAMED = text(
    "SELECT * FROM geo_grid.standing_with_above(ARRAY(SELECT id FROM geo_grid.grids WHERE code = ANY(:codes)))"
)
_INSIDE = text("""
SELECT * FROM geo_grid.standing_with_above(ARRAY(
    SELECT v.grid_id FROM geo_grid.grid_versions v
     WHERE v.parent_id = (SELECT id FROM geo_grid.grids WHERE code = :code) AND upper_inf(v.valid)))
""")
_DOORS = text(
    "SELECT h.code, ST_X(h.point), ST_Y(h.point), coalesce(h.persons, 0), g.code "
    "FROM geo_grid.households h JOIN geo_grid.grids g ON g.id = h.grid_id WHERE g.code = ANY(:codes) ORDER BY h.id"
)

_NEAR = """
SELECT DISTINCT g.code
  FROM unnest(CAST(:west AS float8[]), CAST(:south AS float8[]), CAST(:east AS float8[]), CAST(:north AS float8[]))
       AS b (west, south, east, north)
  JOIN geo_grid.grid_versions v ON v.own && ST_MakeEnvelope(b.west, b.south, b.east, b.north, :srid)
  JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE upper_inf(v.valid)
 ORDER BY g.code
"""


def county_srid(conn: Connection) -> int:
    """The SRID of the county's CRS."""
    return int(conn.execute(text("SELECT srid FROM geo_grid.county WHERE id = 1")).scalar_one())


def grids_named(conn: Connection, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """The standing grids with those codes, and all above them."""
    return conn.execute(_NAMED, {"codes": list(codes)}).all()


def grids_in(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """The standing grids directly in the grid, and all above them."""
    return conn.execute(_INSIDE, {"code": code}).all()


def codes_near(conn: Connection, boxes: Sequence[Sequence[float]], srid: int) -> list[str]:
    """The codes of the standing grids whose own ground may meet one of the boxes."""
    west, south, east, north = (list(column) for column in zip(*boxes, strict=True))
    values = {"west": west, "south": south, "east": east, "north": north, "srid": srid}
    return list(conn.execute(text(_NEAR), values).scalars())


def outlines(conn: Connection, codes: Sequence[str]) -> list[tuple[str, bytes]]:
    """What each grid spans, as WKB; '' for the county."""
    query = text(
        "SELECT g.code, ST_AsBinary(v.geom) FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id "
        "WHERE upper_inf(v.valid) AND g.code = ANY(:codes)"
    )
    found = [(row[0], bytes(row[1])) for row in conn.execute(query, {"codes": list(codes)})]
    if "" in codes:
        wkb = conn.execute(text("SELECT ST_AsBinary(geom) FROM geo_grid.county WHERE geom IS NOT NULL")).scalar()
        found += [] if wkb is None else [("", bytes(wkb))]
    return found


def doors_in(conn: Connection, codes: Sequence[str]) -> list[tuple[str, float, float, int, str]]:
    """The households of the grids: code, east, north, persons, grid."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in conn.execute(_DOORS, {"codes": list(codes)})]


def last_serial(conn: Connection, stem: str) -> int:
    """The highest number of two to four digits that ever followed the stem in a code, 0 for none."""
    query = text(
        "SELECT coalesce(max(CAST(substr(code, length(:stem) + 1) AS int)), 0) FROM geo_grid.grid_codes "
        "WHERE code LIKE :pattern AND substr(code, length(:stem) + 1) ~ '^[0-9]{2,4}$'"
    )
    pattern = stem.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%") + "%"
    return int(conn.execute(query, {"stem": stem, "pattern": pattern}).scalar_one())


def is_given(conn: Connection, code: str) -> bool:
    """Whether a grid has or had that code."""
    query = text("SELECT EXISTS (SELECT FROM geo_grid.grid_codes WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


def revisions(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The revision of each grid: raised by whatever changes its ground, place or contents; '' the county."""
    query = text(
        "SELECT code, revision FROM geo_grid.grids WHERE code = ANY(:codes) AND retired_at IS NULL "
        "UNION ALL SELECT '', revision FROM geo_grid.county"
    )
    return {row[0]: int(row[1]) for row in conn.execute(query, {"codes": list(codes)})}
