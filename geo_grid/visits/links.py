"""Who is linked to which place, and who is behind the quota there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from geo_grid.staffing import Staff
from geo_grid.visits.model import DEFAULT_QUOTA, Link, Quota, Visited
from geo_grid.vocabulary import Role

#: A grid's parent, None for the widest.
Parents = Mapping[str, str | None]


def above(grid: str, parents: Parents) -> Iterable[str]:
    """A grid and those above it, narrow to wide."""
    at: str | None = grid
    while at is not None:
        yield at
        at = parents.get(at)


def quota_of(grid: str, quotas: Mapping[str, Quota], parents: Parents) -> Quota:
    """The quota of a place: its own, else that of the nearest grid above it that has one, else the usual one."""
    return next((quotas[one] for one in above(grid, parents) if one in quotas), DEFAULT_QUOTA)


def links(staff: Staff, visited: Visited, parents: Parents, day: date) -> list[Link]:
    """Every cadre linked to a place on a day with the visits there and below, by place."""
    done: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for worker, grid, on, households in visited.visits:
        for place in above(grid, parents):
            done.setdefault((worker, place), []).append((on, households))
    linked = {
        (one.post.grid, one.worker)
        for one in staff.assignments
        if one.post.role is Role.CADRE and one.post.grid in parents and one.holds_on(day)
    }
    return [_link(worker, grid, done.get((worker, grid), []), visited, parents) for grid, worker in sorted(linked)]


def _link(worker: str, grid: str, done: list[tuple[date, int]], visited: Visited, parents: Parents) -> Link:
    """One cadre's link to one place."""
    last = max((on for on, _ in done), default=None)
    quota = quota_of(grid, visited.quotas, parents)
    return Link(worker, grid, quota, len(done), sum(households for _, households in done), last)
