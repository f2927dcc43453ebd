"""The county gets a name, which the map shows."""

from __future__ import annotations

import json

import pytest

from geo_grid.settings import Settings
from tests.cli.programs import geo_grid


def test_a_county_is_named_from_the_command_line(database: Settings) -> None:
    named = geo_grid("county", "--name", " 南山县 ", "--json", GEO_GRID_DATABASE_URL=str(database.database_url))
    assert named.returncode == 0, named.stderr
    assert json.loads(named.stdout)["name"] == "南山县"


@pytest.mark.parametrize("name", ["", " ", "甲\n乙", "长" * 101])
def test_a_name_that_cannot_be_shown_is_refused(database: Settings, name: str) -> None:
    refused = geo_grid("county", "--name", name, GEO_GRID_DATABASE_URL=str(database.database_url))
    assert refused.returncode == 2
    assert "give another one" in refused.stderr
