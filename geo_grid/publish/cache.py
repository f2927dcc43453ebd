"""The tiles a server process keeps in memory, each under the map version it was made from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from geo_grid.errors import Stale
from geo_grid.publish.model import TileAnswer
from geo_grid.publish.tiles import tile

#: What is kept for whom (a scope; None: whoever sees the county), then version, zoom, column, row.
Key = tuple[Hashable, int, int, int, int]
Connect = Callable[[], AbstractContextManager[Connection]]

DEFAULT_BYTES = 64 * 1024 * 1024
#: What one entry weighs besides its body: the key, the answer, the links of the ordered dict (measured: 400–600 bytes).
OVERHEAD_BYTES = 600


class TileCache:
    """Tiles by (scope, version, z, x, y), least recently used out first, bounded in bytes, safe among threads.

    A tile is kept under the version its own snapshot had, never under the one that was asked for; so an entry is true
    for ever and needs no invalidation.
    """

    def __init__(self, max_bytes: int = DEFAULT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._tiles: OrderedDict[Key, TileAnswer] = OrderedDict()
        self._building: dict[Key, Future[TileAnswer]] = {}
        self._lock = threading.Lock()

    def get(self, version: int, z: int, x: int, y: int, *, connect: Connect, scope: Hashable = None) -> TileAnswer:
        """The tile at `version`; a connection is only opened when it has to be built.

        `connect` is called without arguments and gives a connection as a context manager: `engine.connect`. What it
        sees is kept for `scope` alone. One cold tile is built once, however many threads ask for it. Raises `Stale`
        when `version` is neither in the cache nor the present one, `NotFound` when there is no such tile.
        """
        key = (scope, version, z, x, y)
        with self._lock:
            known = self._tiles.get(key)
            if known is not None:
                self._tiles.move_to_end(key)
                return known
            building = self._building.get(key)
            mine = building is None
            if building is None:
                building = self._building[key] = Future()
        answer = self._build(key, building, connect) if mine else building.result()
        if answer.version != version:
            raise Stale(f"the map is at version {answer.version} now, not {version}: load the page again")
        return answer

    def _build(self, key: Key, building: Future[TileAnswer], connect: Connect) -> TileAnswer:
        """The tile as the database holds it now, kept and handed to every thread that waits for it."""
        try:
            with connect() as conn:
                answer = tile(conn, *key[2:])
            self._keep(key[0], answer)
            building.set_result(answer)
        except BaseException as failure:
            building.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._building[key]
        return answer

    def _keep(self, scope: Hashable, answer: TileAnswer) -> None:
        """Adds a tile and drops the least recently used ones until the bound holds again."""
        key = (scope, answer.version, answer.z, answer.x, answer.y)
        with self._lock:
            old = self._tiles.pop(key, None)
            self._bytes += _weight(answer) - (_weight(old) if old else 0)
            self._tiles[key] = answer
            while self._bytes > self._max_bytes:
                _, dropped = self._tiles.popitem(last=False)
                self._bytes -= _weight(dropped)

    def __len__(self) -> int:
        """How many tiles are kept."""
        return len(self._tiles)

    @property
    def bytes_held(self) -> int:
        """How many bytes the kept tiles weigh."""
        return self._bytes


def _weight(answer: TileAnswer) -> int:
    """The bytes that keeping `answer` costs."""
    return len(answer.body) + OVERHEAD_BYTES
