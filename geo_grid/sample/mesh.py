"""The fine mesh: thousands of small plots with common edges, of which every grid of the county is put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from geo_grid.sample.lattice import to_lattice
from geo_grid.sample.noise import Flags, Floats, Ints, make_warp
from geo_grid.sample.rivers import STEP_M, Rivers
from geo_grid.sample.settlements import Settlements
from geo_grid.sample.streets import Town
from geo_grid.sample.terrain import Terrain, distances, graph

LARGEST_PLOT_M = 560.0
SMALLEST_PLOT_M = 92.0
SHORT_EDGE_M = 4.0
SURROUNDINGS_M = 1_400.0


@dataclass(frozen=True)
class Mesh:
    """Plots (Voronoi cells) with the edges between them."""

    sites: Floats
    """(n, 2) a point of each plot; the towns' lots come first"""
    town: Ints
    """(n,) the number of the town whose lot it is; −1 elsewhere"""
    inside: Flags
    """(n,) whether the plot belongs to the county"""
    size_m: Floats
    """(n,) how far apart plots are meant to be here"""
    above_stream_m: Floats
    corners: Floats
    """(c, 2)"""
    edge_plots: Ints
    """(m, 2) the plots on the two sides"""
    edge_corners: Ints
    """(m, 2)"""
    edge_catchment_km2: Floats
    """(m,) the km² that drain along this edge; 0 where no river runs"""
    edge_river: Ints
    """(m,) the number of the river, −1 for none"""


def make_mesh(
    rng: np.random.Generator, terrain: Terrain, settlements: Settlements, rivers: Rivers, towns: list[Town]
) -> Mesh:
    """A mesh fine where people live and coarse in the hills; rivers run along edges and streets are straight."""
    wanted = _plot_size(settlements, towns)
    near_county = _near_county(terrain)
    lots = np.concatenate([town.xy for town in towns])
    town = np.repeat(np.arange(len(towns)), [len(each.xy) for each in towns])
    banks, bank_river, bank_order, bank_km2 = _banks(rivers, wanted, near_county, lots)
    fixed = np.concatenate([lots, banks])
    sites = np.concatenate([fixed, _free_sites(rng, terrain, wanted, near_county, fixed)])
    sites = _relax(sites, len(fixed))
    voronoi = Voronoi(sites)
    corners, edge_plots, edge_corners = _edges(voronoi)
    km2, river = _along_rivers(edge_plots - len(lots), bank_river, bank_order, bank_km2)
    return Mesh(
        sites=sites,
        town=np.concatenate([town, np.full(len(sites) - len(lots), -1)]),
        inside=_inside(rng, terrain, sites, edge_plots),
        size_m=wanted(sites),
        above_stream_m=_above_stream(terrain, rivers, sites),
        corners=corners,
        edge_plots=edge_plots,
        edge_corners=edge_corners,
        edge_catchment_km2=km2,
        edge_river=river,
    )


def _plot_size(settlements: Settlements, towns: list[Town]) -> Callable[[Floats], Floats]:
    """How far apart plots should be at a place: close in a hamlet, further out in the hills."""
    hamlets = cKDTree(np.concatenate([settlements.hamlet_xy, *(town.xy for town in towns)]))

    def wanted(xy: Floats) -> Floats:
        away, _ = hamlets.query(xy)
        return np.asarray(np.clip(SMALLEST_PLOT_M + 0.4 * (away - 150.0), SMALLEST_PLOT_M, LARGEST_PLOT_M))

    return wanted


def _near_county(terrain: Terrain) -> Callable[[Floats], Flags]:
    """Whether places lie in the county or a little way outside."""
    county = cKDTree(terrain.points[terrain.inside])

    def near(xy: Floats) -> Flags:
        away, _ = county.query(xy, distance_upper_bound=terrain.spacing_m + SURROUNDINGS_M)
        return np.asarray(np.isfinite(away))

    return near


