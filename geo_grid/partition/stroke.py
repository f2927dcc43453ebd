"""A line as somebody drew it, made fit for the lattice and pulled to the borders it follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo_grid.partition.lattice import Floats, Geometries, to_lattice

SHORTEST_M = 1.0
MOST_VERTICES = 10_000
#: No drawn line is as long as this; a county is not either.
_FARTHEST_M = 1_000_000.0
#: Beyond this no county's coordinates go.
LARGEST = 1e8


class BadLine(ValueError):
    """A drawn line that cannot be used: what is wrong with it, and where in county coordinates if anywhere."""

    def __init__(self, kind: str, place: tuple[float, float] | None = None) -> None:
        self.kind, self.place = kind, place
        super().__init__(kind)


def stroke(points: Sequence[Sequence[float]] | Floats) -> shapely.LineString:
    """The drawn line on the lattice.

    Raises `BadLine`: not_finite, too_many_vertices, too_far, too_short, self_crossing.
    """
    at = _checked(points)
    line = to_lattice(np.array([shapely.LineString(at)], dtype=object))[0] if len(at) > 1 else shapely.LineString()
    if line.length < SHORTEST_M:
        raise BadLine("too_short", _place(at))
    if not line.is_simple:
        raise BadLine("self_crossing", crossing_of(line))
    return line


def ring(points: Sequence[Sequence[float]] | Floats) -> shapely.Polygon:
    """The area inside a drawn ring, on the lattice; closed if it was left open.

    Raises `BadLine`: not_finite, too_many_vertices, too_far, too_short, self_crossing.
    """
    at = _checked(points)
    if len(at) > 0 and (at[0] != at[-1]).any():
        at = np.vstack([at, at[:1]])
    line = to_lattice(np.array([shapely.LineString(at)], dtype=object))[0] if len(at) > 2 else shapely.LineString()
    if line.length < SHORTEST_M or len(line.coords) < 4:
        raise BadLine("too_short", _place(at))
    if not line.is_simple:
        raise BadLine("self_crossing", crossing_of(line))
    return shapely.Polygon(line)


def pulled(line: shapely.LineString, borders: Geometries, snap_m: float) -> shapely.LineString:
    """The line with what lies within `snap_m` of a border moved onto it: to vertices first, then to edges.

    A pull that would make the line cross itself or collapse is left out (`shapely.snap` can do that).
    """
    near = np.asarray(borders, dtype=object)
    near = near[shapely.dwithin(near, line, snap_m)] if len(near) else near
    if len(near) == 0:
        return line
    walls = shapely.union_all(near)
    at = _onto_edges(shapely.get_coordinates(line), walls, snap_m)
    at = _onto_vertices(at, shapely.get_coordinates(walls), snap_m)
    best = line
    for candidate in (shapely.LineString(at), shapely.snap(shapely.LineString(at), walls, snap_m)):
        kept = to_lattice(np.array([candidate], dtype=object))[0]
        if kept.is_valid and kept.is_simple and kept.length >= SHORTEST_M and kept.is_closed == line.is_closed:
            best = kept
    return best


def lengthened(line: shapely.LineString, *, first_m: float, last_m: float) -> shapely.LineString:
    """The line with its ends carried on along themselves."""
    at = shapely.get_coordinates(line)
    start, end = at[0] + _onward(at[1], at[0], first_m), at[-1] + _onward(at[-2], at[-1], last_m)
    longer = shapely.LineString(np.vstack([start, at[1:-1], end]))
    longer = to_lattice(np.array([longer], dtype=object))[0]
    return longer if longer.is_simple else line


def crossing_of(line: shapely.LineString) -> tuple[float, float] | None:
    """A place where the line meets itself."""
    parts = shapely.get_parts(shapely.node(line))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(parts, which)) for which in (0, -1)])
    places, count = np.unique(ends, axis=0, return_counts=True)
    many = places[count > 2]
    return _place(many if len(many) else places)


def _checked(points: Sequence[Sequence[float]] | Floats) -> Floats:
    """The points as an array (n, 2), without what no line can have."""
    if len(points) > MOST_VERTICES:
        raise BadLine("too_many_vertices")
    try:
        at = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise BadLine("not_finite") from wrong
    if at.size == 0:
        return np.zeros((0, 2))
    if at.ndim != 2 or at.shape[1] < 2 or not np.isfinite(at[:, :2]).all():
        raise BadLine("not_finite")
    at = np.ascontiguousarray(at[:, :2])
    if np.abs(at).max() > LARGEST or np.ptp(at, axis=0).max() > _FARTHEST_M:
        raise BadLine("too_far")
    return at


def _onto_edges(at: Floats, walls: object, snap_m: float) -> Floats:
    """The points with those within `snap_m` of a wall moved onto it."""
    points = shapely.points(at)
    near = shapely.dwithin(points, walls, snap_m)
    moved = at.copy()
    if near.any():
        here = points[near]
        moved[near] = shapely.get_coordinates(
            shapely.line_interpolate_point(walls, shapely.line_locate_point(walls, here))
        )
    return moved


def _onto_vertices(at: Floats, vertices: Floats, snap_m: float) -> Floats:
    """The points with those within `snap_m` of a vertex moved to the nearest one."""
    tree = shapely.STRtree(shapely.points(vertices))
    rows, found = tree.query_nearest(shapely.points(at), max_distance=snap_m, all_matches=False)
    moved = at.copy()
    moved[rows] = vertices[found]
    return moved


def _onward(before: Floats, end: Floats, by_m: float) -> Floats:
    """The step of `by_m` along the last stretch of a line."""
    way = end - before
    length = float(np.hypot(*way))
    return way * (by_m / length) if length else way


def _place(at: Floats) -> tuple[float, float] | None:
    """The first of the points."""
    return (float(at[0, 0]), float(at[0, 1])) if len(at) else None
