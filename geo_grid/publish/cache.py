"""The tiles a server process keeps in memory, each with the versions of the map that it is true for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass

from geo_grid.errors import Stale
from geo_grid.publish.changes import ChangeLog, Connect
from geo_grid.publish.ground import tile_ground
from geo_grid.publish.model import TileAnswer
from geo_grid.publish.tiles import tile

#: Who it is kept for (the grids whose subtrees they see; None: whoever sees the county), then zoom, column, row.
Tops = frozenset[str] | None
Key = tuple[Tops, int, int, int]

DEFAULT_BYTES = 64 * 1024 * 1024
#: What one entry weighs besides its body: the key, the answer, the links of the ordered dict (measured: 400–600 bytes).
OVERHEAD_BYTES = 600


@dataclass(slots=True)
class Held:
    """A tile, true from the version it was made from up to the version `until`, both included."""

    answer: TileAnswer
    until: int

    @property
    def weight(self) -> int:
        """The bytes that keeping it costs."""
        return len(self.answer.body) + OVERHEAD_BYTES


class TileCache:
    """Tiles by (scope, z, x, y), least recently used out first, bounded in bytes, safe among threads.

    A tile is kept under the version its own snapshot had, never under the one that was asked for. It goes over to a
    newer version without being drawn again when nothing has changed since that could be in it (`Change.spares`).
    """

    def __init__(self, max_bytes: int = DEFAULT_BYTES, log: ChangeLog | None = None) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._tiles: OrderedDict[Key, Held] = OrderedDict()
        self._building: dict[tuple[Key, int], Future[TileAnswer]] = {}
        self._lock = threading.Lock()
        self._log = log or ChangeLog()

    def get(
        self,
        version: int,
        z: int,
        x: int,
        y: int,
        *,
        connect: Connect,
        tops: Collection[str] | None = None,
        connect_widely: Connect | None = None,
    ) -> TileAnswer:
        """The tile at `version`; a connection is only opened when it has to be built, or to learn what changed.

        `connect` is called without arguments and gives a connection as a context manager: `engine.connect`. What it
        sees are the subtrees of the grids `tops`, None for the county; `connect_widely` sees the county in any case,
        and without it every version is drawn anew. One cold tile is built once, however many threads ask for it.
        Raises `Stale` when `version` is neither kept nor the present one, `NotFound` when there is no such tile.
        """
        key = (None if tops is None else frozenset(tops), z, x, y)
        known = self._known(key, version, connect_widely)
        if known is not None:
            return known
        with self._lock:
            building = self._building.get((key, version))
            mine = building is None
            if building is None:
                building = self._building[key, version] = Future()
        answer = self._build(key, version, building, connect) if mine else building.result()
        if answer.version != version:
            raise _gone(version, answer.version)
        return answer

    def _known(self, key: Key, version: int, connect: Connect | None) -> TileAnswer | None:
        """The tile that is kept and true for `version`; None when there is none."""
        with self._lock:
            held = self._tiles.get(key)
            if held is None:
                return None
            self._tiles.move_to_end(key)
            if held.answer.version <= version <= held.until:
                return held.answer
        if version < held.until:
            raise _gone(version, held.until)
        if connect is None or not self._is_spared(key, held, version, connect):
            return None
        with self._lock:
            held.until = max(held.until, version)
        return held.answer

    def _is_spared(self, key: Key, held: Held, version: int, connect: Connect) -> bool:
        """Whether nothing has changed up to the present `version` that could be in the tile."""
        since = self._log.between(held.until, version, connect)
        if since is None:
            return False
        tops, z, x, y = key
        srid = held.answer.srid
        box = tile_ground(srid, z, x, y) if srid else None
        return all(change.spares(box, tops) for change in since)

    def _build(self, key: Key, version: int, building: Future[TileAnswer], connect: Connect) -> TileAnswer:
        """The tile as the database holds it now, kept and handed to every thread that waits for it."""
        try:
            with connect() as conn:
                answer = tile(conn, *key[1:])
            self._keep(key, answer)
            building.set_result(answer)
        except BaseException as failure:
            building.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._building[key, version]
        return answer

    def _keep(self, key: Key, answer: TileAnswer) -> None:
        """Adds a tile and drops the least recently used ones until the bound holds again."""
        with self._lock:
            old = self._tiles.get(key)
            if old is not None and old.until >= answer.version:
                return
            self._tiles[key] = held = Held(answer, answer.version)
            self._tiles.move_to_end(key)
            self._bytes += held.weight - (old.weight if old else 0)
            while self._bytes > self._max_bytes:
                _, dropped = self._tiles.popitem(last=False)
                self._bytes -= dropped.weight

    def __len__(self) -> int:
        """How many tiles are kept."""
        return len(self._tiles)

    @property
    def bytes_held(self) -> int:
        """How many bytes the kept tiles weigh."""
        return self._bytes


def _gone(asked: int, known: int) -> Stale:
    """The error for who asks for a version that is not, or no longer, the present one."""
    return Stale(f"the map is at version {known} now, not {asked}: load the page again")
