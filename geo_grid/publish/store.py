"""The queries of the published views: each is one statement, reads one snapshot and changes nothing but shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from geo_grid.db.staging import append
from geo_grid.publish.ground import Place, tile_ground
from geo_grid.publish.layers import band_of, labelled_tiers, outlined_tiers
from geo_grid.vocabulary import LEAF_TIERS


@cache
def _query(name: str) -> TextClause:
    """The named query of db/sql/queries, without its comments.

    The driver fills in parameters wherever their names stand (psycopg2 2.9): in a comment, a value with a line break
    would end it, and what follows would be run.
    """
    return text(_said(name))


def _said(name: str) -> str:
    """The text of `_query`."""
    said = (files("geo_grid.db") / "sql" / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in said.splitlines() if not line.lstrip().startswith("--"))


#: A page of what a collection's query finds, with shapes as they are asked for; `columns` are the program's own words.
_PAGE = """
WITH found AS ({found})
SELECT {columns}, (SELECT count(*) FROM found) AS matched,
       ST_AsGeoJSON(CASE WHEN :flip THEN ST_FlipCoordinates(s.shape) ELSE s.shape END, :decimals, 0) AS geometry
  FROM (SELECT * FROM found
         WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text)
         ORDER BY code LIMIT :most) f
 CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(ST_Transform(f.geom, CAST(:srid AS integer))) AS shape OFFSET 0) s
 ORDER BY f.code
"""


@cache
def _page(name: str, columns: tuple[str, ...]) -> TextClause:
    """The query of a page of the named collection."""
    return text(_PAGE.format(found=_said(name), columns=", ".join(f"f.{column}" for column in columns)))


def _rows(conn: Connection, name: str, **values: Any) -> Sequence[Row[Any]]:
    """All rows of a named query."""
    return conn.execute(_query(name), values).all()


def map_version(conn: Connection) -> int:
    """The map's version; 0 while there is no county."""
    return int(conn.execute(_query("map_version")).scalar_one())


def county_srid(conn: Connection) -> int | None:
    """The CRS the county's coordinates are in; it is settled when the database is made."""
    return conn.execute(text("SELECT srid FROM geo_grid.county")).scalar_one_or_none()


def tile(conn: Connection, z: int, x: int, y: int) -> tuple[int, int | None, bytes]:
    """(map version, CRS, vector tile) of one snapshot; the tile is empty where the county is not."""
    srid = county_srid(conn)
    ground = tile_ground(srid, z, x, y) if srid else None
    if srid is None or ground is None:
        return map_version(conn), srid, b""
    west, south, east, north = ground
    outlined = outlined_tiers(z)
    row = conn.execute(
        _query("tile"),
        {
            "z": z,
            "x": x,
            "y": y,
            "band": band_of(z),
            "outlined": [tier.code for tier in outlined],
            "tiers": [tier.code for tier in {*outlined, *LEAF_TIERS}],
            "labelled": [tier.code for tier in labelled_tiers(z)],
            "srid": srid,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        },
    ).one()
    return int(row.version), srid, bytes(row.body or b"")


def changes(conn: Connection, after: int) -> Sequence[Row[Any]]:
    """What each data version after `after` changed, by version; one row with blanks for one that changed nothing."""
    return _rows(conn, "changes", after=after)


