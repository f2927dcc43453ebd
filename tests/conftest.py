"""Fixtures that all tests share: a real PostGIS, and databases in it that are cheap to have."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, database_url, engine
from geo_grid.settings import Settings
from tests import databases

# The programs that tests start are hundreds: without compiled modules each spends a third of its time compiling ours.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

#: The files that take longest, longest first: begun last, one of them would keep one worker busy while others wait.
LONG_FILES = (
    "intake/test_clean.py",
    "jobs/test_import_runs.py",
    "browser/test_studio.py",
    "browser/test_map.py",
    "redraw/test_two_at_once.py",
    "intake/test_hostile_files.py",
    "publish/test_sample_county.py",
    "redraw/test_random_moves.py",
    "staffing/test_duties.py",
    "house/test_tools.py",
    "intake/test_at_once.py",
    "web/test_workers.py",
    "web/test_coverage.py",
    "web/test_language.py",
    "intake/test_real_sets_repaired.py",
    "browser/test_supervision.py",
    "browser/test_import.py",
    "sample/test_making.py",
    "sample/test_committed.py",
    "cluster/test_places.py",
    "jobs/test_worker.py",
    "cluster/test_start_and_stop.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the others as they were found."""
    places = {f"tests/{file}": place for place, file in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(places)))


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The tests' own PostGIS, left running for the next run; nothing in it survives a power loss."""
    unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}
    cluster = Cluster(databases.HOME, settings=unsafe)
    cluster.start()
    databases.drop_leftovers(cluster)
    return cluster


@pytest.fixture(scope="session")
def settings(cluster: Cluster) -> Iterator[Settings]:
    """Settings of an empty, upgraded database of this test process; tests must leave it as it is (use `conn`)."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="session")
def admin_url(settings: Settings) -> str:
    """The address of `settings`' database for the administrator."""
    return database_url(settings, DbRole.ADMIN)


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    """A connection as the loader in a transaction that is rolled back.

    The deferred proofs can be called for with `SET CONSTRAINTS ALL IMMEDIATE`.
    """
    with engine(settings, DbRole.LOADER).connect() as conn:
        transaction = conn.begin()
        yield conn
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Settings]:
    """Settings of an empty, upgraded database of this test's own, for tests that commit."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="session")
def sample_database(cluster: Cluster) -> Iterator[Settings]:
    """Settings of a database with the sample county, for tests that only read."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


@pytest.fixture
def sample_clone(cluster: Cluster) -> Iterator[Settings]:
    """Settings of a copy of the sample county of this test's own."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings
