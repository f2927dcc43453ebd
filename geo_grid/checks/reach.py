"""Which facility serves which households, and how far they have to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_grid.county import County
from geo_grid.vocabulary import FacilityLevel, Tier


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """A facility by its place among the county's, the households nearest to it, their mean and greatest distance."""

    place: int
    households: int
    mean_m: float
    most_m: float


@dataclass(frozen=True)
class Reach:
    """The nearest facility of some levels for each household: its place (m,), -1 for none, and distance (m,)."""

    county: County
    levels: tuple[FacilityLevel, ...]
    nearest: npt.NDArray[np.int64]
    distance_m: npt.NDArray[np.float64]

    @cached_property
    def areas(self) -> list[ServiceArea]:
        """The service area of each facility of the levels, in the county's order; one that serves nobody too."""
        served = self.nearest >= 0
        size = len(self.county.places.codes)
        count = np.bincount(self.nearest[served], minlength=size)
        total = np.bincount(self.nearest[served], self.distance_m[served], minlength=size)
        most = np.zeros(size)
        np.maximum.at(most, self.nearest[served], self.distance_m[served])
        return [
            ServiceArea(place, int(count[place]), float(total[place] / max(count[place], 1)), float(most[place]))
            for place, level in enumerate(self.county.places.levels)
            if level in self.levels
        ]

    def farther_than(self, distance_m: float) -> dict[str, int]:
        """The households farther from every facility than that, by the code of their sub grid ('' for none)."""
        far = self.distance_m > distance_m
        subs = np.append(self.county.ancestors[:, Tier.SUB.rank - 1], -1)[self.county.household_grid[far]]
        codes, counts = np.unique(subs, return_counts=True)
        return {
            self.county.grids[code].code if code >= 0 else "": int(count)
            for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
        }


def reach_of(county: County, levels: Sequence[FacilityLevel] = tuple(FacilityLevel)) -> Reach:
    """The nearest facility of the levels for each household of a county; infinitely far where there is none."""
    # Loaded here: it takes half a second from the start of every program, and few ask this question.
    from scipy.spatial import KDTree

    rows = np.array([row for row, level in enumerate(county.places.levels) if level in levels], dtype=np.int64)
    homes = len(county.doors.codes)
    if not len(rows) or not homes:
        return Reach(county, tuple(levels), np.full(homes, -1, dtype=np.int64), np.full(homes, np.inf))
    distance, number = KDTree(county.places.at[rows]).query(county.doors.at)
    return Reach(county, tuple(levels), rows[number], np.asarray(distance, dtype=np.float64))


def without_facility(county: County, tier: Tier, levels: Sequence[FacilityLevel]) -> list[str]:
    """The codes of the grids of a tier on whose ground no facility of the levels stands, by code."""
    column = tier.rank - 1
    places = county.places
    stand = [
        county.index[grid]
        for grid, level in zip(places.grids, places.levels, strict=True)
        if level in levels and grid in county.index
    ]
    served = set(county.ancestors[stand, column].tolist()) if stand else set()
    return sorted(grid.code for place, grid in enumerate(county.grids) if grid.tier is tier and place not in served)
