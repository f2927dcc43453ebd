"""Where the data directory and the socket of a cluster lie, also when HOME is closed to the server's account."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from geo_grid.cluster.account import Account
from geo_grid.errors import Unavailable

#: Where root keeps the data of a HOME that the unprivileged account cannot reach; HOME/cluster is then a link.
SHELTER = Path("/var/lib/geo_grid/clusters")
#: A socket's whole path has room for 107 bytes; PostgreSQL adds `/.s.PGSQL.5432` to the folder.
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True)
class Places:
    """The folders of one cluster."""

    home: Path
    data: Path
    sockets: Path


def current_places(home: Path) -> Places:
    """The places as they stand now; nothing is made."""
    home = home.absolute()
    data = (home / "cluster").resolve()
    sockets = data.parent / "run"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_FOLDER:
        sockets = Path(f"/tmp/geo_grid-{_digest(data)}")  # noqa: S108 - owner and mode are checked
    return Places(home, data, sockets)


def make_home(home: Path) -> None:
    """HOME as a folder; parents that are missing are made too."""
    home.mkdir(parents=True, exist_ok=True)


def open_way(home: Path, account: Account) -> None:
    """A way for `account` to the data directory: HOME as it is, HOME made enterable, or a shelter elsewhere."""
    link = home / "cluster"
    data = link.resolve()
    if link.is_symlink() and not _is_reachable(data):
        raise Unavailable(f"{link} points to {data}, which is gone: bring it back, or remove the link to begin anew")
    if not account.is_another or account.can_enter(data.parent):
        return
    if _made_enterable(home, account) and account.can_enter(data.parent):
        return
    if link.exists():
        way = _closed_folder(data.parent, account)
        raise Unavailable(f"the database's account cannot enter {way}: allow it with `chmod o+x {way}`")
    link.symlink_to(_new_shelter(home, account) / "cluster")


def make_socket_folder(sockets: Path, account: Account) -> None:
    """The folder of the socket, open to the server's account alone; one that a stranger made is refused."""
    sockets.mkdir(mode=0o700, exist_ok=True)
    made = sockets.lstat()
    if not stat.S_ISDIR(made.st_mode) or made.st_uid not in (os.geteuid(), account.uid):
        raise Unavailable(f"{sockets} was made by someone else: remove it, or set GEO_GRID_HOME to a shorter path")
    if made.st_uid != account.uid:
        os.chown(sockets, account.uid, account.gid)
    sockets.chmod(0o700)


def _is_reachable(data: Path) -> bool:
    """Whether the data directory is there, or a shelter stands ready for it that an interruption left empty."""
    return data.exists() or (data.is_relative_to(SHELTER) and data.parent.exists())


def _made_enterable(home: Path, account: Account) -> bool:
    """Whether opening HOME itself for passing through was enough; if not, it is closed again."""
    before = home.stat()
    if before.st_uid != os.geteuid():
        return False
    home.chmod(stat.S_IMODE(before.st_mode) | stat.S_IXOTH)
    if account.can_enter(home):
        return True
    home.chmod(stat.S_IMODE(before.st_mode))
    return False


def _closed_folder(folder: Path, account: Account) -> Path:
    """The first folder on the way down to `folder` that the account cannot pass."""
    way = [*reversed(folder.parents), folder]
    return next((step for step in way if not account.can_enter(step)), folder)


def _new_shelter(home: Path, account: Account) -> Path:
    """A folder of this HOME's own below `SHELTER`; what an earlier HOME of the same path left is not touched."""
    SHELTER.mkdir(parents=True, exist_ok=True)
    if not account.can_enter(SHELTER):
        raise Unavailable(f"the database's account cannot enter {SHELTER}: allow it with `chmod o+x`")
    name = _digest(home)
    taken = sum(1 for shelter in SHELTER.iterdir() if shelter.name.startswith(name))
    shelter = SHELTER / (f"{name}-{taken + 1}" if taken else name)
    shelter.mkdir(mode=0o711)
    shelter.chmod(0o711)
    return shelter


def _digest(path: Path) -> str:
    """A short name for a long path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
