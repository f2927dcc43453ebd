"""A grid as it stands, and grids as they are to be written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid's current version without its shapes.

    `id` is the surrogate key, `shape` and `ground` the digests of the WKB of `geom` and `own` ('' for none).
    """

    id: int
    code: str
    tier: Tier
    parent: str | None
    name: str
    shape: str
    ground: str


@dataclass(frozen=True, slots=True)
class GridVersion:
    """A version to be written: `own` and `geom` are WKB, `own` None when children fill the grid."""

    code: str
    tier: Tier
    parent: str | None
    name: str
    own: bytes | None
    geom: bytes


@dataclass(frozen=True, slots=True)
class StandingGrid:
    """A grid as it stands with its shapes: `own` the ground it holds itself (None: none), `geom` all it spans."""

    code: str
    tier: Tier
    parent: str | None
    name: str
    own: Any
    geom: Any


@dataclass(frozen=True, slots=True)
class Net:
    """All grids that stand, by code, and every code that was ever given."""

    grids: dict[str, Grid]
    codes_given: frozenset[str]

    def of_tier(self, tier: Tier) -> Sequence[Grid]:
        """The grids of one tier."""
        return [grid for grid in self.grids.values() if grid.tier is tier]

    def without(self, codes: Collection[str]) -> Net:
        """The net once the grids with these codes are gone; their codes stay given."""
        if not codes:
            return self
        return Net({code: grid for code, grid in self.grids.items() if code not in codes}, self.codes_given)

    def root(self, code: str) -> str:
        """The code of the widest grid above a grid; '' for a grid that does not stand."""
        grid = self.grids.get(code)
        while grid is not None and grid.parent in self.grids:
            grid = self.grids[grid.parent]
        return "" if grid is None else grid.code
