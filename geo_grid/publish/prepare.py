"""Shapes made ready for tiles: the whole partition simplified per band of zooms, then joined upward."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.publish.model import PrepareReport


def prepare_tiles(conn: Connection) -> PrepareReport:
    """Replaces the prepared shapes of all current grids; the caller's transaction raises the map version."""
    raise NotImplementedError
