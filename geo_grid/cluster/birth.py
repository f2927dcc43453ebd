"""Making a new data directory: it appears whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from geo_grid.cluster.account import Account
from geo_grid.cluster.binaries import Binaries
from geo_grid.cluster.configuration import include_ours
from geo_grid.cluster.failures import NEEDED_TO_BEGIN, demand_space
from geo_grid.errors import Unavailable

UNFINISHED = "cluster.unfinished"


def make_data_directory(
    data: Path, binaries: Binaries, account: Account, *, admin: str, database: str, settings: Mapping[str, str]
) -> None:
    """A data directory at `data` that holds the superuser `admin` and the database `database`.

    It is made beside its place and renamed when done, so one that an interruption cut short is never taken for whole.
    """
    unfinished = data.parent / UNFINISHED
    if unfinished.exists():
        shutil.rmtree(unfinished)
    demand_space(data.parent, NEEDED_TO_BEGIN)
    unfinished.mkdir(mode=0o700)
    if account.is_another:
        os.chown(unfinished, account.uid, account.gid)
    no_sync = ["--no-sync"] if settings.get("fsync") == "off" else []
    _initdb(unfinished, binaries, account, [f"--username={admin}", *no_sync])
    _create_database(unfinished, binaries, account, database)
    include_ours(unfinished)
    unfinished.rename(data)


def _initdb(folder: Path, binaries: Binaries, account: Account, options: list[str]) -> None:
    """An empty cluster in `folder`: UTF-8, sorted by code point whatever the machine's language is."""
    fixed = ["--pgdata=.", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-instructions"]
    done = account.run([binaries.program("initdb"), *fixed, *options], cwd=folder)
    if done.returncode != 0:
        demand_space(folder, NEEDED_TO_BEGIN)
        raise Unavailable(f"initdb could not make {folder.parent / 'cluster'}: {_last_line(done.stderr)}")


def _create_database(folder: Path, binaries: Binaries, account: Account, database: str) -> None:
    """The database `database`, made by a server that serves nobody else."""
    single = [binaries.program("postgres"), "--single", "-D", ".", "template1"]
    done = account.run(single, cwd=folder, text=f"CREATE DATABASE {database};\n")
    if done.returncode != 0 or "ERROR" in done.stderr:
        raise Unavailable(f"the database {database} could not be created: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason was given")
