"""An import through its steps: looked at, rehearsed, loaded once, whatever is killed meanwhile, and undone."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import BadInput, Refused
from geo_grid.intake import load
from geo_grid.intake.runs import (
    Run,
    add_file,
    choose,
    create_run,
    folder_of,
    load_key,
    note_job,
    read_run,
    receive,
)
from geo_grid.jobs import TASKS, Job, JobState, NewJob, queue, read_job, work_off
from geo_grid.settings import Settings
from tests.intake import town


def write(settings: Settings, work: Callable[[Connection], object]) -> object:
    """What `work(conn)` answers, committed."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        return work(conn)


def started(settings: Settings, *paths: Path) -> int:
    """The id of a run with these files."""
    run_id = int(str(write(settings, lambda conn: create_run(conn, "alice"))))
    for path in paths:
        upload(settings, run_id, path.name, path.read_bytes())
    return run_id


def upload(settings: Settings, run_id: int, name: str, content: bytes) -> None:
    """One file more in the run."""
    kept = receive(settings, run(settings, run_id), name, io.BytesIO(content))
    write(settings, lambda conn: add_file(conn, run_id, kept))


def run(settings: Settings, run_id: int) -> Run:
    """The run as it stands."""
    with engine(settings, DbRole.WEB).connect() as conn:
        return read_run(conn, run_id)


def asked(settings: Settings, run_id: int, kind: str) -> int:
    """The id of a job of that kind on the run, queued."""
    key = load_key(run_id) if kind == "load" else None
    job = int(str(write(settings, lambda conn: queue(conn, NewJob(kind, "alice", {"run": run_id}, key)))))
    write(settings, lambda conn: note_job(conn, run_id, job))
    return job


def done(settings: Settings, run_id: int, kind: str) -> Job:
    """The job of that kind on the run, done."""
    job = asked(settings, run_id, kind)
    work_off(settings, TASKS)
    with engine(settings, DbRole.WEB).connect() as conn:
        return read_job(conn, job)


def grids_of(settings: Settings) -> int:
    """How many grids stand."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        query = "SELECT count(*) FROM geo_grid.grid_versions WHERE upper_inf(valid)"
        return int(conn.execute(text(query)).scalar_one())


@pytest.fixture
def settings_here(database: Settings, tmp_path: Path) -> Settings:
    """An empty database, with a HOME of the test's own for uploads."""
    return database.model_copy(update={"home": tmp_path / "home"})


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The town's grids and households."""
    return [
        town.write(town.grids(), tmp_path, "grids", "shp"),
        town.write(town.households(), tmp_path, "households", "gpkg"),
    ]


def test_a_run_goes_from_files_to_the_county_and_back(settings_here: Settings, files: list[Path]) -> None:
    run_id = started(settings_here, *files)
    assert done(settings_here, run_id, "look").state is JobState.DONE
    seen = run(settings_here, run_id).sighting
    assert seen is not None
    assert [layer["rows"] for layer in seen["layers"]] == [9, 4]
    assert (
        done(settings_here, run_id, "rehearse").result == {"findings": 0, "loads": True}
        or run(settings_here, run_id).verdict["loads"]
    )  # type: ignore[index]
    assert grids_of(settings_here) == 0
    loaded = done(settings_here, run_id, "load")
    assert (loaded.state, loaded.stands, grids_of(settings_here)) == (JobState.DONE, "new", 9)
    assert run(settings_here, run_id).state == "loaded"
    assert not folder_of(settings_here, run_id).exists()
    assert done(settings_here, run_id, "undo").state is JobState.DONE
    assert (run(settings_here, run_id).state, grids_of(settings_here)) == ("undone", 0)


def test_what_the_rehearsal_says_is_what_the_load_does(settings_here: Settings, files: list[Path]) -> None:
    run_id = started(settings_here, *files)
    done(settings_here, run_id, "rehearse")
    done(settings_here, run_id, "load")
    said, did = run(settings_here, run_id).verdict, run(settings_here, run_id).report
    assert said is not None
    assert did is not None
    assert said["report"]["nouns"] == did["nouns"]
    assert said["report"]["diff"] == did["diff"]


def test_choices_of_a_layer_rule_over_what_its_file_says(settings_here: Settings, tmp_path: Path) -> None:
    frame = town.grids().rename(columns={"网格编码": "bm", "网格名称": "mc", "网格层级": "cj", "上级编码": "sj"})
    run_id = started(settings_here, town.write(frame, tmp_path, "some", "geojson"))
    columns = {"code": "bm", "name": "mc", "tier": "cj", "parent": "sj"}
    chosen = {"layers": {"some.geojson": {"map": {"noun": "grids", "columns": columns, "tier": None}}}}
    write(settings_here, lambda conn: choose(conn, run_id, chosen))
    assert done(settings_here, run_id, "load").state is JobState.DONE
    assert grids_of(settings_here) == 9


def test_a_name_is_never_a_path(settings_here: Settings) -> None:
    run_id = started(settings_here)
    upload(settings_here, run_id, "..\\..\\/etc/../网格 一.CSV", b"code\n1\n")
    kept = run(settings_here, run_id).files[0]
    assert (kept.name, kept.stored) == ("网格 一.CSV", "001.csv")
    assert [path.name for path in folder_of(settings_here, run_id).iterdir()] == ["001.csv"]


