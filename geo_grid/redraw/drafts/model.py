"""Drafts as values: their stages, their moves, what running them gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from geo_grid.errors import BadInput, NotFound, Refused, Stale
from geo_grid.redraw.moves import Move
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.sheet import Figures, GridEffect, Preview
from geo_grid.redraw.words import Told
from geo_grid.vocabulary import Stage

_S = Stage

#: Which stage may follow which.
NEXT: dict[Stage, frozenset[Stage]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.FIELD_CHECKED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN, _S.DRAFT}),
    _S.FIELD_CHECKED: frozenset({_S.APPROVED, _S.REFUSED, _S.WITHDRAWN, _S.DRAFT}),
    _S.APPROVED: frozenset({_S.APPLIED, _S.REFUSED, _S.WITHDRAWN, _S.DRAFT}),
    _S.APPLIED: frozenset(),
    _S.REFUSED: frozenset({_S.DRAFT}),
    _S.WITHDRAWN: frozenset({_S.DRAFT}),
}


#: Stages from which a redraw does not come into force any more, unless it is opened again.
ENDED_STAGES = frozenset({_S.APPLIED, _S.REFUSED, _S.WITHDRAWN})


class WrongStage(Told, Refused):
    """The redraw cannot go from its stage to that one."""

    def __init__(self, at: Stage, to: Stage | None = None) -> None:
        self.at, self.to = at, to
        if to is None:
            super().__init__("stage_closed", stage=at.code)
        else:
            super().__init__("stage_step", stage=at.code, stage_to=to.code)


class OwnApproval(Told, Refused):
    """Whoever drew a redraw may not approve it."""


class NotYet(Told, Refused):
    """The day from which the redraw is in force has not come."""


class NotYours(Told, Refused):
    """The draft is somebody else's."""


class PastDate(Told, Refused):
    """A redraw cannot take effect in the past."""


class BadDraft(Told, BadInput):
    """What was given for a draft cannot be kept: a name, a note, a reason, one move too many."""


class NoRedraw(Told, NotFound):
    """There is no redraw of that number that the asker may see."""


class UndoneAlready(Told, Refused):
    """The redraw was undone by another one that still holds."""


class DraftMoved(Told, Stale):
    """Somebody changed the draft meanwhile."""


@dataclass(frozen=True)
class Problem:
    """The move that no longer works on the present net, why, and who changed the grid in the way, when."""

    position: int
    move: str
    refusal: Mapping[str, Any]
    grid: str | None
    changed_by: str | None
    changed_at: datetime | None

    def sentence(self) -> str:
        """The problem in one sentence."""
        who = "" if self.changed_by is None else f" ({self.grid} was changed by {self.changed_by})"
        return f"move {self.position} ({self.move}) no longer works: {self.refusal['message']}{who}"


