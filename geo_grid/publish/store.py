"""The queries of the published views: each is one statement, reads one snapshot and changes nothing but shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from geo_grid.publish.ground import tile_ground
from geo_grid.publish.layers import band_of, labelled_tiers, outlined_tiers
from geo_grid.vocabulary import LEAF_TIERS


@cache
def _query(name: str) -> TextClause:
    """The named query of db/sql/queries."""
    return text((files("geo_grid.db") / "sql" / "queries" / f"{name}.sql").read_text(encoding="utf-8"))


def _rows(conn: Connection, name: str, **values: Any) -> Sequence[Row[Any]]:
    """All rows of a named query."""
    return conn.execute(_query(name), values).all()


def map_version(conn: Connection) -> int:
    """The map's version; 0 while there is no county."""
    return int(conn.execute(_query("map_version")).scalar_one())


def county_srid(conn: Connection) -> int | None:
    """The CRS the county's coordinates are in; it is settled when the database is made."""
    return conn.execute(text("SELECT srid FROM geo_grid.county")).scalar_one_or_none()


def tile(conn: Connection, z: int, x: int, y: int) -> tuple[int, bytes]:
    """(map version, vector tile) of one snapshot; the tile is empty where the county is not."""
    srid = county_srid(conn)
    ground = tile_ground(srid, z, x, y) if srid else None
    if ground is None:
        return map_version(conn), b""
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
    return int(row.version), bytes(row.body or b"")


def current_ground(conn: Connection) -> Sequence[Row[Any]]:
    """Every current grid's version, parent, own and whole ground (WKB), wide tiers first."""
    return _rows(conn, "current_ground")


def replace_tile_shapes(conn: Connection, shapes: Iterable[tuple[int, int, str]]) -> int:
    """Puts (version, band, hex EWKB) in the place of all prepared shapes; gives their number."""
    lines = StringIO()
    count = 0
    for version, band, shape in shapes:
        lines.write(f"{version}\t{band}\t{shape}\n")
        count += 1
    lines.seek(0)
    conn.execute(text("DELETE FROM geo_grid.tile_shapes"))
    cursor = conn.connection.cursor()
    cursor.copy_expert("COPY geo_grid.tile_shapes (version_id, band, geom) FROM STDIN", lines)
    return count


def open_changeset(conn: Connection) -> None:
    """Makes sure that this transaction carries a change set, and so raises the data version when it commits."""
    conn.execute(text("SELECT geo_grid.current_changeset()"))
