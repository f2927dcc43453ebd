"""The values of visits: what a linked cadre owes a place, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: A quota counts the visits of so many days, the present one included.
WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Quota:
    """So many visits, to so many households altogether, in 30 days."""

    visits: int
    households: int


#: A linked cadre of the county visits twice a month and keeps contact with at least five households (source county).
DEFAULT_QUOTA = Quota(2, 5)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as it is to be recorded; `request` makes recording it twice impossible."""

    worker: str
    grid: str
    done_on: date
    households: int
    note: str
    request: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A recorded visit."""

    id: int
    worker: str
    worker_name: str
    grid: str
    grid_name: str
    done_on: date
    households: int
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Link:
    """A cadre linked to a place, the quota there, and the visits of the past 30 days."""

    worker: str
    grid: str
    quota: Quota
    visits: int
    households: int
    last: date | None

    @property
    def is_behind(self) -> bool:
        """Whether fewer visits were made, or fewer households reached, than the quota asks for."""
        return self.visits < self.quota.visits or self.households < self.quota.households


@dataclass(frozen=True)
class Visited:
    """The visits of the past 30 days as (worker, grid, day, households), and the quotas of places."""

    visits: tuple[tuple[str, str, date, int], ...] = ()
    quotas: Mapping[str, Quota] = field(default_factory=dict)
