"""Outlines that cross themselves made valid polygons on the lattice."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition.lattice import Flags, Geometries, to_lattice
from geo_grid.partition.remainder import multi

#: Rounding to the lattice can make a mended ring cross again, a unit wide; each round mends that.
_ROUNDS = 5


def mended(polygons: Geometries) -> tuple[Geometries, Flags]:
    """The polygons valid, as MultiPolygons on the lattice (None where nothing is left), and which ones were changed.

    GEOS's 'structure' method keeps what the rings were drawn around; lines and points that are left over are dropped.
    """
    result = np.asarray(polygons, dtype=object).copy()
    wrong = ~shapely.is_valid(result) & ~shapely.is_missing(result)
    changed = wrong.copy()
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(wrong)
        if len(rows) == 0:
            break
        made = shapely.make_valid(result[rows], method="structure", keep_collapsed=False)
        result[rows] = to_lattice(np.array([_polygons(one) for one in made], dtype=object))
        wrong[rows] = ~shapely.is_valid(result[rows])
    result[wrong | shapely.is_empty(result)] = None
    here = ~shapely.is_missing(result)
    if here.any():
        result[here] = multi(result[here])
    return result, changed


def _polygons(shape: object) -> object:
    """The polygonal part of a geometry."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
