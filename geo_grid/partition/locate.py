"""Which cell each point lies in, exactly, by a rule that gives every point one cell only.

A point belongs to the cell that holds it after a step of (e, e*e): infinitely little east and still less north. So a
point on a border has one owner whatever the order of the cells, and a point on the rim of the whole net has one only
where the net lies east of it (or north, on a level rim).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.partition.lattice import Flags, Floats, Geometries, Integers, units


def locate(points: npt.ArrayLike, cells: Geometries) -> Integers:
    """The index of the cell that holds each point (n, 2), -1 where none does.

    Points and cells lie on the lattice; the cells do not overlap. GEOS decides the strict interior, whose predicates
    are exact; the few points on a border are decided in integers.
    """
    at = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 2)
    cells = np.asarray(cells, dtype=object)
    found = np.full(len(at), -1, dtype=np.int64)
    if len(at) == 0 or len(cells) == 0:
        return found
    doors = shapely.STRtree(shapely.points(at))
    cell_rows, point_rows = doors.query(cells, predicate="contains_properly")
    found[point_rows] = cell_rows
    _settle_borders(at, cells, found)
    return found


def _settle_borders(at: Floats, cells: Geometries, found: Integers) -> None:
    """Give the points that no interior holds to the cell that the half-open rule names."""
    open_rows = np.flatnonzero(found < 0)
    if len(open_rows) == 0:
        return
    left = at[open_rows]
    point_row, cell_row = shapely.STRtree(cells).query(shapely.points(left), predicate="intersects")
    for cell in np.unique(cell_row):
        rows = point_row[cell_row == cell]
        inside = holds(cells[cell], left[rows])
        found[open_rows[rows[inside]]] = cell


def holds(cell: object, points: Floats) -> Flags:
    """Whether the cell holds each point (n, 2) by the half-open rule, in integers.

    An edge counts when one end lies above the point's height and the other does not, and it crosses that height
    strictly to the right of the point; an odd count is inside.
    """
    start, end = _segments(cell)
    at = units(points)
    inside = np.zeros(len(at), dtype=bool)
    for row, (px, py) in enumerate(at):
        above = end[:, 1] > py
        crosses = np.flatnonzero((start[:, 1] > py) != above)
        a, b = start[crosses], end[crosses]
        turn = (b[:, 0] - a[:, 0]) * (py - a[:, 1]) - (px - a[:, 0]) * (b[:, 1] - a[:, 1])
        right = np.where(above[crosses], turn > 0, turn < 0)
        inside[row] = bool(np.count_nonzero(right) & 1)
    return inside


def _segments(cell: object) -> tuple[Integers, Integers]:
    """The start and end positions (m, 2) of every edge of every ring."""
    rings = shapely.get_rings(shapely.get_parts(cell))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    at = units(coords)
    same = ring[:-1] == ring[1:]
    return at[:-1][same], at[1:][same]
