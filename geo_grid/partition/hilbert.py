"""Points put in the order of a Hilbert curve, so that near ones are stored near one another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_grid.partition.lattice import Integers

_BITS = 16


def hilbert_order(points: npt.ArrayLike) -> Integers:
    """The order (n,) that follows a Hilbert curve over the points (n, 2).

    Turns each bit pair as in Hacker's Delight (Warren, 2nd ed., figure 16-8), for all points at once.
    """
    at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(at) == 0:
        return np.zeros(0, dtype=np.int64)
    reach = max(float(np.ptp(at, axis=0).max()), 1e-9)
    x, y = np.minimum((at - at.min(axis=0)) / reach * (1 << _BITS), (1 << _BITS) - 1).astype(np.int64).T
    distance = np.zeros(len(at), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        right, upper = (x >> bit) & 1, (y >> bit) & 1
        distance = (distance << 2) | ((3 * right) ^ upper)
        turn = upper == 0
        flip = turn & (right == 1)
        x, y = np.where(flip, ~x, x), np.where(flip, ~y, y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
    return np.asarray(np.argsort(distance, kind="stable"), dtype=np.int64)
