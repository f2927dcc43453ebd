"""A net of one town in a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from geo_grid.intake import load
from geo_grid.settings import Settings
from tests import databases
from tests.intake import town


@pytest.fixture
def town_database(database: Settings, tmp_path: Path) -> Settings:
    """A database that holds the town's grids, workers and households."""
    folder = tmp_path / "town"
    folder.mkdir()
    return _with_town(database, folder)


@pytest.fixture(scope="module")
def town_to_ask(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The same for all tests of a file that write nothing."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        yield _with_town(settings, tmp_path_factory.mktemp("town"))


def _with_town(database: Settings, folder: Path) -> Settings:
    """The database, once the town is in it."""
    files = [
        town.write(town.grids(), folder, "grids", "gpkg"),
        town.write(town.households(), folder, "households", "gpkg"),
        town.write_table(town.workers(), folder, "workers"),
    ]
    load(database, files)
    return database
