"""The tiles that the processes of one server share: a file for each, in a folder that lives as long as the server."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo_grid.publish.model import TileAnswer

#: Who it is kept for (the grids whose subtrees they see; None: whoever sees the county), then zoom, column, row.
Tops = frozenset[str] | None
Key = tuple[Tops, int, int, int]

#: The folder of HOME in which each running server has one of its own, named by its process.
FOLDER = "tiles"
#: A process that has put more than this there empties the folder: what is still asked for comes back.
MOST_BYTES = 256 * 1024 * 1024
#: What a file takes at least.
BLOCK_BYTES = 4096


class SharedTiles:
    """Tiles in files; whatever a disk refuses is as if it were not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._put = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> TileAnswer | None:
        """The tile that some process drew last; None when there is none."""
        try:
            head, _, body = self._file(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        version, empty, srid = map(int, head.split())
        return TileAnswer(version, *key[1:], body, empty=bool(empty), srid=srid or None)

    def put(self, key: Key, answer: TileAnswer) -> None:
        """Let the other processes have a tile."""
        with self._lock:
            self._put += len(answer.body) + BLOCK_BYTES
            is_full = self._put > MOST_BYTES
            self._put = 0 if is_full else self._put
        file = self._file(key)
        fresh = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with suppress(OSError):
            if is_full:
                self._empty()
            fresh.write_bytes(b"%d %d %d\n" % (answer.version, answer.empty, answer.srid or 0) + answer.body)
            fresh.replace(file)

    @contextmanager
    def alone(self, key: Key) -> Iterator[None]:
        """A block that no other process runs for the same tile at the same time."""
        try:
            lock = os.open(self._folder / f"{self._file(key).name[:2]}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _file(self, key: Key) -> Path:
        """Where a tile lies."""
        tops, *place = key
        name = f"{'*' if tops is None else sorted(tops)} {place}"
        return self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]

    def _empty(self) -> None:
        """The folder without its tiles; locks stay, for who holds one."""
        for file in self._folder.iterdir():
            if file.suffix != ".lock":
                file.unlink(missing_ok=True)


def tiles_of(home: Path, server: int) -> SharedTiles | None:
    """The tiles that the processes of a server share, by the number of its first process; None when it keeps none."""
    folder = home / FOLDER / str(server)
    return SharedTiles(folder) if folder.is_dir() else None


@contextmanager
def tiles_shared(home: Path) -> Iterator[None]:
    """A block in which this process's children share tiles; what servers that were killed left there is removed."""
    mine = home / FOLDER / str(os.getpid())
    with suppress(OSError):
        for left in (home / FOLDER).glob("*"):
            if left == mine or not Path(f"/proc/{left.name}").exists():
                shutil.rmtree(left, ignore_errors=True)
        mine.mkdir(mode=0o700, parents=True)
    try:
        yield
    finally:
        shutil.rmtree(mine, ignore_errors=True)
