"""Woods and fields: clumps of plots that make the areas among the risk sites."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.sample.drawing import Ground, draw_borders, outline_grids
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Ints
from geo_grid.sample.plots import Neighbours


def draw_patches(mesh: Mesh, patch: Ints, ground: Ground) -> list[shapely.Geometry]:
    """The polygon of each numbered clump of plots (−1: in none)."""
    borders, _ = draw_borders(mesh, patch, ground)
    count = int(patch.max()) + 1
    return list(outline_grids(borders, np.append(np.arange(count), -1)))


def grow_patches(
    rng: np.random.Generator,
    neighbours: Neighbours,
    allowed: Flags,
    patch: Ints,
    *,
    count: int,
    plots: tuple[int, int],
) -> Ints:
    """The clump of each plot after `count` more have grown on allowed plots, none beside another.

    Fewer grow when the allowed plots are used up.
    """
    grown = patch.copy()
    free = allowed & (patch < 0)
    first = int(patch.max()) + 1
    number = first
    for seed in rng.permutation(np.flatnonzero(free)).tolist():
        if number == first + count:
            break
        if not free[seed]:
            continue
        clump = _clump(rng, neighbours, free, seed, int(rng.integers(plots[0], plots[1] + 1)))
        grown[clump] = number
        number += 1
        for plot in clump:
            free[[plot, *neighbours.of(plot)]] = False
    return grown


def _clump(rng: np.random.Generator, neighbours: Neighbours, free: Flags, seed: int, size: int) -> list[int]:
    """Up to `size` free plots that hang together."""
    clump = [seed]
    while len(clump) < size:
        rim = sorted({other for plot in clump for other in neighbours.of(plot) if free[other]} - set(clump))
        if not rim:
            break
        clump.append(rim[int(rng.integers(len(rim)))])
    return clump
