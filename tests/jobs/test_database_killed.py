"""A load in whose middle PostgreSQL is killed: the old state stands, and the load happens once it is back."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from geo_grid.db import dispose_engines, upgrade
from geo_grid.jobs import JobState
from geo_grid.settings import Settings
from tests.intake import town
from tests.jobs.test_import_runs import _until, asked, grids_of, run, start_local_worker, started


@pytest.fixture
def own_cluster() -> Iterator[Settings]:
    """A cluster of the test's own, which may be killed."""
    with tempfile.TemporaryDirectory(prefix="gg") as folder:
        settings = Settings(home=Path(folder) / "home")
        cluster = Cluster(settings.home)
        cluster.start()
        upgrade(settings)
        yield settings
        dispose_engines(settings)
        cluster.stop()


def test_a_load_outlives_the_database(own_cluster: Settings, tmp_path: Path) -> None:
    run_id = started(own_cluster, town.write(town.grids(), tmp_path, "grids", "gpkg"))
    job = asked(own_cluster, run_id, "load")
    worker = start_local_worker(own_cluster)
    try:
        _until(own_cluster, job, lambda one: one.stage != "")
        pid = Cluster(own_cluster.home).status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        dispose_engines(own_cluster)
        Cluster(own_cluster.home).start()
        assert grids_of(own_cluster) in {0, 9}
        over = _until(own_cluster, job, lambda one: one.is_over)
        assert (over.state, over.stands, grids_of(own_cluster)) == (JobState.DONE, "new", 9)
        assert run(own_cluster, run_id).state == "loaded"
    finally:
        worker.kill()
        worker.wait()
