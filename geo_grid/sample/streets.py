"""Street lattices: the rows of building lots of the county town and of the small towns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from geo_grid.sample.noise import Floats, Ints, make_noise
from geo_grid.sample.rivers import Rivers, rivers_near


@dataclass(frozen=True)
class Town:
    """The lots of one town: where they lie and in which row and column of the streets."""

    xy: Floats
    """(n, 2) the middle of each lot"""
    column: Ints
    row: Ints
    axis: Floats
    """(2,) unit vector along the rows"""


def lay_out_town(rng: np.random.Generator, centre: Floats, lots: int, pitch_m: float, rivers: Rivers) -> Town:
    """A town of about `lots` building lots around `centre`, its rows along the river that passes, none in the water."""
    rivers = rivers_near(rivers, centre, 6_000.0)
    axis = _river_axis(centre, rivers)
    across = int(np.sqrt(lots)) * 2
    u = np.cumsum(rng.uniform(0.8, 1.35, across)) * pitch_m
    v = np.cumsum(rng.uniform(0.75, 1.2, across)) * pitch_m * 0.82
    column, row = (index.ravel() for index in np.meshgrid(np.arange(across), np.arange(across)))
    local = np.stack([u[column] - u[across // 2], v[row] - v[across // 2]], axis=1)
    xy = centre + local[:, :1] * axis + local[:, 1:] * np.array([-axis[1], axis[0]])
    radius = np.sqrt(local[:, 0] * local[:, 0] * 0.62 + local[:, 1] * local[:, 1] * 1.5)
    radius = radius * (1.0 + 0.3 * make_noise(rng, 9.0 * pitch_m).at(xy))
    if len(rivers.xy):
        to_water, _ = cKDTree(rivers.xy).query(xy)
        radius[to_water < 0.95 * pitch_m] = np.inf
    kept = np.sort(np.argsort(radius, kind="stable")[:lots])
    return Town(xy[kept], column[kept], row[kept], axis)


def _river_axis(centre: Floats, rivers: Rivers) -> Floats:
    """The direction in which the nearest river runs past `centre`, as a unit vector."""
    if not len(rivers.xy):
        return np.array([1.0, 0.0])
    _, nearest = cKDTree(rivers.xy).query(centre)
    own = np.flatnonzero(rivers.river == rivers.river[nearest])
    low, high = max(int(nearest) - 40, int(own[0])), min(int(nearest) + 40, int(own[-1]))
    along = rivers.xy[high] - rivers.xy[low]
    length = float(np.sqrt((along * along).sum()))
    return np.asarray(along / length) if length > 0 else np.array([1.0, 0.0])


def bisect_lots(column: Ints, row: Ints, weights: Ints) -> Ints:
    """Which part each lot falls to when lots are cut along streets, again and again, into parts of those weights."""
    part = np.zeros(len(column), dtype=np.int64)
    _bisect(np.arange(len(column)), column, row, weights, np.arange(len(weights)), part)
    return part


def _bisect(lots: Ints, column: Ints, row: Ints, weights: Ints, parts: Ints, answer: Ints) -> None:
    if len(parts) == 1:
        answer[lots] = parts[0]
        return
    half = len(parts) // 2
    share = weights[parts[:half]].sum() / weights[parts].sum()
    wide, other = (column, row) if np.ptp(column[lots]) >= np.ptp(row[lots]) else (row, column)
    order = lots[np.lexsort((other[lots], wide[lots]))]
    cut = _street_cut(wide[order], share, half, len(parts) - half)
    _bisect(order[:cut], column, row, weights, parts[:half], answer)
    _bisect(order[cut:], column, row, weights, parts[half:], answer)


def _street_cut(sorted_lines: Ints, share: float, least_before: int, least_after: int) -> int:
    """Where to cut lots sorted by line: at the street nearest to `share`, or inside a row when no street will do."""
    wanted = round(share * len(sorted_lines))
    streets = np.flatnonzero(np.diff(sorted_lines)) + 1
    streets = streets[(streets >= least_before) & (streets <= len(sorted_lines) - least_after)]
    near = streets[np.abs(streets - wanted) <= max(2.0, 0.25 * len(sorted_lines))]
    if len(near):
        return int(near[np.argmin(np.abs(near - wanted))])
    return int(min(max(wanted, least_before), len(sorted_lines) - least_after))
