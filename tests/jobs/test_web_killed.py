"""A load in whose middle the web server is killed, its worker with it: it happens once, on the next start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from geo_grid.db import DbRole, engine
from geo_grid.jobs import JobState, read_job
from geo_grid.settings import PREFIX, Settings
from tests.intake import town
from tests.jobs.test_import_runs import _until, asked, grids_of, run, settings_here, started

__all__ = ["settings_here"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def serve(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    """`geo-grid serve` on a port, with the worker that it keeps."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    given = settings.model_dump(exclude_none=True) | {"port": port}
    environ |= {PREFIX + name.upper(): str(value) for name, value in given.items()}
    command = [sys.executable, "-m", "geo_grid.cli", "serve"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answers(port: int) -> bool:
    """Whether the server comes to answer within a minute."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return False


def children_of(pid: int) -> set[int]:
    """The processes below another, with theirs."""
    found: set[int] = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found |= {int(path.parent.name), *children_of(int(path.parent.name))}
    return found


@pytest.mark.parametrize("stage", ["reading files", pytest.param("preparing the map", marks=pytest.mark.soak)])
def test_a_load_outlives_the_web_server(settings_here: Settings, tmp_path: Path, stage: str) -> None:
    run_id = started(settings_here, town.write(town.grids(), tmp_path, "grids", "gpkg"))
    port = free_port()
    server = serve(settings_here, port)
    try:
        assert answers(port)
        job = asked(settings_here, run_id, "load")
        _until(settings_here, job, lambda one: one.stage == stage or one.is_over)
        below = children_of(server.pid)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        for _ in range(100):
            if not any(Path(f"/proc/{pid}").exists() for pid in below):
                break
            time.sleep(0.1)
        assert {pid for pid in below if Path(f"/proc/{pid}").exists()} == set()
        with engine(settings_here, DbRole.WEB).connect() as conn:
            stands = read_job(conn, job).stands
        assert grids_of(settings_here) == {"old": 0, "new": 9}[stands]
        server = serve(settings_here, port)
        assert answers(port)
        over = _until(settings_here, job, lambda one: one.is_over)
        assert (over.state, over.stands, grids_of(settings_here)) == (JobState.DONE, "new", 9)
        assert run(settings_here, run_id).state == "loaded"
    finally:
        server.terminate()
        server.wait(30)
