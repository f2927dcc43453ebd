"""The lie of the land: a coarse net of points with catchments, streams and heights; which of them are the county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay, cKDTree

from geo_grid.sample.noise import Flags, Floats, Ints, make_noise

STREAM_KM2 = 5.0
RIVER_KM2 = 40.0
BASIN_KM2 = 7.0


@dataclass(frozen=True)
class Terrain:
    """A drained landscape on scattered points, in metres around (0, 0)."""

    points: Floats
    """(n, 2)"""
    edges: Ints
    """(m, 2) neighbouring points"""
    receiver: Ints
    """(n,) the point that each drains to; −1 at an outlet"""
    catchment_km2: Floats
    height_m: Floats
    above_stream_m: Floats
    inside: Flags
    """(n,) whether the point belongs to the county"""
    spacing_m: float

    def interpolate(self, values: Floats, xy: Floats) -> Floats:
        """`values` (n,) of the points, interpolated at `xy` from the three nearest points."""
        away, nearest = cKDTree(self.points).query(xy, k=3)
        weights = 1.0 / (away * away + 1.0)
        return np.asarray((values[nearest] * weights).sum(axis=1) / weights.sum(axis=1))


def distances(start: Floats, end: Floats) -> Floats:
    """The lengths of the straight lines between rows of two (n, 2) arrays."""
    step = end - start
    return np.asarray(np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1]))


def graph(count: int, edges: Ints, costs: Floats) -> csr_array:
    """The undirected graph of `edges` (m, 2) with `costs` (m,) over `count` nodes."""
    rows = np.concatenate([edges[:, 0], edges[:, 1]])
    columns = np.concatenate([edges[:, 1], edges[:, 0]])
    return csr_array((np.concatenate([costs, costs]), (rows, columns)), shape=(count, count))


def make_terrain(rng: np.random.Generator, area_km2: float) -> Terrain:
    """A landscape that holds a county of about `area_km2`, cut along the divides between catchments."""
    side_m = 1.5 * 1000.0 * float(np.sqrt(area_km2))
    spacing_m = min(700.0, side_m / 40.0)
    points = _scatter(rng, side_m, spacing_m)
    edges = _edges(Delaunay(points))
    lengths = distances(points[edges[:, 0]], points[edges[:, 1]])
    edges, lengths = edges[lengths < 2.5 * spacing_m], lengths[lengths < 2.5 * spacing_m]
    outlets = _outlets(rng, points, side_m, area_km2)
    resistance = _resistance(rng, points, edges, side_m)
    reach, receiver, _ = dijkstra(
        graph(len(points), edges, lengths * resistance), indices=outlets, min_only=True, return_predecessors=True
    )
    receiver = np.where(receiver < 0, -1, receiver).astype(np.int64)
    downstream = np.argsort(reach, kind="stable")
    catchment = _accumulate(receiver, downstream, spacing_m)
    height = _heights(points, receiver, downstream, catchment)
    return Terrain(
        points=points,
        edges=edges,
        receiver=receiver,
        catchment_km2=catchment,
        height_m=height,
        above_stream_m=_above_stream(receiver, downstream, catchment, height),
        inside=_county(rng, points, edges, receiver, downstream, area_km2 / (spacing_m * spacing_m * 0.866e-6)),
        spacing_m=spacing_m,
    )


def _scatter(rng: np.random.Generator, side_m: float, spacing_m: float) -> Floats:
    """Points of a jittered triangular lattice over a square."""
    rows, columns = int(side_m / (spacing_m * 0.866)) + 1, int(side_m / spacing_m) + 1
    row, column = np.divmod(np.arange(rows * columns), columns)
    x = (column + 0.5 * (row % 2)) * spacing_m - side_m / 2
    y = row * spacing_m * 0.866 - side_m / 2
    jitter = rng.uniform(-0.36, 0.36, (rows * columns, 2)) * spacing_m
    return np.stack([x, y], axis=1) + jitter


def _edges(triangles: Delaunay) -> Ints:
    """The edges of a triangulation, each once, smaller index first."""
    corners = triangles.simplices.astype(np.int64)
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    return np.asarray(np.unique(np.sort(pairs, axis=1), axis=0))


def _outlets(rng: np.random.Generator, points: Floats, side_m: float, area_km2: float) -> Ints:
    """The points on the rim where rivers leave: one in the south, the next round the square, one per 2,500 km²."""
    count = max(1, round(area_km2 / 2_500.0))
    turns = (np.arange(count) + 0.12 + rng.uniform(-0.05, 0.05, count)) / count
    along = turns * 4.0 % 4.0
    side, part = np.floor(along), (along - np.floor(along) - 0.5) * side_m
    half = side_m / 2
    x = np.select([side == 0, side == 1, side == 2], [part, half, -part], -half)
    y = np.select([side == 0, side == 1, side == 2], [-half, part, half], -part)
    _, nearest = cKDTree(points).query(np.stack([x, y], axis=1))
    return np.asarray(np.unique(nearest))


def _resistance(rng: np.random.Generator, points: Floats, edges: Ints, side_m: float) -> Floats:
    """How hard the rock is on each edge: ranges of hills that streams go round, roughness, a hard rim."""
    middle = (points[edges[:, 0]] + points[edges[:, 1]]) / 2
    ranges = make_noise(rng, 7_000.0).at(middle) + 0.6 * make_noise(rng, 3_000.0).at(middle)
    rough = rng.uniform(0.0, 1.0, len(edges))
    hard = 0.3 + 0.4 * (ranges + 1.6) * (ranges + 1.6) + 1.6 * rough * rough
    at_rim = np.max(np.abs(middle), axis=1) > 0.47 * side_m
    return np.asarray(np.where(at_rim, 4.0 * hard, hard))


def _accumulate(receiver: Ints, downstream: Ints, spacing_m: float) -> Floats:
    """The km² that drain through each point."""
    amount = [spacing_m * spacing_m * 0.866e-6] * len(receiver)
    goes_to = receiver.tolist()
    for point in reversed(downstream.tolist()):
        if goes_to[point] >= 0:
            amount[goes_to[point]] += amount[point]
    return np.array(amount)


def _heights(points: Floats, receiver: Ints, downstream: Ints, catchment_km2: Floats) -> Floats:
    """Heights of a river landscape in balance: slope falls with the root of the catchment (stream-power law)."""
    steps = distances(points, points[np.maximum(receiver, 0)])
    rises = (steps * 0.15 / np.sqrt(catchment_km2)).tolist()
    height = [0.0] * len(points)
    goes_to = receiver.tolist()
    for point in downstream.tolist():
        if goes_to[point] >= 0:
            height[point] = height[goes_to[point]] + rises[point]
    return np.array(height)


def _above_stream(receiver: Ints, downstream: Ints, catchment_km2: Floats, height_m: Floats) -> Floats:
    """The height of each point above the stream it drains to."""
    bed = height_m.tolist()
    goes_to, is_stream = receiver.tolist(), (catchment_km2 >= STREAM_KM2).tolist()
    for point in downstream.tolist():
        if not is_stream[point] and goes_to[point] >= 0:
            bed[point] = bed[goes_to[point]]
    return np.asarray(height_m - np.array(bed))


def _basins(receiver: Ints, downstream: Ints, least_points: float) -> Ints:
    """The small basin of each point: the tree of receivers cut wherever enough points have gathered."""
    gathered = [1.0] * len(receiver)
    goes_to = receiver.tolist()
    is_mouth = [target < 0 for target in goes_to]
    for point in reversed(downstream.tolist()):
        if gathered[point] >= least_points:
            is_mouth[point] = True
        if not is_mouth[point]:
            gathered[goes_to[point]] += gathered[point]
    basin = [-1] * len(receiver)
    for point in downstream.tolist():
        basin[point] = point if is_mouth[point] else basin[goes_to[point]]
    return np.unique(np.array(basin), return_inverse=True)[1].astype(np.int64)


def _county(
    rng: np.random.Generator, points: Floats, edges: Ints, receiver: Ints, downstream: Ints, wanted_points: float
) -> Flags:
    """The points of the county: whole small basins from the middle outwards, no holes, one piece."""
    basin = _basins(receiver, downstream, wanted_points * BASIN_KM2 / 1700.0)
    members = np.bincount(basin)
    centre = np.stack([np.bincount(basin, points[:, axis]) / members for axis in (0, 1)], axis=1)
    towards_mouth = 0.13 * points[np.flatnonzero(receiver < 0)].mean(axis=0)
    stretched = (centre - towards_mouth) * np.array([1.12, 0.9])
    bulge = 1.0 + 0.22 * make_noise(rng, float(np.ptp(points[:, 0])) / 3.2).at(centre)
    order = np.argsort(np.sqrt((stretched * stretched).sum(axis=1)) * bulge, kind="stable")
    taken = order[: int(np.searchsorted(np.cumsum(members[order]), wanted_points)) + 1]
    off_rim = np.max(np.abs(points), axis=1) < 0.465 * np.ptp(points[:, 0])
    inside = _majority(np.isin(basin, taken) & off_rim, edges)
    return _without_holes(_largest_piece(inside, edges), edges, points)


def _majority(inside: Flags, edges: Ints) -> Flags:
    """The flags after each point has twice gone with most of its neighbours: no spurs a point or two wide."""
    degree = np.bincount(edges.ravel(), minlength=len(inside))
    for _ in range(2):
        votes = np.bincount(edges[:, 0], inside[edges[:, 1]], minlength=len(inside))
        votes += np.bincount(edges[:, 1], inside[edges[:, 0]], minlength=len(inside))
        inside = np.where(2.0 * votes == degree, inside, 2.0 * votes > degree)
    return inside


def _largest_piece(inside: Flags, edges: Ints) -> Flags:
    """The largest connected part of the flagged points."""
    within = edges[inside[edges[:, 0]] & inside[edges[:, 1]]]
    piece = connected_components(graph(len(inside), within, np.ones(len(within))))[1]
    sizes = np.bincount(piece[inside], minlength=int(piece.max()) + 1)
    return np.asarray(inside & (piece == int(np.argmax(sizes))))


def _without_holes(inside: Flags, edges: Ints, points: Floats) -> Flags:
    """The flagged points plus every pocket that the outer ground does not reach."""
    outer = ~inside
    within = edges[outer[edges[:, 0]] & outer[edges[:, 1]]]
    piece = connected_components(graph(len(inside), within, np.ones(len(within))))[1]
    corner = int(np.argmin(points[:, 0] + points[:, 1]))
    return np.asarray(inside | (piece != piece[corner]))
