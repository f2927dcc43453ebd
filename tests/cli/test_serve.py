"""`geo-grid serve --demo`, which is what `make run` runs, from an empty database to a page and its end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from geo_grid.settings import Settings
from tests.cli.programs import PROGRAM, clean_environment, geo_grid

#: How long the page may take when the county is loaded, and when it must come first. An idle machine of two cores needs
#: 4 and 15 s; this one may be running other tests.
SOON_S, FIRST_S = 20, 180


def free_port() -> str:
    """A port that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return str(asked.getsockname()[1])


@contextmanager
def served(environment: dict[str, str], patience_s: float) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program serving, once its page answers; and its address."""
    address = f"http://127.0.0.1:{environment['GEO_GRID_PORT']}"
    program = subprocess.Popen(
        [*PROGRAM, "serve", "--demo"],
        env=clean_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + patience_s
        while not answers(f"{address}/"):
            assert program.poll() is None, program.communicate()[0]
            assert time.monotonic() < deadline, "the page does not answer"
            time.sleep(0.05)
        yield program, address
    finally:
        program.terminate()
        program.wait(20)


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return bool(page.status == 200)
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


@pytest.fixture
def environment(database: Settings) -> dict[str, str]:
    """An empty database of our own, and a port."""
    assert database.database_url
    return {"GEO_GRID_DATABASE_URL": database.database_url, "GEO_GRID_PORT": free_port()}


def test_an_empty_database_gets_the_sample_county_and_serves_it_soon_the_next_time(environment: dict[str, str]) -> None:
    with served(environment, FIRST_S) as (program, address):
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate(timeout=20)
        assert program.returncode == 0
        assert address in said
        assert "accounts" in said
        assert "Traceback" not in said
        assert "WARNING" not in said
    with served(environment, SOON_S) as (_, address):
        assert answers(f"{address}/healthz")
    figures = json.loads(geo_grid("check", "--json", **environment).stdout)
    assert figures["invariants_broken"] == 0
    assert figures["grids"] == {"total": 6, "sub": 79, "branch": 38, "group": 380, "micro": 1846, "special": 226}
    assert (figures["households"], figures["households_unplaced"]) == (28500, 0)
