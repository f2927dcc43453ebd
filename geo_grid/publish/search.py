"""The one search box: grids, workers, risk sites, facilities and households by code, name or address."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.publish.model import Hit


def search(conn: Connection, text: str, limit: int = 20) -> list[Hit]:
    """At most `limit` hits, exact codes first; an empty or blank `text` finds nothing."""
    raise NotImplementedError
