"""The tiles a server process keeps in memory, each with the versions of the map that it is true for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NoReturn

from geo_grid.errors import Stale
from geo_grid.publish.changes import ChangeLog, Connect
from geo_grid.publish.ground import tile_ground
from geo_grid.publish.model import TileAnswer
from geo_grid.publish.shared import Key, SharedTiles
from geo_grid.publish.tiles import tile

DEFAULT_BYTES = 64 * 1024 * 1024
#: Tiles that a process draws at once: with more of them the quick answers of the others would wait.
MOST_DRAWN_AT_ONCE = 2
#: What one entry weighs besides its body: the key, the answer, the links of the ordered dict (measured: 400–600 bytes).
OVERHEAD_BYTES = 600


@dataclass(slots=True)
class Held:
    """A tile, true from the version `since` up to the version `until`, both included, as far as is known."""

    answer: TileAnswer
    since: int
    until: int

    @property
    def weight(self) -> int:
        """The bytes that keeping it costs."""
        return len(self.answer.body) + OVERHEAD_BYTES


class TileCache:
    """Tiles by (scope, z, x, y), least recently used out first, bounded in bytes, safe among threads.

    A tile is kept under the version its own snapshot had, never under the one that was asked for. It goes over to a
    newer version without being drawn again when nothing has changed since that could be in it (`Change.spares`), and
    is as good for an older one that it could not be told from. `shared` are the tiles of the server's other processes.
    """

    def __init__(
        self, max_bytes: int = DEFAULT_BYTES, log: ChangeLog | None = None, shared: SharedTiles | None = None
    ) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._tiles: OrderedDict[Key, Held] = OrderedDict()
        self._building: dict[tuple[Key, int], Future[TileAnswer]] = {}
        self._lock = threading.Lock()
        self._log = log or ChangeLog()
        self._shared = shared
        self._drawing = threading.BoundedSemaphore(MOST_DRAWN_AT_ONCE)

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
        answer = self._build(key, version, building, connect, connect_widely) if mine else building.result()
        if answer.version != version:
            return self._known(key, version, connect_widely) or _tell_gone(version, answer.version)
        return answer

    def _known(self, key: Key, version: int, connect: Connect | None) -> TileAnswer | None:
        """The tile that is kept and true for `version`; None when there is none."""
        with self._lock:
            held = self._tiles.get(key)
            if held is None:
                return None
            self._tiles.move_to_end(key)
            since, until = held.since, held.until
            if since <= version <= until:
                return held.answer
        old, new = (version, since) if version < since else (until, version)
        if connect is None or not self._is_spared(key, held.answer, old, new, connect):
            return None if version > until else _tell_gone(version, until)
        with self._lock:
            held.since, held.until = min(held.since, version), max(held.until, version)
        return held.answer

    def _is_spared(self, key: Key, answer: TileAnswer, old: int, new: int, connect: Connect) -> bool:
        """Whether nothing changed from one version to another, or to the present, that could be in the tile."""
        since = self._log.between(old, new, connect)
        if since is None:
            return False
        tops, z, x, y = key
        box = tile_ground(answer.srid, z, x, y) if answer.srid else None
        return all(change.spares(box, tops) for change in since)

    def _build(
        self, key: Key, version: int, building: Future[TileAnswer], connect: Connect, connect_widely: Connect | None
    ) -> TileAnswer:
        """The tile as the database holds it now, kept and handed to every thread that waits for it."""
        try:
            answer = self._shared_or_drawn(key, version, connect, connect_widely)
            building.set_result(answer)
        except BaseException as failure:
            building.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._building[key, version]
        return answer

    def _shared_or_drawn(self, key: Key, version: int, connect: Connect, widely: Connect | None) -> TileAnswer:
        """The tile as another process drew it, if it is still true, or drawn now; kept."""
        if self._shared is None or widely is None:
            return self._draw(key, connect)
        with self._shared.alone(key):
            found = self._shared.get(key)
            if found is not None:
                self._keep(key, found)
                if found.version >= version or self._is_spared(key, found, found.version, version, widely):
                    return found
            drawn = self._draw(key, connect)
            self._shared.put(key, drawn)
            return drawn

    def _draw(self, key: Key, connect: Connect) -> TileAnswer:
        """The tile as the database holds it now, kept."""
        with self._drawing, connect() as conn:
            answer = tile(conn, *key[1:])
        self._keep(key, answer)
        return answer

    def _keep(self, key: Key, answer: TileAnswer) -> None:
        """Adds a tile and drops the least recently used ones until the bound holds again."""
        with self._lock:
            old = self._tiles.get(key)
            if old is not None and old.until >= answer.version:
                return
            self._tiles[key] = held = Held(answer, answer.version, answer.version)
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


def _tell_gone(asked: int, known: int) -> NoReturn:
    """Raises the error for who asks for a version that is not, or no longer, the present one."""
    raise Stale(f"the map is at version {known} now, not {asked}: load the page again")
