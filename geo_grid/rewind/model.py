"""The values of a restoring: the state it goes back to, what that changes, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from geo_grid.errors import Refused
from geo_grid.vocabulary import Tier

#: How many obstacles a sentence names.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Then:
    """The state that version `version` of the data was, made `at` by a change set; nothing stood at version 1."""

    version: int
    at: datetime | None
    changeset_id: int | None
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class After:
    """A change set made after that state, so that restoring takes it back."""

    id: int
    at: datetime
    actor: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class GridBack:
    """A grid that restoring brings back (`returns`), takes away (`goes`) or changes, now and then.

    Blank names and None stand for a time at which it did not stand; areas are in m².
    """

    code: str
    code_then: str
    tier: Tier
    name_now: str
    name_then: str
    area_now_m2: float | None
    area_then_m2: float | None
    households_now: int
    households_then: int

    @property
    def change(self) -> str:
        """What restoring does to it: returns, goes or changes."""
        if self.area_now_m2 is None:
            return "returns"
        return "goes" if self.area_then_m2 is None else "changes"


@dataclass(frozen=True, slots=True)
class RowsBack:
    """How many rows of a noun come back, go, and have their former values again."""

    returns: int = 0
    goes: int = 0
    changes: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.returns + self.goes + self.changes


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of restoring: a sentence with %(places) for its facts."""

    says: str
    facts: Mapping[str, str]

    def __str__(self) -> str:
        return self.says % self.facts


@dataclass(frozen=True)
class Consequences:
    """What restoring `then` means: seen at the version `seen` of the data, for the county or for `place`.

    `moved` households lay in another grid then; `obstacles` say what must be settled first.
    """

    then: Then
    seen: int
    place: str | None
    later: tuple[After, ...]
    later_count: int
    grids: tuple[GridBack, ...]
    rows: Mapping[str, RowsBack]
    moved: int
    obstacles: tuple[Obstacle, ...]

    @property
    def is_empty(self) -> bool:
        """Whether everything is as it was then."""
        return not self.grids and not any(one.total for one in self.rows.values())


class NothingToRestore(Refused):
    """Everything is as it was then."""

    says = "everything is as it was then: choose an earlier moment"

    def __init__(self) -> None:
        super().__init__(self.says)


class Blocked(Refused):
    """Something that came later and cannot be taken back stands in the way; `obstacles` names it."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = tuple(obstacles)
        more = f"; … (+{len(obstacles) - MOST_NAMED})" if len(obstacles) > MOST_NAMED else ""
        self.says = "this state cannot be restored, in the way stands: %(named)s"
        self.said_with = {"named": "; ".join(map(str, self.obstacles[:MOST_NAMED])) + more}
        super().__init__(self.says % self.said_with)
