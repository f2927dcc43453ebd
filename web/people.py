"""Workers and posts as lines for pages, from the county in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from geo_grid.access import Action, Actor, Forbidden
from geo_grid.county import County
from geo_grid.errors import NotFound
from geo_grid.publish import masked
from geo_grid.staffing import Assignment, Post, Worker
from geo_grid.vocabulary import Role, Tier


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody is in, was in or will be in: the grid's code and name, the role, from when to when."""

    grid: str
    name: str
    town: str
    role: Role
    seat: int
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """A worker with the posts of today and the households that have them as their contact."""

    code: str
    name: str
    phone: str | None
    posts: tuple[Held, ...]
    households: int
    most: int | None

    @property
    def is_overloaded(self) -> bool:
        """Whether there are more households than the rule allows."""
        return self.most is not None and self.households > self.most


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacant post, with the households of its grid and all below it."""

    grid: str
    name: str
    town: str
    role: Role
    seat: int
    households: int


class People:
    """Who is in which post of a county, and who is whose contact."""

    def __init__(self, county: County, most: int | None) -> None:
        self.county, self.most = county, most
        self._contacts = Counter(county.doors.contacts)
        self._held: dict[str, list[Assignment]] = {}
        self._by_grid: dict[str, list[Assignment]] | None = None
        for one in county.staff.assignments:
            self._held.setdefault(one.worker, []).append(one)

    def worker(self, code: str) -> WorkerLine:
        """The line of one worker; raises `NotFound`."""
        worker = self.county.staff.workers.get(code)
        if worker is None:
            raise NotFound.of("there is no worker %(code)s: see the list of workers", code=code)
        return self._line(worker)

    def workers(self) -> list[WorkerLine]:
        """Everybody, by name and code."""
        return self._lines

    @cached_property
    def _lines(self) -> list[WorkerLine]:
        return sorted(map(self._line, self.county.staff.workers.values()), key=lambda one: (one.name, one.code))

    def history(self, code: str) -> list[Held]:
        """All posts of a worker, past and coming ones too, the latest first."""
        return [self._said(one) for one in sorted(self._held.get(code, []), key=lambda one: one.since, reverse=True)]

    def vacancies(self) -> list[Vacancy]:
        """The vacant posts, those of the most households first."""
        count = self._households_below()
        found = [self._vacancy(post, count) for post in self.county.staff.posts if post not in self.county.filled]
        return sorted(found, key=lambda one: (-one.households, one.grid, one.role.name, one.seat))

    def contact_places(self, code: str) -> list[tuple[str, str, int]]:
        """The leaves (code, name, households) whose households have the worker as their contact, the most first."""
        doors = self.county.doors
        count = Counter(grid for grid, contact in zip(doors.grids, doors.contacts, strict=True) if contact == code)
        return [(grid, self.name_of(grid), households) for grid, households in count.most_common()]

    def name_of(self, code: str) -> str:
        """The name of a grid, its code when it does not stand."""
        place = self.county.index.get(code)
        return code if place is None else self.county.grids[place].name

    def town(self, code: str) -> str:
        """The name of the total grid in which a grid lies."""
        place = self.county.index.get(code)
        town = -1 if place is None else int(self.county.ancestors[place, 0])
        return self.county.grids[town].name if town >= 0 else ""

    def holders(self, code: str) -> list[tuple[Role, str]]:
        """Who is in the posts of a grid today: role and name, in the order of the roles."""
        found = [(one.post.role, self.county.staff.workers[one.worker].name) for one in self._holding(code)]
        return sorted(found, key=lambda pair: (list(Role).index(pair[0]), pair[1]))

    def _holding(self, code: str) -> list[Assignment]:
        """The assignments of today in a grid."""
        if self._by_grid is None:
            self._by_grid = {}
            for one in self.county.staff.assignments:
                if one.holds_on(self.county.day):
                    self._by_grid.setdefault(one.post.grid, []).append(one)
        return self._by_grid.get(code, [])

    def leaves(self, under: str) -> list[str]:
        """The codes of the leaves in a grid, by code; raises `NotFound` for one that does not stand."""
        place = self.county.index.get(under)
        if place is None:
            raise NotFound.of("there is no grid %(under)s: choose one of the list", under=under)
        inside = (self.county.ancestors == place).any(axis=1).tolist()
        return sorted(
            grid.code for grid, lies in zip(self.county.grids, inside, strict=True) if lies and grid.tier.is_leaf
        )

    def places(self, tier: Tier) -> dict[str, list[tuple[str, str]]]:
        """The grids of a tier (code, name) under the names of their total grids, both by code."""
        found: dict[str, list[tuple[str, str]]] = {}
        for grid in sorted(self.county.of_tier(tier), key=lambda one: one.code):
            found.setdefault(self.town(grid.code), []).append((grid.code, grid.name))
        return found

    def chain(self, code: str) -> list[str]:
        """The codes of a grid and of every grid above it, for asking who may."""
        place = self.county.index.get(code)
        if place is None:
            return [code]
        return [self.county.grids[one].code for one in self.county.ancestors[place].tolist() if one >= 0]

    def demand_rights(self, actor: Actor, grids: Iterable[str]) -> None:
        """Nothing when the actor may staff all those grids; raises `Forbidden`."""
        for grid in set(grids):
            if not actor.may(Action.MANAGE_STAFF, self.chain(grid)):
                raise Forbidden(Action.MANAGE_STAFF)

    def _line(self, worker: Worker) -> WorkerLine:
        """A worker's line."""
        held = [self._said(one) for one in self._held.get(worker.code, []) if one.holds_on(self.county.day)]
        posts = tuple(sorted(held, key=lambda one: (list(Role).index(one.role), one.grid)))
        return WorkerLine(worker.code, worker.name, masked(worker.phone), posts, self._contacts[worker.code], self.most)

    def _said(self, one: Assignment) -> Held:
        """An assignment with its grid's name."""
        post = one.post
        name, town = self.name_of(post.grid), self.town(post.grid)
        return Held(post.grid, name, town, post.role, post.seat, one.since, one.until)

    def _vacancy(self, post: Post, households: Sequence[int]) -> Vacancy:
        """A vacant post's line."""
        place = self.county.index.get(post.grid, -1)
        count = households[place] if place >= 0 else 0
        return Vacancy(post.grid, self.name_of(post.grid), self.town(post.grid), post.role, post.seat, count)

    def _households_below(self) -> list[int]:
        """The households of each grid and all below it, by the grid's place."""
        count = [0] * len(self.county.grids)
        for place, doors in Counter(self.county.household_grid.tolist()).items():
            for above in set(self.county.ancestors[place].tolist()) - {-1}:
                count[above] += doors
        return count
