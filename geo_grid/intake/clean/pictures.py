"""Shapes of repairs for the map: the ground in question, and the outlines around it before and after, in lon/lat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.degrees import DECIMALS, way_to_degrees
from geo_grid.partition.lattice import Geometries

#: How far around the ground the outlines are shown, at least.
_AROUND_M = 20.0
#: Shapes with more vertices are drawn coarser, to these metres.
_FINE, _COARSE_M = 400, 1.0


def outlines_near(shapes: Sequence[Any], ground: Any) -> Any:
    """The outlines of some shapes in a frame around the ground, as one geometry."""
    west, south, east, north = shapely.bounds(ground)
    around = max(_AROUND_M, 0.5 * max(east - west, north - south))
    frame = (west - around, south - around, east + around, north + around)
    lines = shapely.boundary(np.array([shape for shape in shapes if shape is not None], dtype=object))
    return shapely.union_all(shapely.clip_by_rect(lines, *frame))


class ToDegrees:
    """The way from the county's CRS to lon/lat, for shapes and points."""

    def __init__(self, srid: int) -> None:
        self._way = way_to_degrees(srid)

    def shape(self, shape: Any) -> Any:
        """A geometry as GeoJSON; None for None and for an empty one."""
        if shape is None or shapely.is_empty(shape):
            return None
        if shapely.get_num_coordinates(shape) > _FINE:
            shape = shapely.simplify(shape, _COARSE_M, preserve_topology=False)
        return shapely.geometry.mapping(shapely.transform(shape, self._moved))

    def point(self, shape: Any) -> tuple[float, float] | None:
        """A place inside a geometry."""
        if shape is None or shapely.is_empty(shape):
            return None
        lon, lat = self._moved(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
        return float(lon), float(lat)

    def _moved(self, at: Any) -> Any:
        return np.round(np.column_stack(self._way.transform(*at.T)), DECIMALS)


def largest(shapes: Geometries, most: int) -> Any:
    """The largest of many shapes as one geometry."""
    picked = shapes[np.argsort(-shapely.area(shapes), kind="stable")[:most]]
    return shapely.geometrycollections(picked) if len(picked) != 1 else picked[0]
