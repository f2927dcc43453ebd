"""Giving many grids to workers: first what it would do and what stands against it, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from sqlalchemy import Connection

from geo_grid.errors import BadInput, NotFound, Refused
from geo_grid.staffing.bulk import store
from geo_grid.staffing.bulk.model import MOST_GRIDS, Conflict, Given, Giving, GridLine, Plan, WhyNot
from geo_grid.staffing.bulk.share import share_out
from geo_grid.staffing.duties import SINGLE_ROLES, EndBeforeStart, release_holder
from geo_grid.staffing.model import Assignment, Post
from geo_grid.vocabulary import Role

#: How many conflicts a refusal names.
MOST_NAMED = 5
#: A lasso drawn by hand has some hundreds of corners.
MOST_CORNERS = 5000
#: Whether whoever asks may staff the grid of that code.
MayStaff = Callable[[str], bool]


class Conflicts(Refused):
    """Grids cannot be given: somebody is in the post, or the worker cannot take it; `conflicts` names each."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        named = "; ".join(f"{one.grid}: {_SAYS[one.why].format(one)}" for one in self.conflicts[:MOST_NAMED])
        more = len(self.conflicts) - MOST_NAMED
        rest = f"; and {more} more" if more > 0 else ""
        self.say(
            "%(named)s%(rest)s: leave these grids out, or change what is in the way; nothing was changed",
            named=named,
            rest=rest,
        )


_SAYS = {
    WhyNot.GONE: "there is no such grid, or it was retired",
    WhyNot.TAKEN: "{0.name} ({0.worker}) is in the post from {0.since}",
    WhyNot.FULL_TIME: "{0.name} ({0.worker}) works full-time in {0.other} already",
    WhyNot.LEFT: "{0.name} ({0.worker}) leaves on {0.until}",
    WhyNot.OUTSIDE: "it lies outside what your account may staff",
}


@dataclass(frozen=True, slots=True)
class _Seats:
    """Where each grid's worker is to sit, which of these posts are new, who leaves, and who is in the way."""

    places: Mapping[str, int]
    new: Mapping[str, int]
    leaving: tuple[tuple[Assignment, str], ...]
    conflicts: tuple[Conflict, ...]


def grid_lines(conn: Connection, grids: Sequence[str]) -> list[GridLine]:
    """The grids that stand, as they stand, by code."""
    found = store.grid_contacts(conn, grids)
    return [GridLine(code, name, tier, contacts) for code, (name, tier, contacts) in sorted(found.items())]


def leaves_in_ring(conn: Connection, ring: Sequence[tuple[float, float]]) -> list[str]:
    """The codes of the leaves of which more than half lies in a ring of (lon, lat).

    Raises `BadInput` for a ring that encloses nothing or holds more leaves than go in one step.
    """
    if not 3 <= len(ring) <= MOST_CORNERS or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring):
        raise BadInput.of("a lasso has 3 to %(most)s corners in degrees: draw it again", most=MOST_CORNERS)
    found = store.leaves_inside(conn, shapely.to_wkb(shapely.Polygon(ring)), MOST_GRIDS + 1)
    if len(found) > MOST_GRIDS:
        raise BadInput.of("more than %(most)s leaves lie in the lasso: draw a smaller one", most=MOST_GRIDS)
    return found


def plan_giving(conn: Connection, giving: Giving, may: MayStaff = lambda _code: True) -> Plan:
    """What giving would do, and all that stands against it; nothing is written.

    Raises `BadInput` for what makes no sense and `NotFound` for a worker who is not there.
    """
    return _planned(conn, giving, may)[0]


def give(conn: Connection, giving: Giving, may: MayStaff = lambda _code: True) -> Given:
    """Do all of it; raises `Conflicts`, and whatever `plan_giving` raises, with nothing written."""
    plan, seats = _planned(conn, giving, may)
    if plan.conflicts:
        raise Conflicts(plan.conflicts)
    posts = 0
    if seats is not None and plan.giving.role is not None:
        for held, _name in seats.leaving:
            release_holder(conn, held, plan.giving.since)
        store.open_seats(conn, plan.giving.role, seats.new)
        places = [(one.code, seats.places[one.code], one.worker) for one in plan.grids if one.code in seats.places]
        posts = store.fill(conn, plan.giving.role, places, plan.giving.since, plan.giving.until)
    given = {one.code: one.worker for one in plan.grids}
    households = store.make_contacts(conn, given) if plan.giving.contact else 0
    return Given(posts, households, len(plan.replaced))


