"""Starting and stopping the server of a data directory."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from geo_grid.cluster.account import Account
from geo_grid.cluster.binaries import Binaries
from geo_grid.cluster.failures import NEEDED_TO_START, demand_space
from geo_grid.cluster.status import ClusterState, mark, marked_processes, status_of
from geo_grid.errors import Unavailable

START_LOG = "start.log"
#: Recovery after a crash replays at most `max_wal_size`, which a slow disk may take minutes for.
PATIENCE_S = 300
#: How long the children of a killed server may take to notice; then they are told.
ORPHANS_NOTICE_S = 5


def start_server(places_data: Path, sockets: Path, binaries: Binaries, account: Account) -> None:
    """The server of a data directory, ready for connections."""
    demand_space(places_data, NEEDED_TO_START)
    _end_orphans(places_data)
    _clear_leftovers(places_data, sockets)
    log = places_data / START_LOG
    log.unlink(missing_ok=True)
    # Relative paths: pg_ctl hands them to a shell, and HOME may hold a quote or a dollar sign.
    command = [
        binaries.program("pg_ctl"), "start", "--wait", "--silent", f"--timeout={PATIENCE_S}",
        "--pgdata=.", f"--log={START_LOG}", f"--options=-c cluster_name={mark(places_data)}",
    ]  # fmt: skip
    if account.run(command, cwd=places_data).returncode != 0:
        demand_space(places_data, NEEDED_TO_START)
        raise Unavailable(f"PostgreSQL did not start: {_reason(places_data)}")


def stop_server(data: Path, sockets: Path, binaries: Binaries, account: Account) -> None:
    """A stopped server: open transactions are rolled back, what is committed is on disk."""
    command = [binaries.program("pg_ctl"), "stop", "--wait", "--silent", "--pgdata=.", "--mode=fast"]
    if account.run([*command, "--timeout=60"], cwd=data).returncode != 0 and _is_alive(data, sockets):
        raise Unavailable(f"PostgreSQL did not stop within a minute: see the newest file in {data / 'log'}")


def wait_until_settled(data: Path, sockets: Path) -> ClusterState:
    """The state of a cluster once it is no longer on the way from one state to another."""
    passing = (ClusterState.STARTING, ClusterState.STOPPING)
    if not _until(lambda: status_of(data, sockets).state not in passing, PATIENCE_S):
        raise Unavailable(f"PostgreSQL neither started nor stopped in {PATIENCE_S} s: see {data / 'log'}")
    return status_of(data, sockets).state


def _is_alive(data: Path, sockets: Path) -> bool:
    """Whether a server still runs there."""
    return status_of(data, sockets).pid is not None


def _end_orphans(data: Path) -> None:
    """No child of a killed server left: while one lives it may write, and PostgreSQL rightly does not start."""
    name = mark(data)
    if _until(lambda: not marked_processes(name), ORPHANS_NOTICE_S):
        return
    for pid in marked_processes(name):
        os.kill(pid, signal.SIGQUIT)
    if not _until(lambda: not marked_processes(name), ORPHANS_NOTICE_S):
        raise Unavailable(f"processes of a killed server still use {data}: end them (`pgrep -f {name}` names them)")


def _clear_leftovers(data: Path, sockets: Path) -> None:
    """No pid file or socket of a dead server left.

    PostgreSQL clears them itself unless their number now belongs to another process of the same user, which happens
    after a reboot and in containers; that no server of ours is alive has been seen in the process table.
    """
    for leftover in (data / "postmaster.pid", sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
        leftover.unlink(missing_ok=True)


def _reason(data: Path) -> str:
    """The last thing the server said before it gave up, and where to read the rest."""
    logs = sorted((data / "log").glob("*.log"), key=lambda log: log.stat().st_mtime, reverse=True)
    for log in [data / START_LOG, *logs[:1]]:
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        if fatal:
            return f"{fatal[-1].partition(':  ')[2] or fatal[-1]} (see {log})"
    return f"see {data / START_LOG}"


def _until(settled: Callable[[], bool], patience_s: float) -> bool:
    """Whether `settled` came true in time."""
    deadline = time.monotonic() + patience_s
    while not settled():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
