"""Seeds spread over a graph, shares of a whole: the two ways in which the sample divides things."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo_grid.sample.noise import Floats, Ints


def apportion(whole: int, weights: Floats | Ints, *, least: Ints | int = 0, most: Ints | None = None) -> Ints:
    """Whole shares that add up to `whole`, by weight, each between `least` and `most` (largest remainder first)."""
    weights = np.asarray(weights, dtype=float)
    shares = np.zeros(len(weights), dtype=np.int64) + least
    room = np.full(len(weights), whole, dtype=np.int64) if most is None else np.asarray(most)
    while (left := whole - int(shares.sum())) > 0:
        open_weights = np.where(shares < room, weights, 0.0)
        if not open_weights.any():
            raise ValueError(f"{whole} cannot be shared out: every share is full at {shares.sum()}")
        ideal = whole * open_weights / open_weights.sum() - shares
        ideal = np.where(open_weights > 0, np.maximum(ideal, 1e-9), -1.0)
        grow = np.minimum(np.floor(ideal * left / max(ideal[ideal > 0].sum(), left)).astype(np.int64), room - shares)
        if (grow > 0).any():
            shares = shares + np.maximum(grow, 0)
        else:
            shares[int(np.argmax(ideal))] += 1
    return shares


def spread_seeds(
    costs: csr_array, places: Floats, count: int, *, candidates: Ints | None = None, anchor: int | None = None
) -> Ints:
    """`count` nodes of a graph spread evenly: farthest first, then twice moved to the middle of their ground.

    Parameters
    ----------
    costs
        Travel costs between the n nodes.
    places
        (n, 2) where the nodes lie.
    candidates
        The nodes that may be seeds (default, and when there are too few: all).
    anchor
        A node that is a seed whatever happens; it comes first in the answer.
    """
    everything = np.arange(len(places))
    allowed = everything if candidates is None or len(candidates) < 2 * count else candidates
    seeds = _farthest_first(costs, places, count, allowed, anchor)
    for _ in range(2):
        seeds = _recentre(costs, places, seeds, allowed, anchor)
    return seeds


def nearest_seed(costs: csr_array, seeds: Ints) -> tuple[Ints, Floats]:
    """The position in `seeds` of the seed nearest to each node (−1: cut off), and the cost to it."""
    reach, _, source = dijkstra(costs, indices=seeds, min_only=True, return_predecessors=True)
    position = np.full(costs.shape[0] + 1, -1, dtype=np.int64)
    position[seeds] = np.arange(len(seeds))
    return position[np.where(source < 0, costs.shape[0], source)], np.asarray(reach)


def _farthest_first(costs: csr_array, places: Floats, count: int, allowed: Ints, anchor: int | None) -> Ints:
    if anchor is None:
        offset = places[allowed] - places.mean(axis=0)
        anchor = int(allowed[np.argmin((offset * offset).sum(axis=1))])
    seeds = [anchor]
    reach = dijkstra(costs, indices=anchor)
    while len(seeds) < count:
        gaps = reach[allowed]
        gaps[np.isin(allowed, seeds)] = -1.0
        seeds.append(int(allowed[np.argmax(gaps)]))
        reach = np.minimum(reach, dijkstra(costs, indices=seeds[-1]))
    return np.array(seeds, dtype=np.int64)


def _recentre(costs: csr_array, places: Floats, seeds: Ints, allowed: Ints, anchor: int | None) -> Ints:
    owner, _ = nearest_seed(costs, seeds)
    moved = seeds.copy()
    for position in range(len(seeds)):
        own = allowed[owner[allowed] == position]
        if seeds[position] == anchor or not len(own):
            continue
        offset = places[own] - places[owner == position].mean(axis=0)
        moved[position] = own[np.argmin((offset * offset).sum(axis=1))]
    return moved
