"""Fixtures of these tests: the town, to read and to change, and a reader of tiles."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from sqlalchemy import Connection

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.publish import TileAnswer, prepare_tiles
from geo_grid.settings import Settings
from tests import databases
from tests.publish import town

Layers = dict[str, pd.DataFrame]


def _template(cluster: Cluster) -> str:
    sources = (*databases.SCHEMA_SOURCES, Path(town.__file__))
    return databases.template(cluster, "town", sources, town.build)


@pytest.fixture(scope="session")
def town_database(cluster: Cluster) -> Iterator[Settings]:
    """Settings of a database with the town, for tests that only read."""
    with databases.clone(cluster, _template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="session")
def prepared_database(cluster: Cluster) -> Iterator[Settings]:
    """Settings of the town with its shapes prepared for tiles, for tests that only read."""
    with databases.clone(cluster, _template(cluster)) as settings:
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            prepare_tiles(conn)
        yield settings


@pytest.fixture
def town_clone(cluster: Cluster) -> Iterator[Settings]:
    """Settings of a copy of the town of this test's own."""
    with databases.clone(cluster, _template(cluster)) as settings:
        yield settings


@pytest.fixture
def web(town_database: Settings) -> Iterator[Connection]:
    """A connection to the town as the web has it: it may only read."""
    with engine(town_database, DbRole.WEB).connect() as conn:
        yield conn


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[TileAnswer], Layers]:
    """Reads a tile with GDAL: a table per layer, coordinates in tile units, north up."""

    def read(answer: TileAnswer) -> Layers:
        path = tmp_path / f"{answer.z}-{answer.x}-{answer.y}.mvt"
        path.write_bytes(gzip.decompress(answer.body))
        names = pyogrio.list_layers(path)[:, 0] if path.stat().st_size else []
        return {name: pyogrio.read_dataframe(path, layer=name, CLIP="NO", METADATA_FILE="") for name in names}

    return read


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a place."""
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(down * 2**z)
