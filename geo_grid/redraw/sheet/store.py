"""What the consequence sheet reads beside the net: sums, addresses, sites, posts, means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

_SUMS = """
WITH RECURSIVE below AS (
    SELECT g.code, g.id FROM geo_grid.grids g WHERE g.code = ANY(:codes)
    UNION ALL
    SELECT b.code, v.grid_id FROM below b
      JOIN geo_grid.grid_versions v ON v.parent_id = b.id AND upper_inf(v.valid)
)
SELECT b.code, count(h.id), coalesce(sum(h.persons), 0)
  FROM below b LEFT JOIN geo_grid.households h ON h.grid_id = b.id
 GROUP BY b.code ORDER BY b.code
"""

_POSTS = """
SELECT g.code AS grid, p.role, p.seat, w.code AS worker, w.name
  FROM geo_grid.grids g
  JOIN geo_grid.posts p ON p.grid_id = g.id AND p.ended_on IS NULL
  LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> current_date
  LEFT JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE g.code = ANY(:codes)
 ORDER BY g.code, p.role, p.seat, p.id
"""

_MEANS = """
SELECT g.tier, count(*) AS grids, coalesce(sum(h.doors), 0) AS doors
  FROM geo_grid.grids g
  LEFT JOIN (SELECT grid_id, count(*) AS doors FROM geo_grid.households GROUP BY grid_id) AS h ON h.grid_id = g.id
 WHERE g.retired_at IS NULL
 GROUP BY g.tier
"""

#: Means by database and map version; a sheet is made many times for one version.
_KNOWN: dict[tuple[str, int], dict[str, tuple[int, int]]] = {}
_MOST_KNOWN = 8


def sums_below(conn: Connection, codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The households and persons in each grid and all below it, as the database has them."""
    if not codes:
        return {}
    rows = conn.execute(text(_SUMS), {"codes": list(codes)})
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def addresses(conn: Connection, codes: Sequence[str]) -> dict[str, str]:
    """The address of each household."""
    query = text("SELECT code, address FROM geo_grid.households WHERE code = ANY(:codes)")
    return {row[0]: row[1] for row in conn.execute(query, {"codes": list(codes)})} if codes else {}


def sites_in(conn: Connection, box: Sequence[float], srid: int) -> Sequence[Row[Any]]:
    """The risk sites and facilities that may meet a box: kind, code, name, shape as WKB."""
    query = text(
        "SELECT 'risk_site' AS kind, code, name, ST_AsBinary(geom) AS shape FROM geo_grid.risk_sites "
        "WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, :srid) UNION ALL "
        "SELECT 'facility', code, name, ST_AsBinary(point) FROM geo_grid.facilities "
        "WHERE point && ST_MakeEnvelope(:west, :south, :east, :north, :srid) ORDER BY 1, 2"
    )
    west, south, east, north = box
    return conn.execute(query, {"west": west, "south": south, "east": east, "north": north, "srid": srid}).all()


def posts_of(conn: Connection, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """The posts of the grids with who fills each today."""
    return conn.execute(text(_POSTS), {"codes": list(codes)}).all() if codes else []


def households_by_tier(conn: Connection) -> dict[str, tuple[int, int]]:
    """For each tier how many grids stand and how many households lie in them directly."""
    version = conn.execute(text("SELECT coalesce(max(version), 1) FROM geo_grid.data_versions")).scalar_one()
    key = (str(conn.engine.url), int(version))
    if key not in _KNOWN:
        found = {row[0]: (int(row[1]), int(row[2])) for row in conn.execute(text(_MEANS))}
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)))
        _KNOWN[key] = found
    return _KNOWN[key]


def insert_sheet(conn: Connection, redraw_id: int, sheet: Mapping[str, Any], drawn: Mapping[str, Any]) -> None:
    """Keep a sheet and its map, as plain values."""
    query = text(
        "INSERT INTO geo_grid.redraw_sheets (redraw_id, sheet, map) "
        "VALUES (:id, CAST(:sheet AS jsonb), CAST(:map AS jsonb))"
    )
    plain = {"sheet": json.dumps(sheet, ensure_ascii=False), "map": json.dumps(drawn, ensure_ascii=False)}
    conn.execute(query, {"id": redraw_id, **plain})


def sheet(conn: Connection, redraw_id: int) -> Row[Any] | None:
    """The sheet and the map that were kept of a redraw."""
    query = text("SELECT sheet, map FROM geo_grid.redraw_sheets WHERE redraw_id = :id")
    return conn.execute(query, {"id": redraw_id}).one_or_none()
