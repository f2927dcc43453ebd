"""The rows that boards need beside the county."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text


def county_name(conn: Connection) -> str:
    """What the county is called; '' when nobody said."""
    return str(conn.execute(text("SELECT name FROM geo_grid.county")).scalar_one_or_none() or "")


def stations(conn: Connection) -> Sequence[Row[Any]]:
    """(code, name, address, phone) of every facility."""
    return conn.execute(text("SELECT code, name, address, phone FROM geo_grid.facilities ORDER BY code")).all()
