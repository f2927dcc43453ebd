"""Putting workers into posts, taking them out, making them contacts, and handing everything over at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from geo_grid.errors import BadInput, BeyondScope, NotFound, Refused
from geo_grid.staffing import store
from geo_grid.staffing.model import Assignment, Post, Worker
from geo_grid.vocabulary import Role

#: Roles of which a person holds one at most.
SINGLE_ROLES = frozenset({Role.FULL_TIME})


class EndBeforeStart(BadInput):
    """An assignment that would end before it begins."""

    def __init__(self, since: date, until: date) -> None:
        self.since, self.until = since, until
        self.say(
            "an assignment from %(since)s cannot end on %(until)s: give a later last day", since=since, until=until
        )


class PostTaken(Refused):
    """Somebody else is in the post at that time."""

    def __init__(self, holder: Assignment, name: str) -> None:
        self.holder, self.name = holder, name
        until = holder.until or "…"
        self.say(
            "%(name)s (%(worker)s) is %(zh)s (%(code)s) of %(grid)s from %(since)s to %(until)s: "
            "end that assignment first, or choose another day",
            name=name,
            worker=holder.worker,
            zh=holder.post.role.zh,
            code=holder.post.role.code,
            grid=holder.post.grid,
            since=holder.since,
            until=until,
        )


class TwoFullTimePosts(Refused):
    """A worker who works full-time in one grid would do so in a second one."""

    def __init__(self, worker: Worker, held: Assignment, wanted: Post) -> None:
        self.worker, self.held, self.wanted = worker, held, wanted
        self.say(
            "%(name)s (%(code)s) works full-time in %(grid)s since %(since)s and cannot do so in %(grid2)s as well: "
            "end that post first, or choose another worker",
            name=worker.name,
            code=worker.code,
            grid=held.post.grid,
            since=held.since,
            grid2=wanted.grid,
        )


class StillHolds(Refused):
    """A worker who leaves still has posts or households."""

    def __init__(self, worker: Worker, posts: int, households: int) -> None:
        self.worker, self.posts, self.households = worker, posts, households
        self.say(
            "%(name)s (%(code)s) still holds %(posts)s posts and %(households)s households: "
            "hand them over to a successor first",
            name=worker.name,
            code=worker.code,
            posts=posts,
            households=households,
        )


@dataclass(frozen=True, slots=True)
class HandOver:
    """What went from one worker to another on a day."""

    worker: Worker
    successor: Worker
    on: date
    posts: tuple[Post, ...]
    households: int
    sites: int = 0


def hire(conn: Connection, worker: Worker) -> None:
    """A new worker. Raises `BadInput` for a blank code or name and for a code that is taken."""
    code, name = worker.code.strip(), worker.name.strip()
    if not code or not name or len(code) > 40 or len(name) > 100:
        raise BadInput.of("a worker needs a code of at most 40 and a name of at most 100 characters")
    if store.worker_by_code(conn, code) is not None:
        raise BadInput.of("there is a worker %(code)s already: choose another code", code=code)
    store.add_worker(conn, Worker(code, name, _phone(worker.phone)))


def rename(conn: Connection, code: str, name: str) -> None:
    """Another name for a worker. Raises `BadInput` for a blank one."""
    if not name.strip() or len(name.strip()) > 100:
        raise BadInput.of("a worker's name has 1 to 100 characters")
    person = demand_worker(conn, code)
    if not store.rename_worker(conn, person.code, name.strip()):
        raise BeyondScope(f"the work of {person.name} ({person.code})")


def change_phone(conn: Connection, code: str, phone: str) -> None:
    """Another phone number for a worker; a blank one takes it away. Raises `BadInput` for what is no number."""
    person = demand_worker(conn, code)
    if not store.change_phone(conn, person.code, _phone(phone)):
        raise BeyondScope(f"the work of {person.name} ({person.code})")


def _phone(text: str | None) -> str | None:
    """The number without its blanks, None for a blank one; raises `BadInput` for what is no number."""
    number = re.sub(r"[\s()-]", "", text or "")
    if not number:
        return None
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise BadInput.of("a phone number has 5 to 15 digits: check it")
    return number


def demand_worker(conn: Connection, code: str) -> Worker:
    """The worker with that code; raises `NotFound`."""
    worker = store.worker_by_code(conn, code)
    if worker is None:
        raise NotFound.of("there is no worker %(code)s: see the list of workers", code=code)
    return worker


def open_post(conn: Connection, grid: str, role: Role) -> Post:
    """A new, vacant post in a grid. Raises `NotFound` for a grid that does not stand."""
    seat = store.add_post(conn, grid, role)
    if seat is None:
        raise NotFound.of("there is no grid %(grid)s, or it was retired: check the code", grid=grid)
    return Post(grid, role, seat)


def close_post(conn: Connection, post: Post, on: date) -> None:
    """Let a post end on a day, with whoever is in it. Raises `NotFound`."""
    _demand_post(conn, post)
    store.end_assignments(conn, post, on)
    store.end_post(conn, post, on)


def assign(conn: Connection, post: Post, worker: str, since: date, until: date | None = None) -> Assignment:
    """The worker put into the post from one day, up to and without another.

    Raises `EndBeforeStart`, `NotFound` for a post or worker that is not there, `PostTaken` when somebody is in the post
    at that time, `TwoFullTimePosts`.
    """
    wanted = Assignment(post, worker, since, until)
    if until is not None and until <= since:
        raise EndBeforeStart(since, until)
    _demand_post(conn, post)
    person = demand_worker(conn, worker)
    for held in store.assignments_of_post(conn, post):
        if held.overlaps(wanted):
            raise PostTaken(held, demand_worker(conn, held.worker).name)
    _demand_time(conn, person, [wanted])
    store.add_assignment(conn, wanted)
    return wanted


def release(conn: Connection, post: Post, on: date) -> None:
    """Whoever is in the post on a day leaves it with that day; raises `NotFound` when nobody is."""
    if not store.end_assignments(conn, post, on):
        raise NotFound.of(
            "nobody is %(zh)s (%(code)s) of %(grid)s on %(on)s: look at the post again",
            zh=post.role.zh,
            code=post.role.code,
            grid=post.grid,
            on=on,
        )


def release_holder(conn: Connection, held: Assignment, on: date) -> None:
    """Whoever holds that assignment leaves the post on a day."""
    store.cut_assignment(conn, held, on)


def make_contact(conn: Connection, grids: Sequence[str], worker: str) -> int:
    """How many households of the grids, and of all below them, changed to have the worker as their contact."""
    if not grids:
        raise BadInput.of("name at least one grid")
    person = demand_worker(conn, worker)
    unknown = sorted(set(grids) - store.standing_among(conn, grids))
    if unknown:
        raise NotFound.of("there is no grid %(unknown)s, or it was retired: check the code", unknown=unknown[0])
    return store.change_contacts(conn, grids, person.code)


def duties_of(conn: Connection, worker: str, on: date) -> tuple[list[Assignment], int]:
    """The assignments of a worker on a day or later, and the households that the worker is the contact of."""
    code = demand_worker(conn, worker).code
    held = [one for one in store.assignments_of_worker(conn, code) if one.until is None or one.until > on]
    return held, store.households_of(conn, code)


def hand_over(conn: Connection, worker: str, successor: str, on: date) -> HandOver:
    """Everything in a worker's hands given to a successor in one step, from a day on.

    Posts change with that day; the households have their new contact at once, and so have the risk sites whose keeper
    was named by hand. Raises `BadInput` for one and the same person and `TwoFullTimePosts`; nothing is changed then.
    """
    leaving, coming = demand_worker(conn, worker), demand_worker(conn, successor)
    if leaving.code == coming.code:
        raise BadInput.of("a worker cannot hand over to the same person: choose a successor")
    held, _ = duties_of(conn, leaving.code, on)
    given = [Assignment(one.post, coming.code, max(one.since, on), one.until) for one in held]
    _demand_time(conn, coming, given)
    for one in held:
        store.cut_assignment(conn, one, on)
    for one in given:
        store.add_assignment(conn, one)
    households = store.move_contacts(conn, leaving.code, coming.code)
    sites = store.move_sites(conn, leaving.code, coming.code)
    return HandOver(leaving, coming, on, tuple(one.post for one in given), households, sites)


def let_go(conn: Connection, worker: str, on: date) -> None:
    """A worker who leaves on a day and holds nothing any more; raises `StillHolds`."""
    person = demand_worker(conn, worker)
    held, households = duties_of(conn, person.code, on)
    if held or households:
        raise StillHolds(person, len(held), households)
    store.mark_left(conn, person.code, on)


def _demand_post(conn: Connection, post: Post) -> None:
    """Nothing when the post stands; raises `NotFound`."""
    if not store.post_stands(conn, post):
        raise NotFound.of(
            "%(grid)s has no post %(zh)s (%(code)s) %(seat)s: open one first",
            grid=post.grid,
            zh=post.role.zh,
            code=post.role.code,
            seat=post.seat,
        )


def _demand_time(conn: Connection, worker: Worker, wanted: Sequence[Assignment]) -> None:
    """Nothing when the worker would never be in two full-time posts; raises `TwoFullTimePosts`."""
    mine = [one for one in store.assignments_of_worker(conn, worker.code) if one.post.role in SINGLE_ROLES]
    for one in (one for one in wanted if one.post.role in SINGLE_ROLES):
        for held in mine:
            if held.overlaps(one):
                raise TwoFullTimePosts(worker, held, one.post)
        mine.append(one)
