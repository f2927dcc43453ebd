"""What is to be given to whom, what stands against it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from geo_grid.errors import BadInput
from geo_grid.vocabulary import Role

MOST_GRIDS, MOST_WORKERS = 3000, 50


@dataclass(frozen=True, slots=True)
class Giving:
    """Grids given to workers from a day on: into a post of `role` in each, or as contact of the households, or both.

    Several workers share the grids out among them. With `replace`, whoever is in a post leaves it on that day.
    """

    grids: tuple[str, ...]
    workers: tuple[str, ...]
    since: date
    role: Role | None = None
    contact: bool = False
    until: date | None = None
    replace: bool = False

    def demand_sense(self) -> Giving:
        """This, its names each once; raises `BadInput` when nothing or too much is asked for."""
        if not self.grids or not self.workers:
            raise BadInput.of("choose at least one grid and one worker")
        if len(self.grids) > MOST_GRIDS or len(self.workers) > MOST_WORKERS:
            raise BadInput.of(
                "at most %(most)s grids and %(most2)s workers go in one step: do it in parts",
                most=MOST_GRIDS,
                most2=MOST_WORKERS,
            )
        if self.role is None and not self.contact:
            raise BadInput.of("choose a post, or that the worker becomes the contact of the households")
        once = tuple(dict.fromkeys(self.grids)), tuple(dict.fromkeys(self.workers))
        return Giving(*once, self.since, self.role, self.contact, self.until, self.replace)


class WhyNot(Enum):
    """Why a grid cannot be given to a worker."""

    GONE = "gone"  # the grid does not stand
    TAKEN = "taken"  # somebody is in the post
    FULL_TIME = "full_time"  # a second full-time post
    LEFT = "left"  # the worker has left by then
    OUTSIDE = "outside"  # outside the scope of whoever asks


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why one grid cannot be given: `worker` is who is in the way or who cannot, `other` the grid that keeps them."""

    grid: str
    why: WhyNot
    worker: str = ""
    name: str = ""
    other: str = ""
    since: date | None = None
    until: date | None = None

    def to_json(self) -> dict[str, object]:
        """The conflict as plain values."""
        said: dict[str, object] = {"grid": self.grid, "why": self.why.value, "worker": self.worker, "name": self.name}
        return said | {"other": self.other, "since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid as it stands: its households by contact ('' for none), and who gets it."""

    code: str
    name: str
    tier: str
    contacts: Mapping[str, int] = field(default_factory=dict)
    worker: str = ""

    @property
    def households(self) -> int:
        """The households that lie in it."""
        return sum(self.contacts.values())

    @property
    def contacted(self) -> int:
        """Those that have a contact."""
        return self.households - self.contacts.get("", 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What giving would do: each grid with its worker, what stands against it, and each worker's households."""

    giving: Giving
    grids: tuple[GridLine, ...]
    conflicts: tuple[Conflict, ...]
    loads: Mapping[str, tuple[int, int]]
    """Worker → households as contact before and after."""
    replaced: tuple[Conflict, ...] = ()
    """Who would leave a post."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given: how many posts were filled, how many households changed their contact, who left a post."""

    posts: int
    households: int
    released: int
