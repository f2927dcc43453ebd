"""What is costly to make and kept in memory: the latest of each scope, made anew when its mark has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from geo_grid.access import Scope

T = TypeVar("T")
M = TypeVar("M", bound=Hashable)
#: Scopes that a process keeps something for; the one that was not asked for the longest goes first.
MOST_SCOPES = 32


def never(_was: object, _now: object) -> bool:
    """No: what has another mark is another value."""
    return False


class Kept(Generic[M, T]):
    """The latest value of each scope with the mark it is true under, safe among threads."""

    def __init__(self) -> None:
        self._latest: OrderedDict[Scope, tuple[M, T]] = OrderedDict()
        self._making: dict[Scope, threading.Lock] = {}
        self._lock = threading.Lock()

    def known(self, scope: Scope, mark: M) -> T | None:
        """The value of `scope` under `mark`, if it is the latest; never waits for one that is being made."""
        with self._lock:
            known = self._latest.get(scope)
        return known[1] if known is not None and known[0] == mark else None

    def at(self, scope: Scope, mark: M, make: Callable[[], T], is_same: Callable[[M, M], bool] = never) -> T:
        """The value of `scope` under `mark`, by `make` when it is another one than the latest.

        `is_same` tells of the latest's mark and this one whether what was made under the one is true under the other.
        A value is made once, however many threads ask for it; those of other scopes do not wait for it.
        """
        with self._lock:
            making = self._making.setdefault(scope, threading.Lock())
        with making:
            with self._lock:
                known = self._latest.get(scope)
            if known is None or (known[0] != mark and not is_same(known[0], mark)):
                known = mark, make()
            self._keep(scope, (mark, known[1]))
            return known[1]

    def _keep(self, scope: Scope, known: tuple[M, T]) -> None:
        """Note that this is the latest of the scope, and forget the scope that was not asked for the longest."""
        with self._lock:
            self._latest[scope] = known
            self._latest.move_to_end(scope)
            while len(self._latest) > MOST_SCOPES:
                gone, _ = self._latest.popitem(last=False)
                self._making.pop(gone, None)
