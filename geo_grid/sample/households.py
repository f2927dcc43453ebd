"""Households: how many each leaf has, where their doors are, how many people live behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.sample.drawing import Ground
from geo_grid.sample.lattice import to_lattice
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Geometries, Ints
from geo_grid.sample.seeds import apportion
from geo_grid.sample.specials import Carved
from geo_grid.vocabulary import Tier

FEWEST, MOST = 5, 45
CLEAR_OF_BORDER_M = 1.5
PERSONS = np.array([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7])


@dataclass(frozen=True)
class Doors:
    """The households, leaf by leaf."""

    leaf: Ints
    """(n,) the grid that each lies in, ascending"""
    xy: Floats
    """(n, 2) in the county's CRS, strictly inside the leaf"""
    persons: Ints
    building: Ints
    """(n,) the block of flats, counted from 1 inside the leaf; 0 for a house of its own"""
    flat: Ints
    """(n,) counted from 0 inside the building"""


def count_households(rng: np.random.Generator, carved: Carved, households: int) -> Ints:
    """How many households each grid holds itself: 5 to 45 a MICRO grid, few in a SPECIAL one, exactly the whole."""
    family = carved.allotment.family
    tier = family.tier
    counts = np.zeros(len(tier), dtype=np.int64)
    for grid, kind in carved.kind.items():
        low, high = kind.households
        in_village = tier[family.parent[grid]] is not Tier.TOTAL
        counts[grid] = int(rng.integers(low, high + 1)) if rng.uniform() > 0.3 and in_village else 0
    micros = np.array([number for number, each in enumerate(tier) if each is Tier.MICRO])
    first, second, third = rng.uniform(0.0, 1.0, (3, len(micros)))
    weights = 0.35 + first + 1.4 * second * third
    left = households - int(counts.sum())
    counts[micros] = apportion(left, weights, least=min(FEWEST, left // len(micros)), most=np.full(len(micros), MOST))
    return counts


def place_households(
    rng: np.random.Generator, mesh: Mesh, carved: Carved, ground: Ground, counts: Ints, leaves: Geometries
) -> Doors:
    """The doors of every leaf: rows of houses in the country, blocks of flats and old lanes in town."""
    leaf = np.repeat(np.arange(len(counts)), counts)
    homes, home_start, home_count = _home_plots(rng, mesh, carved, counts)
    pick = np.floor(rng.uniform(0.0, 1.0, len(leaf)) * home_count[leaf]).astype(np.int64)
    building, flat = _buildings(rng, mesh, carved, leaf, counts)
    stacked = building > 0
    pick[stacked] = (building[stacked] - 1) % home_count[leaf[stacked]]
    plot = homes[home_start[leaf] + pick]
    xy = _scatter(rng, mesh, ground, plot, leaf, leaves)
    first_of_block = _first_of_block(leaf, building)
    return Doors(
        leaf=leaf,
        xy=xy[first_of_block],
        persons=PERSONS[rng.integers(0, len(PERSONS), len(leaf))],
        building=building,
        flat=flat,
    )


def _home_plots(rng: np.random.Generator, mesh: Mesh, carved: Carved, counts: Ints) -> tuple[Ints, Ints, Ints]:
    """For each leaf the few plots that people live on, best first: small ones, low in the valley."""
    owner = carved.allotment.owner
    order = np.argsort(owner, kind="stable")
    order = order[owner[order] >= 0]
    appeal = mesh.size_m * (1.0 + mesh.above_stream_m / 50.0) * rng.uniform(0.8, 1.4, len(owner))
    order = order[np.lexsort((appeal[order], owner[order]))]
    start = np.searchsorted(owner[order], np.arange(len(counts)))
    plots = np.searchsorted(owner[order], np.arange(len(counts)), side="right") - start
    town = np.zeros(len(counts), dtype=bool)
    town[owner[(mesh.town >= 0) & (owner >= 0)]] = True
    wanted = np.where(town, plots, np.maximum(1, np.ceil(counts / 7.0).astype(np.int64)))
    return order, start, np.maximum(np.minimum(plots, wanted), 1)


def _buildings(rng: np.random.Generator, mesh: Mesh, carved: Carved, leaf: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The block of flats and the flat of each household; most leaves of the county town are all flats, others none."""
    owner = carved.allotment.owner
    in_town = np.zeros(len(counts), dtype=bool)
    in_town[owner[(mesh.town == 0) & (owner >= 0)]] = True
    in_small_town = np.zeros(len(counts), dtype=bool)
    in_small_town[owner[(mesh.town > 0) & (owner >= 0)]] = True
    chance = np.where(in_town, 0.74, np.where(in_small_town, 0.3, 0.0))
    has_blocks = rng.uniform(0.0, 1.0, len(counts)) < chance
    per_block = rng.integers(6, 25, len(counts))
    number = np.arange(len(leaf)) - np.searchsorted(leaf, leaf)
    building = np.where(has_blocks[leaf], number // per_block[leaf] + 1, 0)
    return building, np.where(has_blocks[leaf], number % per_block[leaf], 0)


def _first_of_block(leaf: Ints, building: Ints) -> Ints:
    """For each household the household whose door it shares: the first of its block, else itself."""
    row = np.arange(len(leaf))
    begins = np.ones(len(leaf), dtype=bool)
    begins[1:] = (leaf[1:] != leaf[:-1]) | (building[1:] != building[:-1]) | (building[1:] == 0)
    return np.asarray(np.maximum.accumulate(np.where(begins, row, 0)))


def _scatter(
    rng: np.random.Generator, mesh: Mesh, ground: Ground, plot: Ints, leaf: Ints, leaves: Geometries
) -> Floats:
    """A place for each household on its plot, on the lattice and well inside its leaf."""
    shapely.prepare(leaves)
    rims = shapely.boundary(leaves)
    shapely.prepare(rims)
    slant = rng.uniform(-1.0, 1.0, (len(mesh.sites), 2))
    slant = slant / np.sqrt((slant * slant).sum(axis=1, keepdims=True) + 1e-9)
    xy = np.zeros((len(plot), 2))
    open_ = np.arange(len(plot))
    for reach in (0.42, 0.42, 0.36, 0.3, 0.3, 0.2, 0.1):
        own = plot[open_]
        spread = np.minimum(reach * mesh.size_m[own], 75.0)[:, None]
        local = rng.uniform(-1.0, 1.0, (len(open_), 2)) * spread
        local[:, 1] = np.rint(local[:, 1] / 24.0) * 24.0 + rng.uniform(-3.0, 3.0, len(open_))
        along = slant[own]
        turned = local[:, :1] * along + local[:, 1:] * np.stack([-along[:, 1], along[:, 0]], axis=1)
        xy[open_] = ground.place(mesh.sites[own] + turned)
        open_ = open_[~_well_inside(xy[open_], leaf[open_], leaves, rims)]
        if not len(open_):
            return xy
    for number in open_.tolist():
        xy[number] = _somewhere_inside(rng, leaves[leaf[number]])
    return xy


def _well_inside(xy: Floats, leaf: Ints, leaves: Geometries, rims: Geometries) -> Flags:
    points = shapely.points(xy)
    inside = shapely.contains_properly(leaves[leaf], points)
    return np.asarray(inside & ~shapely.dwithin(rims[leaf], points, CLEAR_OF_BORDER_M))


def _somewhere_inside(rng: np.random.Generator, leaf: shapely.Geometry) -> Floats:
    """A random lattice point of a leaf, as clear of its border as can be had."""
    west, south, east, north = shapely.bounds(leaf)
    tries = to_lattice(rng.uniform((west, south), (east, north), (400, 2)))
    points = shapely.points(tries)
    clear = np.where(shapely.contains_properly(leaf, points), shapely.distance(shapely.boundary(leaf), points), -1.0)
    best = int(np.argmax(np.minimum(clear, CLEAR_OF_BORDER_M)))
    if clear[best] > 0:
        return np.asarray(tries[best])
    return to_lattice(shapely.get_coordinates(shapely.point_on_surface(leaf))[0])
