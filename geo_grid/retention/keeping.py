"""What has been kept long enough by the settings: shown, and forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import GeoGridError
from geo_grid.journal import NewChangeset, NewEntry, enter
from geo_grid.retention import store
from geo_grid.settings import Settings

ACTOR = "geo-grid retain"
#: How often the program forgets by itself.
EVERY_SECONDS = 24 * 3600.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of thing, for how many days it is kept, and how many of it are older."""

    kind: str
    days: int
    count: int


def due(conn: Connection, settings: Settings) -> list[Due]:
    """What would go now, kind by kind; `conn` is the loader's."""
    return [Due(kind, days, store.COUNTS[kind](conn, days)) for kind, days in _rules(settings).items()]


def forget_due(settings: Settings, actor: str = ACTOR) -> list[Due]:
    """What went, all of it or nothing; it stands in the journal when there was anything."""
    forget: dict[str, Callable[[Connection, int], int]] = {
        "sign_ins": store.forget_sign_ins,
        "jobs": store.forget_jobs,
        "photos": store.forget_photos,
        "departed": lambda conn, days: _forget_departed(conn, days, actor),
    }
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        gone = [Due(kind, days, forget[kind](conn, days)) for kind, days in _rules(settings).items()]
    facts = {one.kind: one.count for one in gone if one.count}
    if facts:
        with transaction(engine(settings, DbRole.ACCESS)) as conn:
            enter(conn, NewEntry(actor, "retention", "", facts))
    return gone


def keep_forgetting(settings: Settings) -> threading.Thread:
    """A thread that forgets once a day for as long as the program runs; a failure is logged, and tried again."""
    thread = threading.Thread(target=_again_and_again, args=(settings,), name="retention", daemon=True)
    thread.start()
    return thread


def _again_and_again(settings: Settings) -> None:
    """Forget once a day."""
    while True:
        try:
            forget_due(settings)
        except GeoGridError as failure:
            _LOG.error("what is old could not be forgotten: %s", failure)
        threading.Event().wait(EVERY_SECONDS)


def _rules(settings: Settings) -> dict[str, int]:
    """For how many days each kind is kept."""
    return {
        "sign_ins": settings.keep_sign_ins_days,
        "jobs": settings.keep_jobs_days,
        "photos": settings.keep_photos_days,
        "departed": settings.keep_departed_days,
    }


def _forget_departed(conn: Connection, days: int, actor: str) -> int:
    """How many departed workers lost their names and phones; what they did stays under their codes."""
    gone = store.departed(conn, days)
    if gone:
        NewChangeset(actor, "edit", f"forgot {len(gone)} departed workers").open(conn)
        store.blank_workers(conn, gone)
        store.forget_images(conn, "workers", gone, actor, f"left more than {days} days ago")
    return len(gone)
