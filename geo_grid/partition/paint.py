"""An area drawn as a ring laid over cells: which stretches of the ring part owners, and which faces lie inside."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition.arrange import NOBODY, Arrangement, arrange
from geo_grid.partition.lattice import Flags, Geometries, Integers


def parting(cells: Geometries, region: shapely.Polygon, target: int, *, outside: bool) -> Geometries:
    """The edges of the region's ring that will part two owners once all inside it belongs to `target`.

    `outside`: whether ground of nobody inside the ring changes hands too. The other stretches of the ring (through
    the target's own ground, or through nobody's) would only leave vertices behind.
    """
    found = arrange(cells, np.array([shapely.boundary(region)], dtype=object))
    after = np.append(painted(found, region, target, outside=outside), NOBODY)
    left, right = found.sides
    kept = (after[found.borders.left] != after[found.borders.right]) & (left == right)
    return found.borders.lines(np.flatnonzero(kept))


def painted(found: Arrangement, region: object, target: int, *, outside: bool) -> Integers:
    """The owner of every face (f,) once all inside the region belongs to `target`."""
    changes = inside(found.faces, region)
    if not outside:
        changes &= found.owner != NOBODY
    return np.where(changes, target, found.owner)


def inside(faces: Geometries, region: object) -> Flags:
    """Which faces lie in the region."""
    if len(faces) == 0:
        return np.zeros(0, dtype=bool)
    shapely.prepare(region)
    return np.asarray(shapely.contains(region, shapely.point_on_surface(faces)), dtype=np.bool_)