def test_parts_of_a_shapefile_stay_together(settings_here: Settings) -> None:
    run_id = started(settings_here)
    for name in ("A.shp", "b.zip", "a.dbf", "A.PRJ"):
        upload(settings_here, run_id, name, b"x")
    assert [file.stored for file in run(settings_here, run_id).files] == ["001.shp", "002.zip", "001.dbf", "001.prj"]


@pytest.mark.parametrize("name", ["evil.vrt", "a.exe", "", "x" * 300 + ".zip", "a\n.zip"])
def test_what_is_not_read_is_not_kept(settings_here: Settings, name: str) -> None:
    run_id = started(settings_here)
    with pytest.raises(BadInput):
        upload(settings_here, run_id, name, b"x")


def test_the_same_file_twice_is_refused(settings_here: Settings) -> None:
    run_id = started(settings_here)
    upload(settings_here, run_id, "a.shp", b"x")
    with pytest.raises(Refused, match="there already"):
        upload(settings_here, run_id, "A.shp", b"x")


def test_a_file_that_cannot_be_read_is_told_and_nothing_is_loaded(settings_here: Settings) -> None:
    run_id = started(settings_here)
    upload(settings_here, run_id, "网格.zip", b"no zip at all")
    done(settings_here, run_id, "look")
    seen = run(settings_here, run_id).sighting
    assert seen is not None
    assert [one["file"] for one in seen["refused"]] == ["网格.zip"]
    failed = done(settings_here, run_id, "load")
    assert (failed.state, failed.stands) == (JobState.FAILED, "old")
    assert failed.error.startswith("网格.zip")


WORKER = """
import sys
from geo_grid.jobs import TASKS, work
from geo_grid.settings import Settings
work(Settings(database_url=sys.argv[1], home=sys.argv[2]), TASKS, stale_s=2.0)
"""


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", WORKER, str(settings.database_url), str(settings.home)])


def start_local_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker on the local cluster of `settings`, in a process of its own."""
    program = WORKER.replace("database_url=sys.argv[1], ", "")
    return subprocess.Popen([sys.executable, "-c", program, "", str(settings.home)])


@pytest.mark.parametrize("stage", ["reading files", "preparing the map"])
def test_a_load_whose_worker_is_killed_happens_once(settings_here: Settings, files: list[Path], stage: str) -> None:
    run_id = started(settings_here, *files)
    job = asked(settings_here, run_id, "load")
    worker = start_worker(settings_here)
    try:
        _until(settings_here, job, lambda one: one.stage == stage or one.is_over)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        with engine(settings_here, DbRole.WEB).connect() as conn:
            stands = read_job(conn, job).stands
        assert grids_of(settings_here) == {"old": 0, "new": 9}[stands]
        worker = start_worker(settings_here)
        over = _until(settings_here, job, lambda one: one.is_over)
        assert (over.state, over.stands, grids_of(settings_here)) == (JobState.DONE, "new", 9)
        assert run(settings_here, run_id).state == "loaded"
    finally:
        worker.kill()
        worker.wait()


def _until(settings: Settings, job: int, wanted: Callable[[Job], bool]) -> Job:
    """The job once it is as wanted."""
    for _ in range(600):
        with engine(settings, DbRole.WEB).connect() as conn:
            found = read_job(conn, job)
        if wanted(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"the job never came so far: {found}")


def test_the_report_names_every_finding_in_a_workbook(settings_here: Settings, tmp_path: Path) -> None:
    from geo_grid.intake.report_files import write_places, write_workbook

    finding = {"rule": "gap", "severity": "error", "where": "=A row 3", "row": 3, "message": "a slit", "hint": "snap",
               "households": 2, "area_m2": 1.5, "point": [111.0, 36.0], "geometry": None}  # fmt: skip
    write_workbook([finding], tmp_path / "r.xlsx")
    sheet = load_workbook(tmp_path / "r.xlsx").active
    assert [cell.value for cell in sheet[1]][:4] == ["序号", "严重程度", "问题类别", "位置"]
    assert [cell.value for cell in sheet[2]][:4] == [1, "错误", "gap", "'=A row 3"]
    write_places([finding], tmp_path / "r.gpkg")
    write_places([], tmp_path / "none.gpkg")
    assert (tmp_path / "none.gpkg").stat().st_size


@pytest.mark.parametrize("kind", ["shp", "gpkg", "geojson"])
def test_our_own_files_change_nothing_when_they_come_again(settings_here: Settings, tmp_path: Path, kind: str) -> None:
    files = [
        town.write(town.grids(), tmp_path, "grids", kind),
        town.write(town.households(), tmp_path, "households", kind),
    ]
    load(settings_here, files)
    run_id = started(settings_here, *files)
    done(settings_here, run_id, "rehearse")
    verdict = run(settings_here, run_id).verdict
    assert verdict is not None
    assert verdict["report"]["diff"]["empty"]
    done(settings_here, run_id, "load")
    assert run(settings_here, run_id).state == "unchanged"