def _planned(conn: Connection, giving: Giving, may: MayStaff) -> tuple[Plan, _Seats | None]:
    """The plan, and the seats it needs."""
    giving = giving.demand_sense()
    if giving.until is not None and giving.until <= giving.since:
        raise EndBeforeStart(giving.since, giving.until)
    people = store.people(conn, giving.workers)
    for worker in giving.workers:
        if worker not in people:
            raise NotFound.of("there is no worker %(worker)s: see the list of workers", worker=worker)
    standing = store.grid_contacts(conn, giving.grids)
    lines = {code: GridLine(code, name, tier, contacts) for code, (name, tier, contacts) in standing.items()}
    owner = share_out({code: line.households for code, line in lines.items()}, giving.workers)
    lines = {code: replace(line, worker=owner[code]) for code, line in lines.items()}
    conflicts = [Conflict(code, WhyNot.GONE) for code in giving.grids if code not in lines]
    conflicts += [Conflict(code, WhyNot.OUTSIDE) for code in lines if not may(code)]
    conflicts += _leavers(giving, lines, people)
    seats = None
    if giving.role is not None:
        seats = _seats(conn, giving, giving.role, {code: owner[code] for code in sorted(lines)})
        conflicts += seats.conflicts
        if giving.role in SINGLE_ROLES:
            conflicts += _second_posts(conn, giving, giving.role, lines, people)
    leaving = tuple(_in_the_way(held, name) for held, name in seats.leaving) if seats else ()
    loads = _loads(giving, lines, people)
    return Plan(giving, tuple(lines[code] for code in sorted(lines)), tuple(conflicts), loads, leaving), seats


def _leavers(
    giving: Giving, lines: Mapping[str, GridLine], people: Mapping[str, tuple[str, date | None, int]]
) -> Iterator[Conflict]:
    """The grids whose worker has left by the time, or leaves before the end."""
    for code, line in sorted(lines.items()):
        name, left_on, _count = people[line.worker]
        if left_on is not None and (giving.until is None or left_on < giving.until):
            yield Conflict(code, WhyNot.LEFT, line.worker, name, until=left_on)


def _seats(conn: Connection, giving: Giving, role: Role, owner: Mapping[str, str]) -> _Seats:
    """A free seat for each grid; with `replace` one whose holder leaves; a new one where there is none.

    A grid in which its worker holds such a post already gets none.
    """
    known = store.seats_of(conn, list(owner), role)
    holders: dict[tuple[str, int], list[tuple[Assignment, str]]] = {}
    for held, name in store.held_in(conn, list(owner), role, giving.since):
        if held.overlaps(Assignment(held.post, "", giving.since, giving.until)):
            holders.setdefault((held.post.grid, held.post.seat), []).append((held, name))
    settled = {held.post.grid for in_seat in holders.values() for held, _ in in_seat if _suffices(held, giving, owner)}
    places: dict[str, int] = {}
    new: dict[str, int] = {}
    leaving: list[tuple[Assignment, str]] = []
    conflicts: list[Conflict] = []
    for code in owner:
        if code in settled:
            continue
        standing = [seat for seat, stands in known.get(code, []) if stands]
        free = next((seat for seat in standing if (code, seat) not in holders), None)
        if not standing:
            places[code] = new[code] = 1 + max((seat for seat, _ in known.get(code, [])), default=0)
        elif free is not None:
            places[code] = free
        else:
            places[code] = standing[0]
            in_seat = holders[code, standing[0]]
            if giving.replace and all(held.since < giving.since for held, _ in in_seat):
                leaving += in_seat
            else:
                conflicts.append(_in_the_way(*in_seat[0]))
    return _Seats(places, new, tuple(leaving), tuple(conflicts))


def _suffices(held: Assignment, giving: Giving, owner: Mapping[str, str]) -> bool:
    """Whether the worker of a grid is in the post for all the time asked for."""
    lasts = held.until is None or (giving.until is not None and held.until >= giving.until)
    return held.worker == owner[held.post.grid] and held.since <= giving.since and lasts


def _in_the_way(held: Assignment, name: str) -> Conflict:
    """Who is in a post."""
    return Conflict(held.post.grid, WhyNot.TAKEN, held.worker, name, since=held.since, until=held.until)


def _second_posts(
    conn: Connection,
    giving: Giving,
    role: Role,
    lines: Mapping[str, GridLine],
    people: Mapping[str, tuple[str, date | None, int]],
) -> Iterator[Conflict]:
    """The grids that would be a second post of a role of which a person holds one at most."""
    kept: dict[str, str] = {}
    for held, _name in store.held_by(conn, giving.workers, role, giving.since):
        if held.overlaps(Assignment(Post("", role), held.worker, giving.since, giving.until)):
            kept.setdefault(held.worker, held.post.grid)
    for code, line in sorted(lines.items()):
        if kept.get(line.worker, code) != code:
            name = people[line.worker][0]
            yield Conflict(code, WhyNot.FULL_TIME, line.worker, name, other=kept[line.worker])
        kept.setdefault(line.worker, code)


def _loads(
    giving: Giving, lines: Mapping[str, GridLine], people: Mapping[str, tuple[str, date | None, int]]
) -> dict[str, tuple[int, int]]:
    """Each worker's households as contact, before and after; of those who lose some, too."""
    after = {worker: count for worker, (_, _, count) in people.items()}
    before = dict(after)
    if giving.contact:
        for line in lines.values():
            for contact, count in line.contacts.items():
                if contact in after:
                    after[contact] -= count
            after[line.worker] += line.households
    return {worker: (before[worker], after[worker]) for worker in giving.workers}
