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
        super().__init__(f"an assignment from {since} cannot end on {until}: give a later last day")


class PostTaken(Refused):
    """Somebody else is in the post at that time."""

    def __init__(self, holder: Assignment, name: str) -> None:
        self.holder, self.name = holder, name
        until = f" to {holder.until}" if holder.until else ""
        super().__init__(
            f"{name} ({holder.worker}) is {holder.post.role.zh} ({holder.post.role.code}) of {holder.post.grid} "
            f"from {holder.since}{until}: end that assignment first, or choose another day"
        )


class TwoFullTimePosts(Refused):
    """A worker who works full-time in one grid would do so in a second one."""

    def __init__(self, worker: Worker, held: Assignment, wanted: Post) -> None:
        self.worker, self.held, self.wanted = worker, held, wanted
        super().__init__(
            f"{worker.name} ({worker.code}) works full-time in {held.post.grid} since {held.since} and cannot do so in "
            f"{wanted.grid} as well: end that post first, or choose another worker"
        )


class StillHolds(Refused):
    """A worker who leaves still has posts or households."""

    def __init__(self, worker: Worker, posts: int, households: int) -> None:
        self.worker, self.posts, self.households = worker, posts, households
        super().__init__(
            f"{worker.name} ({worker.code}) still holds {posts} posts and {households} households: "
            "hand them over to a successor first"
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
        raise BadInput("a worker needs a code of at most 40 and a name of at most 100 characters")
    if store.worker_by_code(conn, code) is not None:
        raise BadInput(f"there is a worker {code} already: choose another code")
    store.add_worker(conn, Worker(code, name, _phone(worker.phone)))


def rename(conn: Connection, code: str, name: str) -> None:
    """Another name for a worker. Raises `BadInput` for a blank one."""
    if not name.strip() or len(name.strip()) > 100:
        raise BadInput("a worker's name has 1 to 100 characters")
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
        raise BadInput("a phone number has 5 to 15 digits: check it")
    return number


def demand_worker(conn: Connection, code: str) -> Worker:
    """The worker with that code; raises `NotFound`."""
    worker = store.worker_by_code(conn, code)
    if worker is None:
        raise NotFound(f"there is no worker {code}: see the list of workers")
    return worker


def open_post(conn: Connection, grid: str, role: Role) -> Post:
    """A new, vacant post in a grid. Raises `NotFound` for a grid that does not stand."""
    seat = store.add_post(conn, grid, role)
    if seat is None:
        raise NotFound(f"there is no grid {grid}, or it was retired: check the code")
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
        raise NotFound(f"nobody is {post.role.zh} ({post.role.code}) of {post.grid} on {on}: look at the post again")


def release_holder(conn: Connection, held: Assignment, on: date) -> None:
    """Whoever holds that assignment leaves the post on a day."""
    store.cut_assignment(conn, held, on)


def make_contact(conn: Connection, grids: Sequence[str], worker: str) -> int:
    """How many households of the grids, and of all below them, changed to have the worker as their contact."""
    if not grids:
        raise BadInput("name at least one grid")
    person = demand_worker(conn, worker)
    unknown = sorted(set(grids) - store.standing_among(conn, grids))
    if unknown:
        raise NotFound(f"there is no grid {unknown[0]}, or it was retired: check the code")
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
        raise BadInput("a worker cannot hand over to the same person: choose a successor")
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
        raise NotFound(f"{post.grid} has no post {post.role.zh} ({post.role.code}) {post.seat}: open one first")


def _demand_time(conn: Connection, worker: Worker, wanted: Sequence[Assignment]) -> None:
    """Nothing when the worker would never be in two full-time posts; raises `TwoFullTimePosts`."""
    mine = [one for one in store.assignments_of_worker(conn, worker.code) if one.post.role in SINGLE_ROLES]
    for one in (one for one in wanted if one.post.role in SINGLE_ROLES):
        for held in mine:
            if held.overlaps(one):
                raise TwoFullTimePosts(worker, held, one.post)
        mine.append(one)
