"""A net of one town in a database of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_grid.intake import load
from geo_grid.settings import Settings
from tests.intake import town


@pytest.fixture
def town_database(database: Settings, tmp_path: Path) -> Settings:
    """A database that holds the town's grids, workers and households."""
    folder = tmp_path / "town"
    folder.mkdir()
    files = [
        town.write(town.grids(), folder, "grids", "gpkg"),
        town.write(town.households(), folder, "households", "gpkg"),
        town.write_table(town.workers(), folder, "workers"),
    ]
    load(database, files)
    return database
