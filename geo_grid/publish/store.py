"""The queries of the published views; each reads one snapshot and changes nothing."""

from __future__ import annotations

from sqlalchemy import Connection


def map_version(conn: Connection) -> int:
    raise NotImplementedError


def tile(conn: Connection, z: int, x: int, y: int) -> tuple[int, bytes]:
    raise NotImplementedError