class NeedsRebase(Stale):
    """A move of the draft no longer works on the present net."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.sentence()}; undo it or draw it anew")


@dataclass(frozen=True)
class DraftMove:
    """A move kept in a draft."""

    position: int
    move: Move
    json: Mapping[str, Any]
    undone: bool
    author: str
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who brought a redraw to a stage, when and why."""

    stage: Stage
    actor: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Draft:
    """A redraw with its moves (in lists: without) and its steps."""

    id: int
    name: str
    note: str
    author: str
    stage: Stage
    shared: bool
    locked: frozenset[str]
    created_at: datetime
    changed_at: datetime
    revision: int
    base_version: int
    effective_on: date | None
    changeset_id: int | None
    undoes: int | None
    undone_by: int | None = None
    """The redraw that undid this one and still holds."""
    moves: tuple[DraftMove, ...] = ()
    steps: tuple[Step, ...] = ()
    footprint: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def standing(self) -> tuple[Move, ...]:
        """The moves that are not undone, in order."""
        return tuple(one.move for one in self.moves if not one.undone)

    @property
    def can_undo(self) -> bool:
        """Whether there is a move to undo."""
        return any(not one.undone for one in self.moves)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone move."""
        return any(one.undone for one in self.moves)

    @property
    def reason(self) -> str:
        """Why it was refused last, '' if it was not."""
        return next((step.note for step in reversed(self.steps) if step.stage is Stage.REFUSED), "")

    @property
    def way(self) -> tuple[Stage, ...]:
        """The stages it went through since it was a draft last, the present one at the end."""
        begun = max((place for place, step in enumerate(self.steps) if step.stage is Stage.DRAFT), default=0)
        return tuple(step.stage for step in self.steps[begun:])

    @property
    def refusal(self) -> Step | None:
        """The refusal that is still to be answered: it was not handed in again since."""
        told = [step for step in self.steps if step.stage in {Stage.REFUSED, Stage.SUBMITTED}]
        return told[-1] if told and told[-1].stage is Stage.REFUSED else None

    def last(self, stage: Stage) -> Step | None:
        """The last step to a stage."""
        return next((step for step in reversed(self.steps) if step.stage is stage), None)

    @property
    def submitted_by(self) -> str | None:
        """Who submitted it last."""
        return _who(self.last(Stage.SUBMITTED))

    @property
    def checked_by(self) -> str | None:
        """Who checked it on site."""
        return _who(self.last(Stage.FIELD_CHECKED))

    @property
    def approved_by(self) -> str | None:
        """Who approved it."""
        return _who(self.last(Stage.APPROVED))

    @property
    def applied_by(self) -> str | None:
        """Who let it take effect."""
        return _who(self.last(Stage.APPLIED))


def _who(step: Step | None) -> str | None:
    """Who took a step."""
    return None if step is None else step.actor


@dataclass(frozen=True)
class Worked:
    """A draft after a move was added, undone or done again, and what it means now; None with the problem in the way."""

    draft: Draft
    preview: Preview | None
    new_codes: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Applied:
    """A redraw in force: its change set, the map's version, the grids that changed."""

    changeset_id: int
    version: int
    codes: tuple[str, ...]
    draft: Draft


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A grid of a draft that was changed after the draft was drawn; by whom is not always known."""

    grid: str
    name: str
    actor: str | None
    at: datetime | None


@dataclass(frozen=True)
class Rebased:
    """A draft run anew on the present net: grids that others changed meanwhile, new codes, or the problem."""

    ok: bool
    draft: Draft
    problem: Problem | None
    changed: tuple[Meanwhile, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A grid that two drafts (or a draft and the net in force) leave differently."""

    code: str
    in_a: Figures | None
    in_b: Figures | None


@dataclass(frozen=True, slots=True)
class ComparedMap:
    """The grids that differ as either side leaves them, and the ground that lies in different leaves, as GeoJSON."""

    a: Mapping[str, Any]
    b: Mapping[str, Any]
    ground: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Where two drafts differ, and both sheets; `b` None is the net in force.

    `grids` are the grids that differ: `before` as the second side leaves them, `after` as the first does.
    `households` and `persons` count those that lie in another grid on one side than on the other.
    """

    differences: tuple[Difference, ...]
    a: Preview
    b: Preview | None
    grids: tuple[GridEffect, ...]
    households: int
    persons: int
    draw: Callable[[], ComparedMap] = field(repr=False, compare=False)

    @cached_property
    def map(self) -> ComparedMap:
        """The map of both sides, drawn when it is asked for."""
        return self.draw()

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {
            "differences": [asdict(one) for one in self.differences],
            "households": self.households,
            "persons": self.persons,
            "a": self.a.to_json(),
            "b": None if self.b is None else self.b.to_json(),
        }


def refusal_json(refused: Exception) -> Mapping[str, Any]:
    """A refusal as plain values."""
    if isinstance(refused, MoveRefused):
        return refused.to_json()
    return {"kind": type(refused).__name__, "message": str(refused), "grids": [], "place": None, "facts": {}}