def grids_above(conn: Connection, grid_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The codes of the grids and of every grid that one of them ever lay in."""
    return _rows(conn, "grids_above", grid_ids=list(grid_ids))


def current_ground(conn: Connection) -> Sequence[Row[Any]]:
    """Every current grid's version, parent, own and whole ground (WKB), wide tiers first."""
    return _rows(conn, "current_ground")


def replace_tile_shapes(conn: Connection, shapes: Iterable[tuple[int, int, str]]) -> int:
    """Puts (version, band, hex EWKB) in the place of all prepared shapes; gives their number."""
    rows = [(str(version), str(band), shape) for version, band, shape in shapes]
    conn.execute(text("DELETE FROM geo_grid.tile_shapes"))
    columns: Sequence[Sequence[str]] = list(zip(*rows, strict=True)) or [(), (), ()]
    append(conn, "geo_grid.tile_shapes", ("version_id", "band", "geom"), columns)
    return len(rows)


def today(conn: Connection) -> date:
    """The day it is for the database."""
    return conn.execute(text("SELECT current_date")).scalar_one()  # type: ignore[no-any-return]


def end_of(conn: Connection, day: date) -> datetime:
    """The last moment of a day, where the database is."""
    last = text("SELECT CAST(CAST(:day AS date) + 1 AS timestamptz) - interval '1 microsecond'")
    return conn.execute(last, {"day": day}).scalar_one()  # type: ignore[no-any-return]


def grid_by_code(conn: Connection, code: str) -> Row[Any] | None:
    """The current grid `code` with its measures and outline."""
    return conn.execute(_query("grid_by_code"), {"code": code}).one_or_none()


def grid_retired(conn: Connection, code: str) -> datetime | None:
    """When `code` was retired; None when it never was, or never was given."""
    return conn.execute(_query("grid_retired"), {"code": code}).scalar_one_or_none()


def grid_id(conn: Connection, code: str) -> int | None:
    """The id of the current grid `code`."""
    found = text("SELECT id FROM geo_grid.grids WHERE code = :code AND retired_at IS NULL")
    return conn.execute(found, {"code": code}).scalar_one_or_none()


def net_begins(conn: Connection) -> datetime | None:
    """When the first grid came into force."""
    return conn.execute(text("SELECT min(lower(valid)) FROM geo_grid.grid_versions")).scalar_one()  # type: ignore[no-any-return]


def chain(conn: Connection, grid_id: int, moment: datetime | None = None) -> Sequence[Row[Any]]:
    """The grid and those above it, narrow to wide, at `moment` (None: now)."""
    return _rows(conn, "chain", grid_id=grid_id, moment=moment)


def subtree(conn: Connection, grid_id: int) -> Row[Any]:
    """The grids below by tier, and the households of the whole extent."""
    return conn.execute(_query("subtree"), {"grid_id": grid_id}).one()


def seats(conn: Connection, grid_ids: Sequence[int], day: date) -> Sequence[Row[Any]]:
    """The posts of the grids, in their order, and who fills them on `day`."""
    return _rows(conn, "seats", grid_ids=list(grid_ids), day=day)


def sites_in_grid(conn: Connection, grid_id: int, most: int) -> Sequence[Row[Any]]:
    """At most `most` risk sites that touch the grid's whole extent; `total` is their number."""
    return _rows(conn, "sites_in_grid", grid_id=grid_id, most=most)


def facilities_in_grid(conn: Connection, grid_id: int, most: int) -> Sequence[Row[Any]]:
    """At most `most` facilities in the grid's whole extent; `total` is their number."""
    return _rows(conn, "facilities_in_grid", grid_id=grid_id, most=most)


def county_figures(conn: Connection) -> Row[Any] | None:
    """The county in figures; None while there is no county."""
    return conn.execute(_query("county_figures")).one_or_none()


def children(conn: Connection, grid_id: int | None) -> Sequence[Row[Any]]:
    """The grids directly under a grid (None: the roots), by code."""
    return _rows(conn, "children", grid_id=grid_id)


def household_by_id(conn: Connection, household_id: int) -> Row[Any] | None:
    """A household with its contact."""
    return conn.execute(_query("household_by_id"), {"id": household_id}).one_or_none()


def risk_site_by_code(conn: Connection, code: str) -> Row[Any] | None:
    """A risk site with its shape."""
    return conn.execute(_query("risk_site_by_code"), {"code": code}).one_or_none()


def grids_under_site(conn: Connection, site_id: int) -> Sequence[Row[Any]]:
    """The grids whose own ground the site touches."""
    return _rows(conn, "grids_under_site", id=site_id)


def ground_near(conn: Connection, place: Place, moment: datetime | None) -> Sequence[Row[Any]]:
    """(grid, own as WKB) of the grids whose own ground's box holds the place."""
    return _rows(conn, "ground_near", **place.values(), moment=moment)


def sites_near(conn: Connection, grid_id: int, place: Place, moment: datetime | None, most: int) -> Sequence[Row[Any]]:
    """At most `most` risk sites on the grid's own ground, nearest to the place first."""
    return _rows(conn, "sites_near", grid_id=grid_id, **place.values(), moment=moment, most=most)


def facilities_near(
    conn: Connection, grid_ids: Sequence[int], place: Place, moment: datetime | None
) -> Sequence[Row[Any]]:
    """Of each level the facility that serves the place."""
    return _rows(conn, "facilities_near", grid_ids=list(grid_ids), **place.values(), moment=moment)


def doors_per_leaf(conn: Connection) -> list[int]:
    """The fifths of households per inhabited leaf; empty while there is none."""
    return list(conn.execute(_query("doors_per_leaf")).scalar_one())


def search(conn: Connection, exact: str, patterns: tuple[str, str], *, cased: bool, most: int) -> Sequence[Row[Any]]:
    """At most `most` things found; `patterns` are the LIKE patterns of a beginning and of a part."""
    opening, inside = patterns
    return _rows(conn, "search", exact=exact, opening=opening, inside=inside, cased=cased, most=most)


def export_rows(conn: Connection, query: str, tier: str | None) -> Sequence[Row[Any]]:
    """All rows of the named export query, of one tier when one is given."""
    return _rows(conn, query, tier=tier)


def household_points(conn: Connection, box: tuple[float, float, float, float], most: int) -> Sequence[Row[Any]]:
    """At most `most` household points inside a box (west, south, east, north) of degrees."""
    srid = county_srid(conn)
    if srid is None:
        return []
    west, south, east, north = box
    return _rows(conn, "household_points", west=west, south=south, east=east, north=north, srid=srid, most=most)


def guide_lines(conn: Connection, box: tuple[float, float, float, float], most: int) -> Sequence[Row[Any]]:
    """At most `most` lines of risk sites that meet a box (west, south, east, north) of degrees."""
    srid = county_srid(conn)
    if srid is None:
        return []
    west, south, east, north = box
    return _rows(conn, "guide_lines", west=west, south=south, east=east, north=north, srid=srid, most=most)


def grid_names(conn: Connection, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """The latest name, tier and parent of each grid by its code."""
    return _rows(conn, "grid_names", codes=list(codes))


def statistics(conn: Connection, tier: str, under: str | None) -> Sequence[Row[Any]]:
    """The figures of each grid of a tier, of those below `under` when it is given."""
    return _rows(conn, "statistics", tier=tier, under=under)


def features(conn: Connection, query: str, columns: tuple[str, ...], values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """A page of what a collection's query finds: those columns, the shape, the number that match in all."""
    return conn.execute(_page(query, columns), values).all()
