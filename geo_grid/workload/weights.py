"""The weights of the formula: how many households one unit of each term counts as."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_grid.errors import BadInput
from geo_grid.vocabulary import LoadTerm

MOST_WEIGHT = 1000.0


class BadWeight(BadInput):
    """A weight that is no number from 0 to 1000, or all of them 0."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each term."""

    of: Mapping[LoadTerm, float]

    def __getitem__(self, term: LoadTerm) -> float:
        return self.of.get(term, 0.0)

    def vector(self) -> npt.NDArray[np.float64]:
        """The weights in the terms' order (5,)."""
        return np.array([self[term] for term in LoadTerm])

    def changed(self, others: Mapping[LoadTerm, float]) -> Weights:
        """These with others in their place; raises `BadWeight`."""
        new = {**self.of, **others}
        for term, weight in new.items():
            if not math.isfinite(weight) or not 0 <= weight <= MOST_WEIGHT:
                raise BadWeight(f"the weight of {term.en.lower()} must be a number from 0 to {MOST_WEIGHT:g}")
        if not any(new.values()):
            raise BadWeight("at least one term must weigh something, or every workload is 0")
        return Weights(new)
