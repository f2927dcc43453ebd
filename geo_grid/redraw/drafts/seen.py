"""Whether a redraw may be looked at, by the rows that the database lets through."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.redraw.drafts import store


def is_seen(conn: Connection, redraw_id: int) -> bool:
    """Whether there is such a redraw in the scope of `conn`."""
    return store.redraw(conn, redraw_id, locking=False) is not None
