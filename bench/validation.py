"""Measures the search for overlaps and gaps in 20,720 polygons against the way QGIS looks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

from bench.measure import Ratio, in_turn
from bench.place import SAMPLE
from geo_grid.partition import multi, to_lattice
from geo_grid.partition.faults import peer_faults

#: Copies of the sample county's leaves side by side, and how many faults of each kind are planted.
COPIES, PLANTED = 10, 20
Shapes = npt.NDArray[Any]


def measure() -> Iterator[Ratio]:
    """One ratio, after both ways have found the same faults."""
    leaves = with_faults(side_by_side(), np.random.default_rng(7))
    peers = np.zeros(len(leaves), dtype=np.int64)
    _same_faults(leaves, peers)
    yield in_turn(
        f"overlaps and gaps of {len(leaves):,} polygons : QGIS's way",
        lambda: peer_faults(leaves, peers),
        lambda: (overlaps_by_pairs(leaves), gaps_by_union(leaves)),
        goal=0.3,
        runs=3,
    )


def side_by_side() -> Shapes:
    """The sample county's leaves, several times over, each copy east of the last with a corridor between."""
    layers = [geopandas.read_file(SAMPLE / f"grids_{tier}.zip").geometry for tier in ("micro", "special")]
    leaves = np.concatenate([layer.to_numpy() for layer in layers])
    west, _, east, _ = shapely.total_bounds(leaves)
    step = float(np.ceil(east - west)) + 1000
    copies = [shapely.transform(leaves, lambda at, by=copy * step: at + np.array([by, 0.0])) for copy in range(COPIES)]
    return multi(to_lattice(np.concatenate(copies)))


def with_faults(leaves: Shapes, rng: np.random.Generator) -> Shapes:
    """The leaves with some grown over their neighbours by 1 m, some shrunk by 1 m, and some taken away."""
    leaves = leaves.copy()
    chosen = rng.permutation(len(leaves))[: 3 * PLANTED]
    grown, shrunk, gone = np.split(chosen, 3)
    leaves[grown] = multi(to_lattice(shapely.buffer(leaves[grown], 1.0)))
    leaves[shrunk] = multi(to_lattice(shapely.buffer(leaves[shrunk], -1.0)))
    leaves[gone] = None
    return leaves


def overlaps_by_pairs(leaves: Shapes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Shapes]:
    """Every pair that overlaps and the ground it shares, by an index of boxes and an intersection for each hit."""
    left, right = shapely.STRtree(leaves).query(leaves, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    ground = shapely.intersection(leaves[left], leaves[right])
    real = shapely.area(ground) > 0
    return left[real], right[real], ground[real]


def gaps_by_union(leaves: Shapes) -> Shapes:
    """The holes in the union of all."""
    whole = shapely.union_all(leaves)
    rings = shapely.get_rings(shapely.get_parts(whole), return_index=True)
    holes = np.flatnonzero(np.diff(rings[1], prepend=-1) == 0)
    return np.asarray(shapely.polygons(rings[0][holes]), dtype=object)


def _same_faults(leaves: Shapes, peers: npt.NDArray[np.int64]) -> None:
    """Raises when the two ways differ in a pair, or in ground by more than a mm²."""
    overlaps, gaps = peer_faults(leaves, peers)
    left, right, ground = overlaps_by_pairs(leaves)
    theirs = dict(zip(zip(left.tolist(), right.tolist(), strict=True), shapely.area(ground).tolist(), strict=True))
    ours = dict(
        zip(
            zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True),
            shapely.area(overlaps.ground).tolist(),
            strict=True,
        )
    )
    if any(abs(theirs.get(pair, 0.0) - ours.get(pair, 0.0)) > 0.001 for pair in {*ours, *theirs}):
        raise AssertionError("our overlaps differ from those of all pairs")
    bare = shapely.difference(shapely.union_all(gaps_by_union(leaves)), shapely.union_all(leaves))
    if shapely.symmetric_difference(bare, shapely.union_all(gaps.ground)).area > 0.001 * len(gaps):
        raise AssertionError("our gaps differ from the holes of the union, less what lies in them")
