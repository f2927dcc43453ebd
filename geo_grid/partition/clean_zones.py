"""Ground that is kept for some cells by lines that lead: which cells may have each face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo_grid.partition.lattice import Integers


@dataclass(frozen=True, slots=True)
class Fence:
    """Ground, valid and on the lattice, that only the `admitted` cells may have."""

    shape: Any
    admitted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone `of` each face (f,), faces within the same fences sharing one; the cells `admitted` to each (None: all).

    Zone 0 is what no fence surrounds.
    """

    of: Integers
    admitted: Sequence[frozenset[int] | None]

    def kept(self, claims: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """The claims of each face that cells admitted there make."""
        if len(self.admitted) == 1 and self.admitted[0] is None:
            return list(claims)
        return [self.among(zone, cells) for zone, cells in zip(self.of.tolist(), claims, strict=True)]

    def among(self, zone: int, cells: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the cells that are admitted to a zone."""
        admitted = self.admitted[zone]
        return cells if admitted is None else tuple(cell for cell in cells if cell in admitted)

    def those(self, zone: int, cells: frozenset[int]) -> frozenset[int]:
        """Those of the cells that are admitted to a zone."""
        admitted = self.admitted[zone]
        return cells if admitted is None else cells & admitted

    def leads(self, zone: int) -> bool:
        """Whether a line leads around the zone, so that what is bare beside it is no way out."""
        return self.admitted[zone] is not None


def zones_of(
    claims: Sequence[tuple[int, ...]], first: int, fences: Sequence[Fence], beyond: frozenset[int] | None
) -> Zones:
    """The zones of faces whose claims from `first` on are those of fences; `beyond` is admitted outside all of them."""
    if not fences:
        return Zones(np.zeros(len(claims), dtype=np.int64), [None])
    numbers: dict[tuple[int, ...], int] = {(): 0}
    around = [tuple(claim - first for claim in all_of if claim >= first) for all_of in claims]
    of = np.array([numbers.setdefault(one, len(numbers)) for one in around], dtype=np.int64)
    admitted = [frozenset.intersection(*(fences[row].admitted for row in one)) if one else beyond for one in numbers]
    return Zones(of, admitted)
