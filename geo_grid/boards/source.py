"""What all boards are made from: the county with its ground, the phones as they may be shown, the stations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.boards import store
from geo_grid.county import County, read_county
from geo_grid.staffing import Assignment, Post
from geo_grid.vocabulary import FacilityLevel


@dataclass(frozen=True)
class Station:
    """A service station: its name, address and phone."""

    code: str
    name: str
    address: str
    phone: str | None


@dataclass(frozen=True)
class Source:
    """The county, its name, and its stations by code."""

    county: County
    name: str
    stations: Mapping[str, Station]

    @cached_property
    def holders(self) -> dict[Post, Assignment]:
        """Who is in each post today."""
        return {one.post: one for one in self.county.staff.assignments if one.holds_on(self.county.day)}

    @cached_property
    def posts(self) -> dict[str, list[Post]]:
        """The posts of each grid."""
        found: dict[str, list[Post]] = {}
        for post in self.county.staff.posts:
            found.setdefault(post.grid, []).append(post)
        return found

    @cached_property
    def stations_in(self) -> dict[int, list[tuple[FacilityLevel, str]]]:
        """The stations (level, code) on the ground of each grid and of all below it, by its place."""
        found: dict[int, list[tuple[FacilityLevel, str]]] = {}
        places = self.county.places
        for code, level, owner in zip(places.codes, places.levels, places.grids, strict=True):
            at = self.county.index.get(owner)
            for above in [] if at is None else self.county.ancestors[at].tolist():
                if above >= 0:
                    found.setdefault(above, []).append((level, code))
        return found

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The ground of all grids, for asking which lie near."""
        return shapely.STRtree(self.county.geom)

    @cached_property
    def households(self) -> list[int]:
        """The households of each grid with all that lies in it, by its place."""
        count = np.zeros(len(self.county.grids), dtype=np.int64)
        own = np.bincount(self.county.household_grid[self.county.household_grid >= 0], minlength=len(count))
        for column in range(self.county.ancestors.shape[1]):
            above = self.county.ancestors[:, column]
            rows = above >= 0
            np.add.at(count, above[rows], own[rows])
        return [int(one) for one in count]


def read_source(conn: Connection) -> Source:
    """What boards are made from, as `conn` sees it."""
    stations = {row.code: Station(**row._mapping) for row in store.stations(conn)}
    return Source(read_county(conn), store.county_name(conn), stations)
