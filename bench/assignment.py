"""Measures the assignment of 285,000 households to their grids against geopandas.sjoin."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas
import numpy as np
import shapely

from bench.measure import Ratio, in_turn
from bench.place import big_sample
from geo_grid.partition.locate import locate


def measure() -> Iterator[Ratio]:
    """One ratio: `locate` to `sjoin`, both on arrays that are already in memory."""
    folder = big_sample()
    leaves = [geopandas.read_file(folder / f"grids_{tier}.zip") for tier in ("micro", "special")]
    cells = np.concatenate([layer.geometry.to_numpy() for layer in leaves])
    households = geopandas.read_file(folder / "households.zip").geometry
    points = shapely.get_coordinates(households.to_numpy())
    frame = geopandas.GeoDataFrame({"cell": range(len(cells))}, geometry=cells, crs=households.crs)
    doors = geopandas.GeoDataFrame(geometry=households)
    joined = doors.sjoin(frame, predicate="intersects")
    here = locate(points, cells)
    alike = joined.groupby(joined.index)["cell"].agg(list)
    if not all(here[at] in found for at, found in alike.items()):
        raise AssertionError("our assignment differs from the join's")
    yield in_turn(
        "assign 285,000 households : geopandas.sjoin",
        lambda: locate(points, cells),
        lambda: doors.sjoin(frame, predicate="intersects"),
        goal=1.0,
    )
