"""Smooth random fields over the plane, by arithmetic that gives the same bits on every processor.

Only + − × and square roots of whole arrays are used here and in the other files of this package: numpy computes `exp`,
`sin` or `power` of an array with other last bits on processors with AVX-512 than on those without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[Any]

TABLE = 256


@dataclass(frozen=True)
class Noise:
    """Value noise of one wavelength: random values on a square lattice, joined by quintic steps."""

    table: Floats
    wavelength_m: float

    def at(self, xy: Floats) -> Floats:
        """The field at points `xy` (n, 2), between −1 and 1, shape (n,)."""
        place = xy / self.wavelength_m
        corner = np.floor(place)
        t = place - corner
        step = t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
        column = corner[:, 0].astype(np.int64) % TABLE
        row = corner[:, 1].astype(np.int64) % TABLE
        right, above = (column + 1) % TABLE, (row + 1) % TABLE
        low = self.table[row, column] + (self.table[row, right] - self.table[row, column]) * step[:, 0]
        high = self.table[above, column] + (self.table[above, right] - self.table[above, column]) * step[:, 0]
        return np.asarray(low + (high - low) * step[:, 1])


def make_noise(rng: np.random.Generator, wavelength_m: float) -> Noise:
    """A fresh field of that wavelength."""
    return Noise(rng.uniform(-1.0, 1.0, (TABLE, TABLE)), wavelength_m)


@dataclass(frozen=True)
class Warp:
    """A displacement of the plane, rough at every scale and gentle enough to keep lines from crossing."""

    octaves: tuple[tuple[Noise, Noise, float], ...]

    def at(self, xy: Floats) -> Floats:
        """The displacement in metres at points `xy`, shape (n, 2)."""
        moved = np.zeros_like(xy)
        for east, north, amplitude_m in self.octaves:
            moved[:, 0] += amplitude_m * east.at(xy)
            moved[:, 1] += amplitude_m * north.at(xy)
        return moved


def make_warp(rng: np.random.Generator, gains: dict[float, float]) -> Warp:
    """A warp whose amplitude in each wavelength (metres) is its gain times that wavelength."""
    return Warp(tuple((make_noise(rng, w), make_noise(rng, w), gain * w) for w, gain in gains.items()))
