"""Imports that run at the same time, are killed, or write grids before all files are read, end whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from geo_grid.checks import check
from geo_grid.county import read_county
from geo_grid.db import DbRole, engine
from geo_grid.errors import GeoGridError
from geo_grid.intake import NotClean, load
from geo_grid.journal import latest_changesets
from geo_grid.settings import Settings
from tests.databases import ROOT
from tests.intake import town

SAMPLE = ROOT / "sample_shapes"
WRITTEN = (
    "SELECT (SELECT count(*) FROM grids) + (SELECT count(*) FROM households) + (SELECT count(*) FROM unsettled)"
    " + (SELECT count(*) FROM changesets)"
)


def _start_import(settings: Settings, *paths: Path) -> subprocess.Popen[str]:
    """A process that imports the files and says how many rows were new."""
    code = (
        "import sys; from pathlib import Path;"
        "from geo_grid.intake import load; from geo_grid.settings import settings;"
        "r = load(settings(), [Path(p) for p in sys.argv[1:]]); print(sum(t.new for t in r.tallies.values()))"
    )
    environ = {**os.environ, "GEO_GRID_HOME": str(settings.home), "GEO_GRID_DATABASE_URL": str(settings.database_url)}
    words = [sys.executable, "-c", code, *map(str, paths)]
    return subprocess.Popen(words, env=environ, text=True, stdout=subprocess.PIPE)


def _scalar(conn: Connection, query: str) -> int:
    return int(conn.exec_driver_sql(query).scalar_one())


def _changesets(settings: Settings) -> list[str]:
    with engine(settings, DbRole.LOADER).connect() as conn:
        return [one.kind for one in latest_changesets(conn)]


def test_two_imports_of_the_same_files_at_once_write_them_once(database: Settings, tmp_path: Path) -> None:
    files = [
        town.write(town.grids(), tmp_path, "grids", "gpkg"),
        town.write(town.households(), tmp_path, "households", "gpkg"),
        town.write_table(town.workers(), tmp_path, "workers"),
    ]
    running = [_start_import(database, *files) for _ in range(2)]
    new = sorted(int(process.communicate(timeout=120)[0]) for process in running)
    assert [process.returncode for process in running] == [0, 0]
    assert new == [0, 19]
    assert _changesets(database) == ["import"]
    with engine(database, DbRole.LOADER).connect() as conn:
        assert check(read_county(conn)).invariants_broken == 0


#: What a backend is busy with when its import is killed.
MOMENTS = {
    "while versions come in": "COPY geo_grid.grid_versions%",
    "while the net is proved": "SELECT geo_grid.prove_net()%",
    "while households come in": "COPY geo_grid.households%",
    "while it commits": "COMMIT%",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_killed_at_any_moment_leaves_all_or_nothing(database: Settings, moment: str) -> None:
    """A killed client may have committed already (seen at COMMIT): then all of it is there."""
    files = [*sorted(SAMPLE.glob("grids_*.zip")), SAMPLE / "households.zip", SAMPLE / "workers.xlsx"]
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'geo_grid loader' AND state = 'active' AND query LIKE %s"
    )
    left = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'geo%%'"
    process = _start_import(database, *files)
    with engine(database, DbRole.ADMIN).connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
        watch.exec_driver_sql("SET application_name = 'watch'")
        while not (seen := bool(watch.exec_driver_sql(busy, (MOMENTS[moment],)).scalar())) and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        while _scalar(watch, left):
            time.sleep(0.02)
        written = _scalar(watch, WRITTEN)
    whole = 2575 + 28500 + 1
    assert written in ((0, whole) if moment == "while it commits" or not seen else (0,))


def test_grids_in_a_file_that_was_to_be_read_later_come_in_with_the_others(database: Settings, tmp_path: Path) -> None:
    grids = town.grids()
    files = [
        town.write(grids[grids["网格层级"] == "微网格"], tmp_path, "grids_micro", "gpkg"),
        town.write(grids[grids["网格层级"] != "微网格"], tmp_path, "others", "gpkg"),
    ]
    assert load(database, files).tallies["grids"].new == 9
    assert _changesets(database) == ["import"]


def test_grids_written_early_go_when_a_later_file_is_refused(database: Settings, tmp_path: Path) -> None:
    households = town.households()
    households["联系人"] = "nobody"
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")
    files = [town.write(town.grids(), tmp_path, "微网格及其他网格 grid", "gpkg")]
    with pytest.raises(NotClean):
        load(database, [*files, town.write(households, tmp_path, "doors", "gpkg")])
    with pytest.raises(GeoGridError):
        load(database, [*files, broken])
    with engine(database, DbRole.ADMIN).connect() as conn:
        assert _scalar(conn, WRITTEN) == 0
