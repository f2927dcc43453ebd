"""The seals of scopes, kept as long as what they say is so: made anew when the roles or the map have changed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

#: What a seal was made for: the account, the action, the grids of its roles, the version of the map.
Asked = tuple[int, str, frozenset[str], int]
#: A seal opens for a quarter of an hour (db/sql/scope.sql); it is made anew long before.
KEPT_SECONDS = 300.0
MOST = 512


class Seals:
    """The latest seals, safe among threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def seal(self, asked: Asked, make: Callable[[], str]) -> str:
        """The seal for what is asked, by `make` when none is kept that is young enough."""
        now = time.monotonic()
        with self._lock:
            made, known = self._kept.get(asked, (now - KEPT_SECONDS, ""))
        if now - made < KEPT_SECONDS:
            return known
        fresh = make()
        with self._lock:
            self._kept[asked] = now, fresh
            self._kept.move_to_end(asked)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return fresh
