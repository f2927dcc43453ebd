"""Workers, posts and assignments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from geo_grid.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who fills posts."""

    code: str
    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a grid; `seat` tells several of one role apart."""

    grid: str
    role: Role
    seat: int = 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """A worker (code) in a post from one day, up to and without another; `until` None while it lasts."""

    post: Post
    worker: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the worker is in the post on that day."""
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, other: Assignment) -> bool:
        """Whether both hold on some day."""
        starts, ends = max(self.since, other.since), [day for day in (self.until, other.until) if day is not None]
        return not ends or starts < min(ends)


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody and every post: as it stands, or as it is to be added or changed."""

    workers: Mapping[str, Worker] = field(default_factory=dict)
    posts: Sequence[Post] = ()
    assignments: Sequence[Assignment] = ()
