"""The county as it comes when every polygon of every tier was digitised on its own: each border drawn twice, apart."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition import multi, to_lattice
from geo_grid.partition.lattice import Floats, Geometries

#: The hand wanders over these lengths.
_WAVES_M = (40.0, 90.0, 200.0)
#: How far a vertex may be left out from the line, as a share of the noise.
_THINNING = 0.4


def redrawn(polygons: Geometries, noise_m: float, rng: np.random.Generator) -> Geometries:
    """Each polygon drawn anew by itself, every vertex off by a smooth error of that standard deviation, and thinned.

    The error is a sum of waves with a direction and phase of each polygon's own, so that two drawings of one border
    cross and part again as they do between two people's hands. Polygons whose redrawing is invalid stay so.
    """
    return np.array([_redrawn(polygon, noise_m, rng) for polygon in polygons], dtype=object)


def _redrawn(polygon: object, noise_m: float, rng: np.random.Generator) -> object:
    """One polygon drawn anew."""
    waves = rng.normal(size=(len(_WAVES_M), 2))
    waves *= (2 * np.pi / np.array(_WAVES_M) / np.linalg.norm(waves, axis=1))[:, None]
    phase = rng.uniform(0, 2 * np.pi, size=(2, len(_WAVES_M)))
    height = noise_m * np.sqrt(2 / len(_WAVES_M))

    def wander(at: Floats) -> Floats:
        along = at @ waves.T
        error = np.stack([np.sin(along + phase[0]).sum(axis=1), np.sin(along + phase[1]).sum(axis=1)], axis=1)
        return np.asarray(at + height * error, dtype=np.float64)

    thinned = shapely.simplify(shapely.transform(polygon, wander), _THINNING * noise_m, preserve_topology=True)
    return multi(to_lattice(np.array([thinned], dtype=object)))[0]
