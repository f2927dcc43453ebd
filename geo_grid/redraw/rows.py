"""A grid and a household as a move sees them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import md5
from typing import Any, NamedTuple

import shapely

from geo_grid.vocabulary import Tier

#: The name under which the county's outline stands among the derived outlines.
COUNTY = ""


@dataclass(frozen=True)
class Row:
    """A grid as it stands: `own` is the ground it holds itself, a MultiPolygon in normal form or None."""

    code: str
    tier: Tier
    parent: str | None
    name: str
    own: Any

    @cached_property
    def digest(self) -> str:
        """The same for the same parent, name and ground."""
        ground = b"" if self.own is None else shapely.to_wkb(self.own)
        return md5(f"{self.tier.code}|{self.parent}|{self.name}|".encode() + ground, usedforsecurity=False).hexdigest()


class Door(NamedTuple):
    """A household: its code, its point, how many live there, the grid it lies in."""

    code: str
    x: float
    y: float
    persons: int
    grid: str
