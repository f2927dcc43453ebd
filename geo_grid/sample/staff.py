"""The workers of the county: who fills which post, which posts are vacant, who keeps contact with which household."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from geo_grid.sample.allotment import Family
from geo_grid.sample.noise import Flags, Floats, Ints, make_noise
from geo_grid.sample.people import make_names, make_phones
from geo_grid.sample.settlements import Kind
from geo_grid.vocabulary import Role, Tier

VACANT_MICRO_SHARE = 115 / 1846
FIRST_DAY = dt.date(2021, 1, 4)
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a grid and who fills it since when; worker −1: vacant."""

    grid: int
    role: Role
    worker: int
    since: str
    until: str


@dataclass(frozen=True)
class Staff:
    """Workers by number, their posts, and the contact of each household."""

    names: list[str]
    phones: list[str]
    posts: list[Post]
    contact: Ints
    """(households,) worker, −1 for none"""


@dataclass
class _Roster:
    """The posts as they are given out."""

    rng: np.random.Generator
    posts: list[Post]
    workers: int = 0

    def hire(self) -> int:
        """The number of a new worker."""
        self.workers += 1
        return self.workers - 1

    def fill(self, grid: int, role: Role, worker: int) -> None:
        """A post filled by a worker (or by nobody)."""
        if worker == NOBODY:
            self.posts.append(Post(grid, role, NOBODY, "", ""))
            return
        since = FIRST_DAY + dt.timedelta(days=int(self.rng.integers(0, 1_600)))
        until = dt.date(2027, 3, 31).isoformat() if self.rng.uniform() < 0.2 else ""
        self.posts.append(Post(grid, role, worker, since.isoformat(), until))

    def chance(self, share: float) -> bool:
        """Whether something of that likelihood happens."""
        return bool(self.rng.uniform() < share)


def staff_county(
    rng: np.random.Generator, family: Family, sub_kind: dict[int, Kind], places: Floats, household_leaf: Ints
) -> Staff:
    """About one worker for 70 households, most posts filled, some neighbourhoods with nobody."""
    roster = _Roster(rng, [])
    leads: dict[int, int] = {}
    for grid, tier in enumerate(family.tier):
        if tier is Tier.TOTAL:
            leads[grid] = _staff_total(roster, grid)
    for grid, tier in enumerate(family.tier):
        if tier is Tier.SUB:
            leads[grid] = _staff_sub(roster, grid, sub_kind[grid])
        elif tier is Tier.BRANCH:
            _staff_branch(roster, grid)
    _staff_groups(roster, family, leads)
    contacts = _staff_micros(roster, family, places, leads)
    for grid, tier in enumerate(family.tier):
        if tier is Tier.SPECIAL:
            lead = _nearest_lead(family, leads, grid)
            roster.fill(grid, Role.LIAISON, lead if roster.chance(0.72) else NOBODY)
            contacts[grid] = lead if roster.chance(0.6) else NOBODY
    names, phones = make_names(rng, roster.workers), make_phones(rng, roster.workers)
    return Staff(names, phones, roster.posts, _contact_households(rng, contacts, places, household_leaf))


def _staff_total(roster: _Roster, grid: int) -> int:
    lead = roster.hire()
    roster.fill(grid, Role.LEADER, lead)
    helper = roster.hire()
    roster.fill(grid, Role.FULL_TIME, helper)
    roster.fill(grid, Role.STAND_IN, NOBODY if roster.chance(0.4) else helper)
    return lead


def _staff_sub(roster: _Roster, grid: int, kind: Kind) -> int:
    lead = roster.hire()
    roster.fill(grid, Role.LEADER, lead)
    if kind is not Kind.VILLAGE:
        roster.fill(grid, Role.FULL_TIME, NOBODY if roster.chance(0.1) else roster.hire())
    if roster.chance(0.45):
        roster.fill(grid, Role.PARTY_HEAD, lead)
    return lead


def _staff_branch(roster: _Roster, grid: int) -> None:
    if roster.chance(0.9):
        roster.fill(grid, Role.LEADER, NOBODY if roster.chance(0.15) else roster.hire())


def _staff_groups(roster: _Roster, family: Family, leads: dict[int, int]) -> None:
    """A person for each group; every third looks after the next group of the same parent as well."""
    before = (NOBODY, NOBODY)
    for grid, tier in enumerate(family.tier):
        if tier is not Tier.GROUP:
            continue
        shares = before[0] == family.parent[grid] and roster.chance(0.55)
        person = before[1] if shares else roster.hire()
        before = (NOBODY, NOBODY) if shares else (family.parent[grid], person)
        leads[grid] = person
        if roster.chance(0.85):
            roster.fill(grid, Role.LEADER, person if roster.chance(0.95) else NOBODY)
        roster.fill(grid, Role.PART_TIME, person if roster.chance(0.93) else NOBODY)
        if roster.chance(0.12):
            roster.fill(grid, Role.PARTY_HEAD, person)


def _staff_micros(roster: _Roster, family: Family, places: Floats, leads: dict[int, int]) -> dict[int, int]:
    """The contact of every MICRO grid: its group's person; vacant in some neighbourhoods."""
    micros = np.array([grid for grid, tier in enumerate(family.tier) if tier is Tier.MICRO])
    mood = make_noise(roster.rng, 3_500.0).at(places[micros]) + roster.rng.uniform(0.0, 0.9, len(micros))
    vacant = set(micros[np.argsort(mood, kind="stable")[: round(VACANT_MICRO_SHARE * len(micros))]].tolist())
    contacts: dict[int, int] = {}
    for grid in micros.tolist():
        contacts[grid] = NOBODY if grid in vacant else _nearest_lead(family, leads, grid)
        roster.fill(grid, Role.CONTACT, contacts[grid])
    return contacts


def _nearest_lead(family: Family, leads: dict[int, int], grid: int) -> int:
    """The person of the narrowest grid above that has one."""
    return next(leads[each] for each in family.ancestors(grid)[1:] if each in leads)


def _contact_households(rng: np.random.Generator, contacts: dict[int, int], places: Floats, leaf: Ints) -> Ints:
    """The contact of each household: in some places of all, in others of a part."""
    worker = np.full(len(places), NOBODY, dtype=np.int64)
    for grid, person in contacts.items():
        worker[grid] = person
    zeal = make_noise(rng, 6_000.0).at(places) + 0.35 * rng.uniform(-1.0, 1.0, len(places))
    rank = np.argsort(np.argsort(zeal, kind="stable"), kind="stable") / len(places)
    share = np.clip(0.25 + 1.3 * rank, 0.0, 1.0)
    reached: Flags = rng.uniform(0.0, 1.0, len(leaf)) < share[leaf]
    return np.where(reached, worker[leaf], NOBODY)
