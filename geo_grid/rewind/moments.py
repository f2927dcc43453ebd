"""Former states named by a moment or by a change set."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geo_grid.errors import BadInput, NotFound
from geo_grid.rewind import store
from geo_grid.rewind.model import Then

#: The county's clock, as for every session of the database.
CLOCK = ZoneInfo("Asia/Shanghai")


def moment_named(text: str) -> datetime:
    """The moment of `2026-03-01T14:30`, or the end of the day of `2026-03-01`; raises `BadInput`."""
    try:
        if len(text) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), CLOCK)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadInput.of("a moment is written as 2026-03-01 or 2026-03-01T14:30: write it so") from None
    return found if found.tzinfo else found.replace(tzinfo=CLOCK)


def then_at(conn: Connection, moment: datetime) -> Then:
    """The state of the county at a moment; raises `NotFound` before there was anything."""
    found = store.version_at(conn, moment)
    if found is None:
        raise NotFound.of("nothing was there at that moment: choose a later one")
    return store.read_then(conn, found)


def then_before(conn: Connection, changeset_id: int) -> Then:
    """The state before a change set; raises `NotFound` for one that changed nothing."""
    return store.read_then(conn, _version_of(conn, changeset_id) - 1)


def then_after(conn: Connection, changeset_id: int) -> Then:
    """The state that a change set left; raises `NotFound` for one that changed nothing."""
    return store.read_then(conn, _version_of(conn, changeset_id))


def _version_of(conn: Connection, changeset_id: int) -> int:
    """The version that a change set made."""
    found = store.version_of(conn, changeset_id)
    if found is None:
        raise NotFound.of("change set %(id)s is not there or changed nothing: see the journal", id=changeset_id)
    return found
