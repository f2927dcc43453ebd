"""The lattice that every vertex of a county lies on."""

from __future__ import annotations

import numpy as np

from geo_grid.sample.noise import Floats

STEPS_PER_METRE = 1024.0


def to_lattice(xy: Floats) -> Floats:
    """The coordinates rounded to the nearest point of the lattice of 1/1024 m."""
    return np.asarray(np.rint(xy * STEPS_PER_METRE) / STEPS_PER_METRE)