def _banks(
    rivers: Rivers, wanted: Callable[[Floats], Floats], near_county: Callable[[Floats], Flags], lots: Floats
) -> tuple[Floats, Ints, Ints, Floats]:
    """Pairs of points on the two banks, so that the edge between them runs in the river: left, right, left, right …

    Returns the points with, for each, its river, its pair's number and the catchment there.
    """
    size = np.clip(0.85 * wanted(rivers.xy), 48.0, 260.0)
    travelled = np.cumsum(STEP_M / size)
    chosen = np.flatnonzero(np.diff(np.floor(travelled), prepend=0.0) > 0)
    chosen = chosen[(chosen > 0) & (chosen < len(rivers.xy) - 1)]
    chosen = chosen[rivers.river[chosen - 1] == rivers.river[chosen + 1]]
    chosen = chosen[near_county(rivers.xy[chosen])]
    chosen = chosen[_clear_of_greater(rivers, chosen, 0.8 * size[chosen])]
    along = rivers.xy[chosen + 1] - rivers.xy[chosen - 1]
    along = along / np.sqrt((along * along).sum(axis=1, keepdims=True))
    offset = np.stack([-along[:, 1], along[:, 0]], axis=1) * (0.45 * size[chosen])[:, None]
    pairs = np.stack([rivers.xy[chosen] + offset, rivers.xy[chosen] - offset], axis=1)
    gap, _ = cKDTree(lots).query(pairs.reshape(-1, 2))
    clear = (gap.reshape(-1, 2) > 22.0).all(axis=1)
    kept = chosen[clear]
    return pairs[clear].reshape(-1, 2), rivers.river[kept].repeat(2), kept.repeat(2), rivers.catchment_km2[kept]


def _clear_of_greater(rivers: Rivers, chosen: Ints, reach_m: Floats) -> Flags:
    """Whether no greater river passes within reach of the chosen samples."""
    near = cKDTree(rivers.xy).query_ball_point(rivers.xy[chosen], reach_m, return_sorted=True)
    own = rivers.rank[rivers.river[chosen]]
    greatest = [rivers.rank[rivers.river[hits]].min() for hits in near]
    return np.asarray(np.array(greatest) >= own)


def _free_sites(
    rng: np.random.Generator,
    terrain: Terrain,
    wanted: Callable[[Floats], Floats],
    near_county: Callable[[Floats], Flags],
    fixed: Floats,
) -> Floats:
    """Scattered points as far apart as wanted, from squares cut in four until they are small enough."""
    rim = 2.0 * (terrain.spacing_m + SURROUNDINGS_M)
    low, high = terrain.points.min(axis=0) - rim, terrain.points.max(axis=0) + rim
    side = 1_280.0
    columns, rows = (np.ceil((high - low) / side)).astype(np.int64)
    row, column = np.divmod(np.arange(rows * columns), columns)
    squares = low + (np.stack([column, row], axis=1) + 0.5) * side
    squares = squares[near_county(squares)]
    found = []
    while len(squares):
        small = side <= wanted(squares) * 1.2
        found.append(squares[small] + rng.uniform(-0.33, 0.33, (int(small.sum()), 2)) * side)
        quarters = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]]) * side / 4
        squares = (squares[~small][:, None, :] + quarters).reshape(-1, 2)
        side /= 2
    sites = np.concatenate(found)
    gap, _ = cKDTree(fixed).query(sites)
    return np.asarray(sites[gap > 0.72 * np.minimum(wanted(sites), 300.0)])


def _relax(sites: Floats, fixed: int) -> Floats:
    """The sites, the free ones moved twice to the middle of their cells' corners."""
    for _ in range(2):
        voronoi = Voronoi(sites)
        sizes = np.array([len(region) for region in voronoi.regions])
        flat = np.fromiter(chain.from_iterable(voronoi.regions), dtype=np.int64, count=int(sizes.sum()))
        region = np.repeat(np.arange(len(sizes)), sizes)
        unbounded = np.bincount(region, flat < 0, minlength=len(sizes)) > 0
        sums = [np.bincount(region, voronoi.vertices[flat, axis], minlength=len(sizes)) for axis in (0, 1)]
        middle = np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]
        moved = middle[voronoi.point_region]
        still = unbounded[voronoi.point_region] | (distances(moved, sites) > LARGEST_PLOT_M)
        still[:fixed] = True
        sites = np.where(still[:, None], sites, moved)
    return sites


