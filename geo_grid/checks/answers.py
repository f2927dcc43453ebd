"""What a coverage rule found: how each household is served, and which grids lack what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Finding
from geo_grid.checks.rules import CoverageRule
from geo_grid.vocabulary import CoverState, Tier

States = npt.NDArray[np.int8]

#: The states as numbers, in the order of `CoverState`; OUTSIDE for a household that the rule asks nothing of.
COVERED, OVERLOADED, UNCOVERED, WAIVED = range(4)
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Waiver:
    """A breach of a rule in a grid and all below it, accepted up to and with a day."""

    id: int
    rule: str
    grid: str
    reason: str
    by: str
    until: date

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return day <= self.until


@dataclass(frozen=True, slots=True)
class Figures:
    """Households by how they are served."""

    covered: int = 0
    overloaded: int = 0
    uncovered: int = 0
    waived: int = 0

    @classmethod
    def of(cls, states: States) -> Figures:
        """The households of each state."""
        return cls(*np.bincount(states[states >= 0], minlength=len(CoverState)).tolist())

    @property
    def total(self) -> int:
        """All households that the rule asks of."""
        return self.covered + self.overloaded + self.uncovered + self.waived

    def to_json(self) -> dict[str, int]:
        """The figures by their names."""
        return {
            "covered": self.covered,
            "overloaded": self.overloaded,
            "uncovered": self.uncovered,
            "waived": self.waived,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What a rule found in a county on a day.

    `states` (m,) says how each household is served, `below` (m, 6) in which grid of each tier it lies (-1 for none, by
    place in `codes`), `findings` which grids or workers lack what; those of waived grids are not among them.
    """

    rule: CoverageRule
    codes: Sequence[str]
    states: States
    below: npt.NDArray[np.int64]
    findings: tuple[Finding, ...] = ()

    @property
    def figures(self) -> Figures:
        """The county's figures."""
        return Figures.of(self.states)

    def by_tier(self, tier: Tier) -> dict[str, Figures]:
        """The figures of every grid of a tier in which the rule asks of a household, by code."""
        return self._by(self.below[:, tier.rank - 1])

    def by_leaf(self) -> dict[str, Figures]:
        """The figures of every leaf in which the rule asks of a household, by code."""
        leaves = np.max(np.where([tier.is_leaf for tier in Tier], self.below, -1), axis=1, initial=-1)
        return self._by(leaves)

    def _by(self, place: npt.NDArray[np.int64]) -> dict[str, Figures]:
        """The figures for each place."""
        rows = np.flatnonzero((place >= 0) & (self.states >= 0))
        counts = np.zeros((len(self.codes), len(CoverState)), dtype=np.int64)
        np.add.at(counts, (place[rows], self.states[rows]), 1)
        there = np.flatnonzero(counts.sum(axis=1))
        return {self.codes[one]: Figures(*counts[one].tolist()) for one in there.tolist()}
