"""Starting, stopping and starting again what a crash left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg2
import pytest

from geo_grid.cluster import Cluster, ClusterState
from geo_grid.cluster.birth import UNFINISHED
from geo_grid.cluster.status import mark, marked_processes

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


def answer(cluster: Cluster, question: str) -> object:
    """The one value that the database answers."""
    address = cluster.url().replace("postgresql+psycopg2", "postgresql")
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
        connection.commit()
    connection.close()
    return row[0] if row else None


@pytest.fixture(scope="module")
def started(module_home: Path) -> Cluster:
    cluster = Cluster(module_home / "home", settings=QUICK)
    cluster.start()
    return cluster


def kill(cluster: Cluster) -> int:
    """The process id of the server, killed without a chance to tidy up."""
    pid = cluster.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


def test_a_new_home_gets_a_utf8_database_sorted_by_code_point(started: Cluster) -> None:
    assert answer(started, "SELECT current_user || ' in ' || current_database()") == "geo_grid_admin in geo_grid"
    assert answer(started, "SHOW server_encoding") == "UTF8"
    assert answer(started, "SELECT 'B' < 'a' AND '二' < '十'") is True


def test_postgis_can_be_created_in_it(started: Cluster) -> None:
    assert str(answer(started, "CREATE EXTENSION IF NOT EXISTS postgis; SELECT postgis_lib_version()")) >= "3.3"


def test_it_listens_on_its_socket_only_and_lets_no_other_account_in(started: Cluster) -> None:
    assert answer(started, "SHOW listen_addresses") == ""
    assert started.status().sockets.stat().st_mode & 0o777 == 0o700
    assert started.status().data.stat().st_mode & 0o777 == 0o700


def test_starting_what_runs_changes_nothing(started: Cluster) -> None:
    before = started.status()
    started.start()
    assert started.status() == before


def test_a_stopped_cluster_starts_again_with_what_was_committed(started: Cluster) -> None:
    answer(started, "CREATE TABLE kept AS SELECT 1 AS one; SELECT 1")
    started.stop()
    assert started.status().state is ClusterState.STOPPED
    started.start()
    assert answer(started, "SELECT one FROM kept") == 1


def test_a_killed_server_starts_again_with_what_was_committed(started: Cluster) -> None:
    answer(started, "CREATE TABLE survived AS SELECT 2 AS two; SELECT 1")
    killed = kill(started)
    started.start()
    assert started.status().pid != killed
    assert answer(started, "SELECT two FROM survived") == 2


def test_children_of_a_killed_server_do_not_prevent_a_start(started: Cluster) -> None:
    def sleep() -> None:
        with pytest.raises(psycopg2.Error):
            answer(started, "SELECT pg_sleep(60)")

    busy = threading.Thread(target=sleep)
    busy.start()
    while answer(started, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == 0:
        time.sleep(0.01)
    kill(started)
    started.start()
    busy.join()
    assert started.status().state is ClusterState.RUNNING


def test_a_pid_file_whose_number_now_belongs_to_another_process_is_seen_through(started: Cluster) -> None:
    data, sockets = started.status().data, started.status().sockets
    kill(started)
    while marked_processes(mark(data)):
        time.sleep(0.01)
    sleeper = subprocess.Popen(["sleep", "60"], **_as_owner_of(data))
    try:
        for leftover in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
            lines = leftover.read_text().splitlines()
            leftover.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
        assert started.status().state is ClusterState.STOPPED
        started.start()
        assert started.status().state is ClusterState.RUNNING
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_home_that_was_moved_still_starts(started: Cluster) -> None:
    started.stop()
    elsewhere = started.home.with_name("elsewhere")
    started.home.rename(elsewhere)
    moved = Cluster(elsewhere, settings=QUICK)
    try:
        moved.start()
        assert answer(moved, "SELECT 1") == 1
    finally:
        moved.stop()
        elsewhere.rename(started.home)
        started.start()


def test_the_server_outlives_the_shell_that_started_it_and_does_not_hold_its_pipes(started: Cluster) -> None:
    started.stop()
    program = (
        f"from pathlib import Path; from geo_grid.cluster import Cluster; Cluster(Path({str(started.home)!r})).start()"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=20, start_new_session=True)
    assert answer(started, "SELECT 1") == 1


def test_two_starts_at_once_make_one_server(home: Path) -> None:
    cluster = Cluster(home / "home", settings=QUICK)
    starters = [threading.Thread(target=Cluster(home / "home", settings=QUICK).start) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    data = cluster.status().data
    assert answer(cluster, "SELECT 1") == 1
    assert sum("cluster_name=" in command for command in marked_processes(mark(data)).values()) == 1


def test_what_an_interrupted_initdb_left_is_thrown_away(home: Path) -> None:
    (home / UNFINISHED).mkdir()
    (home / UNFINISHED / "PG_VERSION").write_text("15\n")
    cluster = Cluster(home, settings=QUICK)
    cluster.start()
    assert answer(cluster, "SELECT 1") == 1
    assert not (home / UNFINISHED).exists()


def test_stopping_what_is_not_there_makes_nothing(home: Path) -> None:
    cluster = Cluster(home / "nowhere")
    cluster.stop()
    assert cluster.status().state is ClusterState.ABSENT
    assert not (home / "nowhere").exists()


def _as_owner_of(data: Path) -> dict[str, object]:
    """The options of `subprocess` that run a program as the server's account."""
    owner = data.stat().st_uid
    return {} if owner == os.geteuid() else {"user": owner, "group": data.stat().st_gid, "extra_groups": []}
