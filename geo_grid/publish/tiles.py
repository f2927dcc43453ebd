"""The one multi-layer tile, version and content from one snapshot."""

from __future__ import annotations

import gzip

from sqlalchemy import Connection

from geo_grid.errors import NotFound
from geo_grid.publish import store
from geo_grid.publish.layers import MAX_ZOOM
from geo_grid.publish.model import TileAnswer

GZIP_LEVEL = 6


def data_version(conn: Connection) -> int:
    """The version of what the map shows now: an opaque number that never comes back once it has changed.

    It is made of the county's data version and the day, because a post falls vacant on the day after its assignment
    ends without anybody changing a row.
    """
    return store.map_version(conn)


def tile(conn: Connection, z: int, x: int, y: int) -> TileAnswer:
    """The tile z/x/y as the database holds it, gzipped; raises `NotFound` when the scheme has no such tile."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(f"there is no tile {z}/{x}/{y}: z is 0 to {MAX_ZOOM}, x and y are 0 to 2^z - 1")
    version, srid, body = store.tile(conn, z, x, y)
    packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return TileAnswer(version=version, z=z, x=x, y=y, body=packed, empty=not body, srid=srid)
