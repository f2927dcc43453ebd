"""The values of inspections: rhythms, duties, what was inspected and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from geo_grid.risks import Site
from geo_grid.vocabulary import Role, Season, Tier

ONE_DAY = timedelta(days=1)
LONGEST_RHYTHM = 366


@dataclass(frozen=True)
class Rhythms:
    """How often grids of a tier inspect sites of a kind (its code) in a season; each month's season, January first."""

    days: Mapping[tuple[str, Tier, Season], int] = field(default_factory=dict)
    months: tuple[Season, ...] = (*(Season.FIRE,) * 5, *(Season.FLOOD,) * 4, *(Season.FIRE,) * 3)

    def season_on(self, day: date) -> Season:
        """The season of a day."""
        return self.months[day.month - 1]

    def every(self, kind: str, tier: Tier, day: date) -> int | None:
        """The days between two inspections on that day; None when the tier then inspects no such site."""
        return self.days.get((kind, tier, self.season_on(day)))

    def tiers_of(self, kind: str) -> tuple[Tier, ...]:
        """The tiers that inspect sites of a kind in some season."""
        return tuple(tier for tier in Tier if any((kind, tier, season) in self.days for season in Season))

    def due_after(self, kind: str, tier: Tier, last: date) -> date | None:
        """The first day after `last` that lies as many days behind it as the rhythm of that very day says."""
        asked = [days for season in Season if (days := self.days.get((kind, tier, season))) is not None]
        if not asked:
            return None
        for days in range(min(asked), LONGEST_RHYTHM * 2):
            day = last + days * ONE_DAY
            every = self.every(kind, tier, day)
            if every is not None and days >= every:
                return day
        return None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who is responsible for a part of a site: the worker's code, in which role, or named for this very part."""

    worker: str
    role: Role | None

    @property
    def is_named(self) -> bool:
        """Whether somebody named this worker instead of whoever leads the grid."""
        return self.role is None


@dataclass(frozen=True, slots=True)
class Duty:
    """A grid's part of a site that must be inspected again on `due_on`; `last` None when it never was."""

    site: Site
    grid: str
    tier: Tier
    last: date | None
    due_on: date
    keeper: Keeper | None

    def days_late(self, day: date) -> int:
        """How many days ago it was due; negative while there is time."""
        return (day - self.due_on).days


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture encoded by ourselves, at most 1,600 pixels wide and high."""

    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What an inspection found, and the day until which it is to be looked at again, if any."""

    says: str
    follow_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewInspection:
    """An inspection as it is to be recorded; `request` makes recording it twice impossible."""

    site: str
    grid: str
    worker: str | None
    done_on: date
    note: str
    request: str
    findings: tuple[NewFinding, ...] = ()
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """A finding with the inspection that made it; open while `closed_on` is None."""

    id: int
    inspection: int
    site: str
    site_name: str | None
    grid: str
    says: str
    found_on: date
    follow_up_on: date | None
    closed_on: date | None
    closed_by: str | None
    closing: str | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A recorded inspection; `site_name` is None when the site was removed since."""

    id: int
    site: str
    site_name: str | None
    kind: str | None
    grid: str
    grid_name: str
    tier: str
    worker: str | None
    done_on: date
    note: str
    by: str
    made_at: datetime
    findings: int
    open_findings: int
    photos: tuple[int, ...]