def _edges(voronoi: Voronoi) -> tuple[Floats, Ints, Ints]:
    """Corners, plots beside and corners of each bounded edge; corners closer than `SHORT_EDGE_M` are made one."""
    ends = np.asarray(voronoi.ridge_vertices, dtype=np.int64)
    plots = voronoi.ridge_points.astype(np.int64)
    bounded = (ends >= 0).all(axis=1)
    ends, plots = ends[bounded], plots[bounded]
    order = np.lexsort((plots.max(axis=1), plots.min(axis=1)))
    ends, plots = ends[order], plots[order]
    xy = voronoi.vertices
    short = distances(xy[ends[:, 0]], xy[ends[:, 1]]) < SHORT_EDGE_M
    merged = connected_components(graph(len(xy), ends[short], np.ones(int(short.sum()))))[1]
    members = np.bincount(merged)
    corners = np.stack([np.bincount(merged, xy[:, axis]) / members for axis in (0, 1)], axis=1)
    ends = merged[ends].astype(np.int64)
    kept = ends[:, 0] != ends[:, 1]
    return to_lattice(corners), plots[kept], ends[kept]


def _along_rivers(edge_banks: Ints, bank_river: Ints, bank_order: Ints, bank_km2: Floats) -> tuple[Floats, Ints]:
    """The catchment and the number of the river that runs along each edge: between a left and a right bank point."""
    is_bank = ((edge_banks >= 0) & (edge_banks < len(bank_river))).all(axis=1)
    first, second = (np.where(is_bank, edge_banks[:, side], 0) for side in (0, 1))
    if not len(bank_river):
        return np.zeros(len(edge_banks)), np.full(len(edge_banks), -1)
    facing = is_bank & (bank_river[first] == bank_river[second]) & ((first + second) % 2 == 1)
    facing &= np.abs(first // 2 - second // 2) <= 1
    facing &= np.abs(bank_order[first] - bank_order[second]) <= 30
    river = np.where(facing, bank_river[first], -1)
    return np.where(facing, bank_km2[first // 2], 0.0), river


def _inside(rng: np.random.Generator, terrain: Terrain, sites: Floats, edge_plots: Ints) -> Flags:
    """Whether each plot belongs to the county: as the nearest point of the terrain does, along a roughened rim."""
    spacing_m = terrain.spacing_m
    moved = sites + make_warp(rng, {7.0 * spacing_m: 0.12, 2.9 * spacing_m: 0.15, 1.3 * spacing_m: 0.15}).at(sites)
    _, nearest = cKDTree(terrain.points).query(moved)
    inside = terrain.inside[nearest]
    neighbours = np.bincount(edge_plots.ravel(), minlength=len(sites))
    for _ in range(3):
        votes = np.bincount(edge_plots[:, 0], inside[edge_plots[:, 1]], minlength=len(sites))
        votes += np.bincount(edge_plots[:, 1], inside[edge_plots[:, 0]], minlength=len(sites))
        inside = np.where(votes == 0.5 * neighbours, inside, votes > 0.5 * neighbours)
    within = edge_plots[inside[edge_plots].all(axis=1)]
    piece = connected_components(graph(len(sites), within, np.ones(len(within))))[1]
    largest = int(np.argmax(np.bincount(piece, inside)))
    inside = piece == largest
    without = edge_plots[~inside[edge_plots].any(axis=1)]
    piece = connected_components(graph(len(sites), without, np.ones(len(without))))[1]
    outer = int(np.argmax(np.bincount(piece, ~inside)))
    return np.asarray(inside | (piece != outer))


def _above_stream(terrain: Terrain, rivers: Rivers, sites: Floats) -> Floats:
    """The height above the stream, lowered beside a river's line, which the terrain knows but coarsely."""
    away, _ = cKDTree(rivers.xy[::2]).query(sites)
    height = np.maximum(terrain.interpolate(terrain.above_stream_m, sites), 0.0)
    return np.asarray(np.minimum(height, 0.16 * away))
