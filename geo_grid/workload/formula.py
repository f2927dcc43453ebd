"""The formula: the amount of each term in each leaf times its weight, and who carries it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_grid.county import County
from geo_grid.inspections import Rhythms
from geo_grid.vocabulary import LoadTerm, Role
from geo_grid.workload.facts import LeafFacts, visits_a_month
from geo_grid.workload.weights import Weights

#: Who works in a leaf, the first of these roles that is filled; the leaf's sites, ground and matters are theirs.
KEEPING = (Role.CONTACT, Role.PART_TIME, Role.FULL_TIME)
NO_RHYTHMS = Rhythms()
Amounts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Workload:
    """What there is to carry in a county, in households.

    `amounts` (n, 5) holds what there is of each term in each leaf, by the grid's place in the county, all 0 for other
    grids; `carried` gives the part (5,) of a leaf that a worker carries, `""` standing for nobody.
    """

    county: County
    weights: Weights
    amounts: Amounts
    carried: Mapping[tuple[int, str], Amounts]

    @cached_property
    def loads(self) -> npt.NDArray[np.float64]:
        """The load of each grid's own ground (n,), 0 for grids that are no leaves."""
        return np.asarray(self.amounts @ self.weights.vector())

    @cached_property
    def leaves(self) -> npt.NDArray[np.int64]:
        """The places of the leaves."""
        return np.flatnonzero([grid.tier.is_leaf for grid in self.county.grids])

    @cached_property
    def below(self) -> Amounts:
        """The amounts of each grid with all that lies in it (n, 5)."""
        total = np.zeros_like(self.amounts)
        for column in range(self.county.ancestors.shape[1]):
            above = self.county.ancestors[self.leaves, column]
            rows = above >= 0
            np.add.at(total, above[rows], self.amounts[self.leaves[rows]])
        return total

    @cached_property
    def by_worker(self) -> dict[str, Amounts]:
        """The amounts (5,) that each worker carries; `""` is what nobody does."""
        total: dict[str, Amounts] = {}
        for (_leaf, worker), part in self.carried.items():
            total[worker] = total.get(worker, 0.0) + part
        return total

    def load_of(self, amounts: Amounts) -> float:
        """Amounts of the terms as one load."""
        return float(amounts @ self.weights.vector())

    def terms(self, amounts: Amounts) -> dict[LoadTerm, tuple[float, float, float]]:
        """(amount, weight, product) of each term."""
        return {
            term: (float(amount), self.weights[term], float(amount) * self.weights[term])
            for term, amount in zip(LoadTerm, amounts, strict=True)
        }


def workload_of(
    county: County, facts: Mapping[str, LeafFacts], weights: Weights, rhythms: Rhythms = NO_RHYTHMS
) -> Workload:
    """The workload of a county on its day.

    A household is carried by its contact; what else there is in a leaf by whoever keeps the leaf: those in the first
    filled role of `KEEPING`, in equal parts.
    """
    amounts = np.zeros((len(county.grids), len(LoadTerm)))
    for code, known in facts.items():
        place = county.index.get(code)
        if place is not None:
            visits = sum(count * visits_a_month(rhythms, kind, county.day) for kind, count in known.sites.items())
            amounts[place, 1:3] = visits, known.area_m2 / 1e6
            amounts[place, 4] = known.matters
    reach = _reach_km(county)
    np.add.at(amounts[:, 0], county.household_grid[county.household_grid >= 0], 1.0)
    np.add.at(amounts[:, 3], county.household_grid[county.household_grid >= 0], reach[county.household_grid >= 0])
    is_leaf = np.array([grid.tier.is_leaf for grid in county.grids], dtype=bool)
    amounts[~is_leaf] = 0.0
    return Workload(county, weights, amounts, _carried(county, amounts, reach))


def _reach_km(county: County) -> npt.NDArray[np.float64]:
    """How far each household (m,) lies from the middle of its grid's households, in km."""
    place, at = county.household_grid, county.doors.at
    count = np.bincount(place + 1, minlength=len(county.grids) + 1)
    summed = np.stack([np.bincount(place + 1, at[:, axis], len(county.grids) + 1) for axis in (0, 1)], axis=1)
    middle = summed / np.maximum(count, 1)[:, None]
    return np.asarray(np.hypot(*(at - middle[place + 1]).T) / 1000)


def _carried(county: County, amounts: Amounts, reach: npt.NDArray[np.float64]) -> dict[tuple[int, str], Amounts]:
    """Who carries which part of which leaf."""
    carried: dict[tuple[int, str], Amounts] = {}
    households = Counter[tuple[int, str]]()
    ways: dict[tuple[int, str], float] = {}
    for place, contact, way in zip(county.household_grid.tolist(), county.doors.contacts, reach.tolist(), strict=True):
        if place >= 0 and county.grids[place].tier.is_leaf:
            households[place, contact] += 1
            ways[place, contact] = ways.get((place, contact), 0.0) + way
    for key, count in households.items():
        carried[key] = np.array([count, 0.0, 0.0, ways[key], 0.0])
    keepers = _keepers(county)
    rest = amounts.copy()
    rest[:, [0, 3]] = 0.0
    for place in np.flatnonzero(rest.any(axis=1)).tolist():
        mine = keepers.get(place, [""])
        for worker in mine:
            carried[place, worker] = carried.get((place, worker), np.zeros(len(LoadTerm))) + rest[place] / len(mine)
    return carried


def _keepers(county: County) -> dict[int, list[str]]:
    """The workers who keep each grid, by its place."""
    found: dict[int, dict[Role, list[str]]] = {}
    for one in county.staff.assignments:
        place = county.index.get(one.post.grid)
        if place is not None and one.post.role in KEEPING and one.holds_on(county.day):
            found.setdefault(place, {}).setdefault(one.post.role, []).append(one.worker)
    return {place: sorted(set(next(held[role] for role in KEEPING if role in held))) for place, held in found.items()}
