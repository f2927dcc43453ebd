"""The shifted coordinates of Chinese web maps, GCJ-02 and BD-09, there and back.

The forward formulas are those in public circulation since 2010 (as in the eviltransform project, MIT licence), on
the Krasovsky ellipsoid. GCJ-02 has no closed inverse: it is found by steps, which end within a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo_grid.partition.lattice import Flags, Floats

_AXIS, _ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_MERCATOR_RADIUS = 6_378_137.0
#: Steps of the inverse; each divides the error by about a thousand.
_STEPS = 6


def in_china(at: Floats) -> Flags:
    """Whether each (lon, lat) lies in the box in which the shift is applied."""
    lon, lat = at[:, 0], at[:, 1]
    return np.asarray((lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271), dtype=bool)


def gcj02_of(at: npt.ArrayLike) -> Floats:
    """The GCJ-02 coordinates (n, 2) of places in WGS 84 or CGCS2000 (lon, lat), in degrees."""
    at = np.asarray(at, dtype=np.float64).reshape(-1, 2)
    return np.where(in_china(at)[:, None], at + _gcj_shift(at), at)


def from_gcj02(at: npt.ArrayLike) -> Floats:
    """The places (n, 2) in CGCS2000 of GCJ-02 coordinates (lon, lat), in degrees."""
    return _inverse(np.asarray(at, dtype=np.float64).reshape(-1, 2), gcj02_of)


def bd09_of(at: npt.ArrayLike) -> Floats:
    """The BD-09 coordinates (n, 2) of places in WGS 84 or CGCS2000 (lon, lat), in degrees."""
    x, y = gcj02_of(at).T
    z = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    theta = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return np.column_stack([z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006])


def from_bd09(at: npt.ArrayLike) -> Floats:
    """The places (n, 2) in CGCS2000 of BD-09 coordinates (lon, lat), in degrees."""
    return _inverse(np.asarray(at, dtype=np.float64).reshape(-1, 2), bd09_of)


def from_mercator(at: npt.ArrayLike) -> Floats:
    """The degrees (n, 2) of Web Mercator's metres (EPSG:3857), whatever shift lies in them."""
    x, y = np.asarray(at, dtype=np.float64).reshape(-1, 2).T / _MERCATOR_RADIUS
    return np.asarray(np.degrees(np.column_stack([x, np.arctan(np.sinh(y))])), dtype=np.float64)


def _inverse(goal: Floats, forward: Callable[[Floats], Floats]) -> Floats:
    """The places that `forward` takes to the goal, found by stepping back by what is missed."""
    at = goal
    for _ in range(_STEPS):
        at = at - (forward(at) - goal)
    return at


def _gcj_shift(at: Floats) -> Floats:
    """How far GCJ-02 moves each place, in degrees."""
    x, y = at[:, 0] - 105.0, at[:, 1] - 35.0
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    radians = np.radians(at[:, 1])
    magic = 1 - _ECCENTRICITY2 * np.sin(radians) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY2) / magic**1.5
    parallel = _AXIS / np.sqrt(magic) * np.cos(radians)
    return np.column_stack([np.degrees(east / parallel), np.degrees(north / meridian)])
