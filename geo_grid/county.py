"""Everything of one county at one moment, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from geo_grid.facilities import Places, read_places
from geo_grid.grids import StandingGrid, county_srid, read_outline, read_retired, read_standing, read_standing_bare
from geo_grid.households import Doors, read_doors, read_doors_of_contacts
from geo_grid.inspections import Patrols, read_patrols
from geo_grid.staffing import Post, Staff, read_staff, read_today
from geo_grid.visits import Visited, read_visited
from geo_grid.vocabulary import Tier


@dataclass(frozen=True)
class County:
    """The grids with their ground, the households, the posts on a day; `outline` None: no grid yet."""

    srid: int
    grids: Sequence[StandingGrid]
    doors: Doors
    staff: Staff
    day: date
    outline: Any
    retired: frozenset[str] = frozenset()
    places: Places = field(default_factory=Places)
    patrols: Patrols = field(default_factory=Patrols)
    visited: Visited = field(default_factory=Visited)

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each grid in `grids`, by code."""
        return {grid.code: place for place, grid in enumerate(self.grids)}

    @cached_property
    def parent(self) -> npt.NDArray[np.int64]:
        """The place of each grid's parent (n,), -1 for none or an unknown one."""
        return np.array([self.index.get(grid.parent or "", -1) for grid in self.grids], dtype=np.int64)

    @cached_property
    def own(self) -> npt.NDArray[Any]:
        """The ground each grid holds itself (n,), None where it holds none."""
        return _array([grid.own for grid in self.grids])

    @cached_property
    def geom(self) -> npt.NDArray[Any]:
        """All that each grid spans (n,)."""
        return _array([grid.geom for grid in self.grids])

    @cached_property
    def household_grid(self) -> npt.NDArray[np.int64]:
        """The place of each household's stored grid (m,), -1 for one that does not stand."""
        return np.array([self.index.get(code, -1) for code in self.doors.grids], dtype=np.int64)

    @cached_property
    def unplaced(self) -> npt.NDArray[np.bool_]:
        """Which households (m,) lie on ground that no leaf holds."""
        is_leaf = np.array([grid.tier.is_leaf for grid in self.grids] + [False])
        return ~is_leaf[self.household_grid]

    @cached_property
    def filled(self) -> frozenset[Post]:
        """The posts that somebody is in on the county's day."""
        return frozenset(one.post for one in self.staff.assignments if one.holds_on(self.day))

    @cached_property
    def ancestors(self) -> npt.NDArray[np.int64]:
        """The place of the grid of each tier that each grid is or lies in (n, 6), -1 where there is none."""
        found = np.full((len(self.grids), len(Tier)), -1, dtype=np.int64)
        ranks = np.array([grid.tier.rank - 1 for grid in self.grids], dtype=np.int64)
        at = np.arange(len(self.grids))
        for _ in Tier:
            rows = np.flatnonzero(at >= 0)
            found[rows, ranks[at[rows]]] = at[rows]
            at = np.where(at >= 0, np.append(self.parent, -1)[at], -1)
        return found

    @cached_property
    def net(self) -> dict[str, tuple[Tier, str | None]]:
        """The tier and the parent of each grid, by code."""
        return {grid.code: (grid.tier, grid.parent) for grid in self.grids}

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """The parent of each grid, by code."""
        return {grid.code: grid.parent for grid in self.grids}

    def of_tier(self, tier: Tier) -> Iterator[StandingGrid]:
        """The grids of one tier."""
        return (grid for grid in self.grids if grid.tier is tier)


def read_county(conn: Connection) -> County:
    """The county as `conn` sees it; for one moment, give a connection of `geo_grid.db.reading`."""
    return County(
        county_srid(conn),
        read_standing(conn),
        read_doors(conn),
        read_staff(conn),
        read_today(conn),
        read_outline(conn),
        frozenset(read_retired(conn)),
        read_places(conn),
        read_patrols(conn),
        read_visited(conn),
    )


def read_county_without_ground(conn: Connection) -> County:
    """The county as `read_county` gives it, but with no shape of any grid: enough to ask who serves whom."""
    grids, doors, staff = read_standing_bare(conn), read_doors(conn), read_staff(conn)
    return County(
        county_srid(conn),
        grids,
        doors,
        staff,
        read_today(conn),
        None,
        places=read_places(conn),
        patrols=read_patrols(conn),
        visited=read_visited(conn),
    )


def read_staffed(conn: Connection) -> County:
    """The county with its grids and posts, its households without codes and points: who does what for whom."""
    grids, doors, staff = read_standing_bare(conn), read_doors_of_contacts(conn), read_staff(conn)
    return County(county_srid(conn), grids, doors, staff, read_today(conn), None)


def _array(shapes: Sequence[Any]) -> npt.NDArray[Any]:
    """Geometries or None as an array."""
    array = np.full(len(shapes), None, dtype=object)
    array[:] = shapes
    return array
