"""Control points: places known in a file's coordinates and in the county's, and the fit between the two."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from geo_grid.errors import BadInput
from geo_grid.partition.lattice import Floats

#: Fewer pairs prove nothing: two always fit exactly.
FEWEST = 3
#: Points that miss their places by more on average are no pairs of one another.
WORST_M = 10.0
PREFIX = "points:"
_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_PAIR = re.compile(rf"{_NUMBER}[, ]{_NUMBER}>{_NUMBER}[, ]{_NUMBER}")


class BadControlPoints(BadInput):
    """Control points that are too few, in a line, or no pairs of one another."""


@dataclass(frozen=True)
class ControlPoints:
    """A turn, a scale and a shift (Helmert's four parameters) fitted to pairs; `rms_m` is how far it misses them."""

    origin: Floats
    goal: Floats
    turn: complex
    rms_m: float

    def __call__(self, at: Floats) -> Floats:
        """The places (n, 2) in the county's CRS of a file's coordinates."""
        from_middle = (at[:, 0] - self.origin[0]) + 1j * (at[:, 1] - self.origin[1])
        moved = from_middle * self.turn
        return np.column_stack([moved.real + self.goal[0], moved.imag + self.goal[1]])


def parsed(said: str) -> ControlPoints:
    """The fit of a text 'points:x,y>X,Y;x,y>X,Y;x,y>X,Y' from a file's metres to the county's; raises otherwise."""
    pairs = [_PAIR.fullmatch(pair) for pair in said.removeprefix(PREFIX).strip(" ;").split(";")]
    if not all(pairs):
        raise BadControlPoints.of("control points are written points:x,y>X,Y;… : the file's x,y and the county's X,Y")
    numbers = np.array([[float(number) for number in pair.groups()] for pair in pairs if pair])
    return fit(numbers[:, :2], numbers[:, 2:])


def fit(theirs: Floats, ours: Floats) -> ControlPoints:
    """The similarity that takes `theirs` (n, 2) nearest to `ours` (n, 2), by least squares.

    Raises `BadControlPoints` for fewer than three pairs, for points on one spot, and where it misses them by more
    than 10 m on average: then they are not the same places.
    """
    if len(theirs) < FEWEST:
        raise BadControlPoints.of("give at least %(fewest)s control points: two fit whatever they are", fewest=FEWEST)
    origin, goal = theirs.mean(axis=0), ours.mean(axis=0)
    a = (theirs - origin) @ np.array([1, 1j])
    b = (ours - goal) @ np.array([1, 1j])
    size = float((np.abs(a) ** 2).sum())
    if size < 1.0:
        raise BadControlPoints.of("the control points lie on one spot: give places far apart")
    turn = complex((np.conj(a) * b).sum() / size)
    rms = float(np.sqrt((np.abs(a * turn - b) ** 2).mean()))
    if rms > WORST_M:
        says = "the control points miss one another by %(miss)s m: check which belongs to which"
        raise BadControlPoints.of(says, miss=f"{rms:.1f}")
    return ControlPoints(origin, goal, turn, rms)
