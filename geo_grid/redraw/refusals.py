"""Why a move is refused: one type for each reason, with the grids it is about, the place, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from geo_grid.errors import BadInput, NotFound, Refused, Stale
from geo_grid.redraw.words import Told

Place = tuple[float, float]


class MoveRefused(Told, Refused):
    """A move that would break a rule of the net, or that means nothing where it was drawn.

    Attributes
    ----------
    grids : tuple of str
        The codes it is about.
    place : (float, float), optional
        Where, in county coordinates; `located` turns it into longitude and latitude.
    said : Said
        The sentence with its facts: figures and codes, by name.
    """

    def __init__(self, reason: str, *, grids: tuple[str, ...] = (), place: Place | None = None, **facts: Any) -> None:
        self.grids, self.place = grids, place
        super().__init__(reason, **facts)

    @property
    def kind(self) -> str:
        """The type's name in small letters, as on the wire."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def to_json(self) -> Mapping[str, Any]:
        """The refusal as plain values."""
        return {
            "kind": self.kind,
            **self.said.to_json(),
            "grids": list(self.grids),
            "place": None if self.place is None else list(self.place),
        }


class UnknownGrid(MoveRefused, NotFound):
    """A named grid does not stand."""

    exit_code = NotFound.exit_code


class MissesGrid(MoveRefused):
    """The line does not meet the grid."""


class EndsInside(MoveRefused):
    """The line ends inside the grid and cuts nothing off."""


class Sliver(MoveRefused):
    """What the line cuts off is too small or too narrow to be meant."""


class SelfCrossing(MoveRefused):
    """The line crosses itself."""


class TooShort(MoveRefused):
    """The line is shorter than a metre."""


class NotFinite(MoveRefused):
    """The line has a coordinate that is no number."""


class TooManyVertices(MoveRefused):
    """The line has more vertices than anybody draws."""


class OutsideCounty(MoveRefused):
    """The line lies outside the county, or would move its outline."""


class WrongTier(MoveRefused):
    """A grid of that tier cannot be there, or cannot be changed in that way."""


class MergeAcross(MoveRefused):
    """The grids to be merged lie in different parents."""


class TooFew(MoveRefused):
    """It takes two grids or more."""


class LosesAllGround(MoveRefused):
    """A grid would be left without ground."""


class EmptyParent(MoveRefused):
    """A parent would be left without ground."""


class Cycle(MoveRefused):
    """A grid would lie in itself."""


class SameParent(MoveRefused):
    """The grid lies in that parent already."""


class NoNeighbour(MoveRefused):
    """No neighbour can take the ground."""


class NoTouch(MoveRefused):
    """The line or the region does not touch the border it should change."""


class NotDecided(MoveRefused):
    """It cannot be told which side of the line should change hands."""


class HouseholdsOutside(MoveRefused):
    """Households would lie outside the county."""


class HouseholdsUncovered(MoveRefused):
    """Households would lie on ground that no leaf covers."""


class NothingChanges(MoveRefused):
    """The move would leave everything as it is."""


class CodeTaken(MoveRefused):
    """The code belongs to another grid, or did."""


class Locked(MoveRefused):
    """The grid is locked in this draft."""


class UnstableGround(MoveRefused):
    """The borders lie so close together that they cannot be noded on the lattice."""


class BadMove(BadInput):
    """A move in JSON that cannot be read."""


class Moved(Told, Stale):
    """A grid that the draft changes was changed meanwhile by somebody else."""

    def __init__(self, grid: str, actor: str, at: datetime | None, *, move: int | None = None) -> None:
        self.grid, self.actor, self.at, self.move = grid, actor, at, move
        if at is None:
            super().__init__("moved_now", grid=grid)
        else:
            super().__init__("moved", grid=grid, actor=actor, at=f"{at:%Y-%m-%d %H:%M}")

    def to_json(self) -> Mapping[str, Any]:
        """The conflict as plain values."""
        at = None if self.at is None else self.at.isoformat()
        return {
            "kind": "moved",
            **self.said.to_json(),
            "grid": self.grid,
            "actor": self.actor,
            "at": at,
            "move": self.move,
        }
