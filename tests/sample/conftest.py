"""A small county made once, and the layers of the committed sample as plain geopandas reads them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo_grid.sample import SampleCounty, make_county, size_for
from geo_grid.vocabulary import Tier

SHAPES = Path(__file__).resolve().parents[2] / "sample_shapes"
SMALL = size_for(700)


@pytest.fixture(scope="session")
def small_county() -> SampleCounty:
    """A county of 700 households."""
    return make_county(np.random.default_rng([7, 0]), SMALL)


@pytest.fixture(scope="session")
def layers() -> dict[Tier, gpd.GeoDataFrame]:
    """The six grid layers of the committed sample."""
    return {tier: gpd.read_file(SHAPES / f"grids_{tier.name.lower()}.zip") for tier in Tier}


@pytest.fixture(scope="session")
def grids(layers: dict[Tier, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """All grids of the committed sample, by code."""
    return gpd.GeoDataFrame(pd.concat(layers.values())).set_index("网格编码").sort_index()


@pytest.fixture(scope="session")
def households() -> gpd.GeoDataFrame:
    """The households of the committed sample."""
    return gpd.read_file(SHAPES / "households.zip")


@pytest.fixture(scope="session")
def posts() -> pd.DataFrame:
    """The rows of the committed workers.xlsx, empty texts for what is not there."""
    return pd.read_excel(SHAPES / "workers.xlsx", dtype=str, engine="openpyxl").fillna("")
