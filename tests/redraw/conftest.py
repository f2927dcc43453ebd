"""Fixtures of the tests of redraws: the sample county in memory."""

from __future__ import annotations

import pytest

from geo_grid.county import read_county
from geo_grid.db import DbRole, engine, reading
from geo_grid.redraw.memory import MemorySource, memory_of
from geo_grid.settings import Settings


@pytest.fixture(scope="session")
def sample_source(sample_database: Settings) -> MemorySource:
    """The sample county as a source of nets."""
    with reading(engine(sample_database, DbRole.LOADER)) as conn:
        return memory_of(read_county(conn))
