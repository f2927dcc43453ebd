"""A partition in seconds: not the run of record, but near enough to look at before it."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition.clean_widths import LEAST_GAP_M
from geo_grid.partition.lattice import Flags, Geometries


def preview(cells: Geometries, first: Flags, *, gap_m: float | None = None, snap_m: float | None = None) -> Geometries:
    """The cells (n,) without overlaps and narrow gaps, by GEOS's coverage cleaning; not on the lattice.

    `first` marks the cells that are cut out of the others before (special grids): the cleaning knows no ranks. It is
    never asked to snap by 0, which in GEOS 3.14 silently gives one polygon's ground to another (libgeos #1525), and
    never by more than half of the widest gap.
    """
    gap_m = LEAST_GAP_M if gap_m is None else gap_m
    snap_m = gap_m / 2 if snap_m is None else min(max(snap_m, 1 / 1024), gap_m / 2)
    shapes = np.asarray(cells, dtype=object).copy()
    others = np.flatnonzero(~first)
    if first.any() and len(others):
        leading = shapes[first]
        row, hit = shapely.STRtree(leading).query(shapes[others], predicate="intersects")
        for index in np.unique(row):
            taken = shapely.union_all(leading[hit[row == index]])
            shapes[others[index]] = shapely.difference(shapes[others[index]], taken)
    return np.asarray(shapely.coverage_clean(shapes, snapping_distance=snap_m, gap_width=gap_m), dtype=object)
