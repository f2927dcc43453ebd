"""Finding the PostgreSQL programs of this machine that have PostGIS beside them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo_grid.errors import Unavailable

#: Where packages put PostgreSQL, as glob patterns below the root: Debian and Ubuntu, then the PGDG packages of Red Hat.
PACKAGED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
NEEDED = ("initdb", "pg_ctl", "pg_config", "postgres")


class PostgresMissing(Unavailable):
    """No PostgreSQL with PostGIS is installed that could run this cluster."""


@dataclass(frozen=True, order=True)
class Binaries:
    """One installed PostgreSQL."""

    major: int
    folder: Path
    has_postgis: bool

    def program(self, name: str) -> str:
        """The full path of one of its programs."""
        return str(self.folder / name)


def packaged_folders(root: Path = Path("/")) -> list[Path]:
    """The folders where PostgreSQL programs may lie: packaged ones first, then what `PATH` finds."""
    folders = [folder for pattern in PACKAGED for folder in sorted(root.glob(pattern))]
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return folders


def find_binaries(folders: Sequence[Path] | None = None, *, major: int | None = None) -> Binaries:
    """The newest PostgreSQL with PostGIS in `folders`; with `major`, the one of that version."""
    found = list(_installed(packaged_folders() if folders is None else folders))
    usable = [binaries for binaries in found if binaries.has_postgis and major in (None, binaries.major)]
    if usable:
        return max(usable)
    raise PostgresMissing(_what_is_missing(found, major))


def _what_is_missing(found: Sequence[Binaries], major: int | None) -> str:
    """One sentence: what to install so that the cluster can run."""
    majors = sorted({binaries.major for binaries in found})
    if not majors:
        return (
            "PostgreSQL is not installed: install it with `apt-get install postgresql postgresql-postgis`, "
            "or set GEO_GRID_DATABASE_URL to an existing PostGIS"
        )
    if major is None or major in majors:
        wanted = major or majors[-1]
        return (
            f"PostgreSQL {wanted} is here without PostGIS: "
            f"install it with `apt-get install postgresql-{wanted}-postgis-3`"
        )
    here = " and ".join(map(str, majors))
    return (
        f"the data directory was made by PostgreSQL {major}, but this machine has {here}: "
        f"install postgresql-{major} and postgresql-{major}-postgis-3, or set GEO_GRID_HOME to a new folder"
    )


def _installed(folders: Sequence[Path]) -> Iterator[Binaries]:
    """Every complete PostgreSQL among `folders`."""
    for folder in folders:
        if all((folder / name).exists() for name in NEEDED):
            version, share = _configuration(folder)
            yield Binaries(version, folder, (share / "extension" / "postgis.control").is_file())


def _configuration(folder: Path) -> tuple[int, Path]:
    """The major version and the share folder, as `pg_config` tells them."""
    asked = [str(folder / "pg_config"), "--version", "--sharedir"]
    version, share = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    digits = re.search(r"\d+", version)
    return int(digits.group()) if digits else 0, Path(share)
