"""Where people live: the county town, the seats of townships, villages along the valleys, hamlets around them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo_grid.sample.noise import Floats, Ints
from geo_grid.sample.seeds import apportion, nearest_seed, spread_seeds
from geo_grid.sample.size import CountySize
from geo_grid.sample.terrain import STREAM_KM2, Terrain, distances, graph


class Kind(Enum):
    """What a SUB grid is."""

    COMMUNITY = "a community of the county town"
    SEAT = "the community at a township's seat"
    VILLAGE = "a village"


#: How many households a SUB grid of a kind has, relative to one another, from … to.
WEIGHTS = {Kind.COMMUNITY: (1.5, 2.4), Kind.SEAT: (1.3, 1.9), Kind.VILLAGE: (0.5, 1.25)}


@dataclass(frozen=True)
class Settlements:
    """The county's townships (0 is the county town's), SUB grids and rural hamlets, with how many grids each gets."""

    seat: Ints
    """(townships,) node of the terrain"""
    sub_township: Ints
    sub_kind: tuple[Kind, ...]
    sub_node: Ints
    sub_micros: Ints
    sub_groups: Ints
    sub_branches: Ints
    hamlet_sub: Ints
    """(rural groups,) the SUB grid of each hamlet, ascending"""
    hamlet_xy: Floats


def settle(rng: np.random.Generator, terrain: Terrain, size: CountySize) -> Settlements:
    """A plan of settlements whose figures are exactly those of `size`."""
    nodes = np.flatnonzero(terrain.inside)
    costs = _travel(terrain, nodes)
    places = terrain.points[nodes]
    seats = _seats(terrain, nodes, costs, size.total)
    township, _ = nearest_seed(costs, seats)
    sub_township, sub_kind, sub_seed = _sub_seeds(terrain, nodes, costs, township, seats, size)
    micros, groups, branches = _shares(rng, sub_kind, size)
    hamlet_sub, hamlet = _hamlets(terrain, nodes, costs, township, (sub_township, sub_kind, sub_seed), groups)
    return Settlements(
        seat=nodes[seats],
        sub_township=sub_township,
        sub_kind=sub_kind,
        sub_node=nodes[sub_seed],
        sub_micros=micros,
        sub_groups=groups,
        sub_branches=branches,
        hamlet_sub=hamlet_sub,
        hamlet_xy=places[hamlet] + rng.uniform(-0.2, 0.2, (len(hamlet), 2)) * terrain.spacing_m,
    )


def _travel(terrain: Terrain, nodes: Ints) -> csr_array:
    """What it costs to walk between neighbouring points of the county: far more up in the hills."""
    position = np.full(len(terrain.points), -1)
    position[nodes] = np.arange(len(nodes))
    edges = terrain.edges[terrain.inside[terrain.edges].all(axis=1)]
    lengths = distances(terrain.points[edges[:, 0]], terrain.points[edges[:, 1]])
    climb = terrain.above_stream_m[edges].mean(axis=1)
    return graph(len(nodes), position[edges], lengths * (1.0 + climb / 70.0))


def _rim_cost(terrain: Terrain, nodes: Ints, costs: csr_array) -> Floats:
    """The cost from each county node to the county's rim."""
    crossing = terrain.edges[terrain.inside[terrain.edges].sum(axis=1) == 1]
    on_rim = np.zeros(len(terrain.points), dtype=bool)
    on_rim[crossing.ravel()] = True
    return np.asarray(dijkstra(costs, indices=np.flatnonzero(on_rim[nodes]), min_only=True))


def _seats(terrain: Terrain, nodes: Ints, costs: csr_array, count: int) -> Ints:
    """The seats of townships: the county town on the great river near the middle, the others on rivers far apart."""
    places, catchment = terrain.points[nodes], terrain.catchment_km2[nodes]
    rim = _rim_cost(terrain, nodes, costs)
    radius = np.sqrt(len(nodes)) * terrain.spacing_m * 0.53
    offset = places - places.mean(axis=0)
    middle = 1.0 - np.sqrt((offset * offset).sum(axis=1)) / radius
    town = int(np.argmax(np.sqrt(catchment) * np.maximum(middle, 0.0) * np.minimum(rim / 6_000.0, 1.0)))
    on_river = catchment >= np.quantile(catchment, 0.93)
    seats, reach = [town], np.asarray(dijkstra(costs, indices=town))
    while len(seats) < count:
        seats.append(int(np.argmax(np.where(on_river, np.minimum(reach, 2.5 * rim), -1.0))))
        reach = np.minimum(reach, dijkstra(costs, indices=seats[-1]))
    return np.array(seats)


