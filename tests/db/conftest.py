"""Fixtures of the tests of the database: the small county, written once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from tests import databases
from tests.db import net
from tests.db.scoped_town import Town, planted_town


@dataclass(frozen=True)
class Planted:
    """A database with the small county, and the county's ground."""

    settings: Settings
    county: dict[str, net.Ground]


def plant(settings: Settings) -> Planted:
    """Write the small county, with three households, and commit it."""
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("alice", "setup")) as conn:
        county = net.write_county(conn)
        net.add_household(conn, "H1", *net.place(0.5, 5.5), "MA")
        net.add_household(conn, "H2", *net.place(2.5, 5.5), "MB")
        net.add_household(conn, "H3", *net.place(3.5, 0.5), "G2")
    return Planted(settings, county)


@pytest.fixture(scope="session")
def planted(cluster: Cluster) -> Iterator[Planted]:
    """The small county in a database of this test process; tests must leave it as it is."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        yield plant(settings)


@pytest.fixture
def own_county(database: Settings) -> Planted:
    """The small county in a database of this test's own."""
    return plant(database)


@pytest.fixture
def edit(planted: Planted) -> Iterator[Connection]:
    """A connection as the loader to the small county, rolled back."""
    with engine(planted.settings, DbRole.LOADER).connect() as conn:
        transaction = conn.begin()
        yield conn
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture(scope="session")
def town(cluster: Cluster) -> Iterator[Town]:
    """Two supervisors of one grid each; what is committed there is taken back."""
    with planted_town(cluster) as town:
        yield town
