"""The places of findings, from the county's CRS to longitude and latitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_grid.checks.finding import Finding

if TYPE_CHECKING:
    from pyproj import Transformer

#: Decimals of a degree that are kept: 11 mm.
DECIMALS = 7


@lru_cache(maxsize=16)
def way_to_degrees(srid: int) -> Transformer:
    """PROJ's way from a projected CRS to lon/lat; finding one takes a third of a second, so it is found once."""
    from pyproj import Transformer

    return Transformer.from_crs(srid, "OGC:CRS84", always_xy=True)


def in_degrees(findings: Sequence[Finding], srid: int) -> list[Finding]:
    """The findings with their points and geometries, which are in the county's CRS, in lon/lat."""
    placed = [row for row, one in enumerate(findings) if one.point is not None or one.geometry is not None]
    if not placed:
        return list(findings)
    way = way_to_degrees(srid)
    points = np.array([findings[row].point or (np.nan, np.nan) for row in placed], dtype=np.float64)
    at = np.round(np.column_stack(way.transform(*points.T)), DECIMALS)
    shapes = shapely.from_wkb([findings[row].geometry for row in placed])
    moved = shapely.transform(shapes, lambda coords: np.round(np.column_stack(way.transform(*coords.T)), DECIMALS))
    result = list(findings)
    written = np.atleast_1d(shapely.to_wkb(moved, hex=True)).tolist()
    for row, (lon, lat), geometry in zip(placed, at.tolist(), written, strict=True):
        point = None if findings[row].point is None else (lon, lat)
        result[row] = replace(findings[row], point=point, geometry=geometry)
    return result
