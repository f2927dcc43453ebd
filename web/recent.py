"""What was asked for last, kept in memory, each value with the version of the map that it is true for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Recent(Generic[K, T]):
    """At most `most` values by key, the one that was not asked for the longest out first; safe among threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[K, tuple[int, T]] = OrderedDict()
        self._making: dict[tuple[K, int], Future[T]] = {}
        self._lock = threading.Lock()

    def at(
        self,
        key: K,
        version: int,
        make: Callable[[], tuple[int, T]],
        is_same: Callable[[T, int, int], bool],
    ) -> T:
        """The value of `key` at a version of the map, or at a newer one; made once, however many threads ask for it.

        `make` gives the value with the version that it was read at; `is_same` tells of a value and two versions whether
        what was true at the one is true at the other.
        """
        with self._lock:
            known = self._known.get(key)
        if known is not None and (version <= known[0] or is_same(known[1], known[0], version)):
            return self._keep(key, max(version, known[0]), known[1])
        with self._lock:
            making = self._making.get((key, version))
            mine = making is None
            if making is None:
                making = self._making[key, version] = Future()
        return self._make(key, version, making, make) if mine else making.result()

    def _make(self, key: K, version: int, making: Future[T], make: Callable[[], tuple[int, T]]) -> T:
        """The value made now, kept and handed to every thread that waits for it."""
        try:
            value = self._keep(key, *make())
            making.set_result(value)
        except BaseException as failure:
            making.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._making[key, version]
        return value

    def _keep(self, key: K, version: int, value: T) -> T:
        """The value, noted as true for the version unless a newer one is known."""
        with self._lock:
            known = self._known.get(key)
            if known is None or known[0] <= version:
                self._known[key] = version, value
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return value
