"""Whether the net holds: every invariant checked once for each version of the data, when somebody first asks."""

from __future__ import annotations

import threading

from sqlalchemy import Connection

from geo_grid.checks import check
from geo_grid.county import read_county
from geo_grid.publish import data_version


class Verdicts:
    """The latest verdict, with the version it was given on; safe among threads, of which one does the work."""

    def __init__(self) -> None:
        self._latest: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def broken(self, conn: Connection) -> int:
        """How many findings say that what the database holds now is corrupt; 0 when the net holds."""
        version = data_version(conn)
        with self._lock:
            if self._latest is None or self._latest[0] != version:
                self._latest = version, check(read_county(conn)).invariants_broken if version else 0
            return self._latest[1]

    def known(self, version: int) -> int | None:
        """The verdict on `version`; None while nobody has asked for it."""
        latest = self._latest
        return latest[1] if latest is not None and latest[0] == version else None