def _sub_seeds(
    terrain: Terrain, nodes: Ints, costs: csr_array, township: Ints, seats: Ints, size: CountySize
) -> tuple[Ints, tuple[Kind, ...], Ints]:
    """Township, kind and seed of every SUB grid, township by township, the seat's own first."""
    low = (terrain.above_stream_m[nodes] < 60.0).astype(float)
    valley = np.bincount(township, 0.25 + low, minlength=size.total)
    rural = apportion(size.sub - size.town_subs, valley, least=1)
    is_stream = terrain.catchment_km2[nodes] >= 0.8 * STREAM_KM2
    of_township: list[int] = []
    kinds: list[Kind] = []
    seeds: list[int] = []
    for number, seat in enumerate(seats.tolist()):
        own = np.flatnonzero(township == number)
        anchor = int(np.searchsorted(own, seat))
        extra = 1 if number == 0 else 0
        spread = spread_seeds(
            costs[own][:, own],
            terrain.points[nodes][own],
            int(rural[number]) + extra,
            candidates=np.flatnonzero(is_stream[own]),
            anchor=anchor,
        )
        villages = own[spread[1:]].tolist()
        heads = [seat] * size.town_subs if number == 0 else [seat]
        kinds += [Kind.COMMUNITY if number == 0 else Kind.SEAT] * len(heads) + [Kind.VILLAGE] * len(villages)
        seeds += heads + villages
        of_township += [number] * (len(heads) + len(villages))
    return np.array(of_township), tuple(kinds), np.array(seeds)


def _shares(rng: np.random.Generator, kinds: tuple[Kind, ...], size: CountySize) -> tuple[Ints, Ints, Ints]:
    """How many MICRO, GROUP and BRANCH grids each SUB grid gets."""
    weights = np.array([rng.uniform(*WEIGHTS[kind]) for kind in kinds])
    groups = apportion(size.group, weights * rng.uniform(0.85, 1.15, len(kinds)), least=2)
    micros = apportion(size.micro, np.sqrt(weights * groups), least=2 * groups)
    divided = np.argsort(-groups, kind="stable")[: max(1, round(size.branch / 2.6))]
    room = np.zeros(len(kinds), dtype=np.int64)
    room[divided] = np.maximum(groups[divided] // 2, 1)
    if room.sum() < size.branch:
        room = groups.copy()
    least = np.zeros(len(kinds), dtype=np.int64)
    least[divided[: size.branch // 2]] = np.minimum(2, room[divided[: size.branch // 2]])
    branches = apportion(size.branch, groups.astype(float), least=least, most=room)
    return micros, groups, branches


def _hamlets(
    terrain: Terrain,
    nodes: Ints,
    costs: csr_array,
    township: Ints,
    subs: tuple[Ints, tuple[Kind, ...], Ints],
    groups: Ints,
) -> tuple[Ints, Ints]:
    """The SUB grid and the node of each rural hamlet: one per group, low in the valleys, the first at the village."""
    sub_township, sub_kind, sub_seed = subs
    low = terrain.above_stream_m[nodes]
    hamlet_sub: list[int] = []
    hamlets: list[int] = []
    for number in range(int(sub_township.max()) + 1):
        own = np.flatnonzero(township == number)
        rural = [s for s in np.flatnonzero(sub_township == number).tolist() if sub_kind[s] is not Kind.COMMUNITY]
        anchors = np.searchsorted(own, sub_seed[rural])
        owner, _ = nearest_seed(costs[own][:, own], anchors)
        for position, sub in enumerate(rural):
            ground = own[owner == position]
            lowest = np.argsort(low[ground], kind="stable")[: max(2 * int(groups[sub]), int(0.4 * len(ground)))]
            spread = spread_seeds(
                costs[ground][:, ground],
                terrain.points[nodes][ground],
                int(groups[sub]),
                candidates=np.sort(lowest),
                anchor=int(np.searchsorted(ground, sub_seed[sub])),
            )
            hamlets += ground[spread].tolist()
            hamlet_sub += [sub] * len(spread)
    return np.array(hamlet_sub), np.array(hamlets)
