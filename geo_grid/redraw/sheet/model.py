"""The values of the consequence sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from geo_grid.redraw.flows import Flow
from geo_grid.redraw.words import Said
from geo_grid.vocabulary import Role, Tier

#: How many households a micro grid holds, least and most (source county).
FEWEST, MOST = 10, 40


@dataclass(frozen=True, slots=True)
class Figures:
    """What a grid is, in figures.

    `compactness` is 4πA/P² (Polsby and Popper, 1991), 1 for a circle. `size` is within, few, many or none: whether a
    micro grid holds 10 to 40 households. `load` is its households by the mean of its tier, None without any.
    """

    households: int
    persons: int
    area_m2: float
    perimeter_m: float
    compactness: float
    parts: int
    risk_sites: int
    facilities: int
    posts: int
    workers: int
    vacant: int
    size: str
    load: float | None


@dataclass(frozen=True, slots=True)
class GridEffect:
    """A grid before and after; `change` is new, gone, parent, ground, name or derived (it follows others)."""

    code: str
    name: str
    tier: Tier
    parent: str | None
    change: str
    before: Figures | None
    after: Figures | None


@dataclass(frozen=True, slots=True)
class HouseholdMove:
    """A household that lies in another grid afterwards."""

    code: str
    address: str
    persons: int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SiteMove:
    """A risk site or facility with the leaves it lies in, before and after."""

    kind: str
    code: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostMove:
    """A post that ends, is new and vacant, or whose worker takes the vacant post in `to`."""

    grid: str
    role: Role
    seat: int
    worker: str | None
    name: str | None
    fate: str
    to: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How much changes hands in all."""

    grids: int
    households: int
    persons: int
    sites: int
    posts: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class MapAfter:
    """The grids concerned before and after, and the borders that are new, as GeoJSON feature collections."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    border: Mapping[str, Any]


@dataclass(frozen=True)
class Preview:
    """The consequence sheet of a change set."""

    grids: tuple[GridEffect, ...]
    flows: tuple[Flow, ...]
    households: tuple[HouseholdMove, ...]
    sites: tuple[SiteMove, ...]
    posts: tuple[PostMove, ...]
    notes: tuple[Said, ...]
    totals: Totals
    draw: Callable[[], MapAfter] = field(repr=False, compare=False)

    @cached_property
    def map(self) -> MapAfter:
        """The map before and after, drawn when it is asked for."""
        return self.draw()

    def to_json(self) -> dict[str, Any]:
        """The sheet without the map, as plain values."""
        return {
            "grids": [_plain(effect) for effect in self.grids],
            "flows": [_plain(flow) for flow in self.flows],
            "households": [_plain(one) for one in self.households],
            "sites": [_plain(one) for one in self.sites],
            "posts": [_plain(one) for one in self.posts],
            "notes": [note.to_json() for note in self.notes],
            "totals": _plain(self.totals),
        }


def _plain(value: Any) -> dict[str, Any]:
    """A dataclass as plain values, enumerations by their code."""
    return {key: one.code if isinstance(one, Tier | Role) else one for key, one in asdict(value).items()}
