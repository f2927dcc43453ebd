"""What the machine refuses, said in one sentence."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo_grid.errors import Unavailable

#: What a server needs to write its pid file, its logs and a segment of its write-ahead log.
NEEDED_TO_START = 32 * 2**20
#: What a new cluster takes (about 40 MB of catalogues, 16 MB of log) with room for a county.
NEEDED_TO_BEGIN = 300 * 2**20


@contextmanager
def machine_failures(home: Path) -> Iterator[None]:
    """A block whose file errors come out as `Unavailable`."""
    try:
        yield
    except OSError as failure:
        raise Unavailable(_sentence(failure, home)) from failure


def demand_space(folder: Path, needed: int) -> None:
    """Nothing, unless fewer than `needed` bytes are free for ordinary users where `folder` lies."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Unavailable(
            f"the disk of {folder} has {free // 2**20} MB free and the database needs {needed // 2**20} MB: "
            "free some space, or set GEO_GRID_HOME to a folder on another disk"
        )


def _sentence(failure: OSError, home: Path) -> str:
    """One sentence for a file error: where, and what to do."""
    where = failure.filename or home
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk of {where} is full: free some space, or set GEO_GRID_HOME to a folder on another disk"
    if failure.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where} cannot be written: allow it, or set GEO_GRID_HOME to a folder of your own"
    if failure.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{where} is in the way of a folder: remove it, or set GEO_GRID_HOME to another one"
    return f"the local database cannot use {where}: {(failure.strerror or str(failure)).lower()}"
