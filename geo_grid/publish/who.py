"""Who is responsible at a place on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from geo_grid.publish.model import Responsibility


def who(conn: Connection, lon: float, lat: float, at: date | None = None) -> Responsibility:
    """The grid chain, posts and risk sites at a place; raises `NotFound` outside the net."""
    raise NotImplementedError
