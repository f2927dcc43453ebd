"""Moves: what a planner wants changed, by intent alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from geo_grid.vocabulary import Tier

Line = tuple[tuple[float, float], ...]

#: How far a line is pulled to borders, in metres: no less and no more.
LEAST_SNAP_M, MOST_SNAP_M = 0.2, 5.0


@dataclass(frozen=True)
class Split:
    """Cut leaves along a line; the piece with most households stays the grid, the others are new ones beside it."""

    kind: ClassVar[str] = "split"
    grids: tuple[str, ...]
    line: Line
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class SplitGrid:
    """Divide a grid that holds others: children go to the side of most of their households, or are cut too."""

    kind: ClassVar[str] = "split_grid"
    grid: str
    line: Line
    cut: bool = False
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Merge:
    """Make grids of one tier and parent one; `keep` stays, with the children of all."""

    kind: ClassVar[str] = "merge"
    grids: tuple[str, ...]
    keep: str


@dataclass(frozen=True)
class Reshape:
    """Make the line the border between a grid and its partner, or between it and all around."""

    kind: ClassVar[str] = "reshape"
    grid: str
    line: Line
    partner: str | None = None
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Paint:
    """Give all ground in a ring to a leaf; `absorb` lets grids that lose everything go."""

    kind: ClassVar[str] = "paint"
    region: Line
    to: str
    absorb: bool = False
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Carve:
    """Give all ground in a ring to a new leaf inside a parent."""

    kind: ClassVar[str] = "carve"
    region: Line
    parent: str
    tier: Tier = Tier.SPECIAL
    name: str = ""
    code: str = ""
    absorb: bool = False
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Transfer:
    """Put a grid, with all below it, into another parent."""

    kind: ClassVar[str] = "transfer"
    grid: str
    parent: str


@dataclass(frozen=True)
class Dissolve:
    """Do away with a grid: its ground and children go to `to`, a sibling or the parent; None: the closest sibling."""

    kind: ClassVar[str] = "dissolve"
    grid: str
    to: str | None = None


@dataclass(frozen=True)
class Extend:
    """Give ground in a ring that was outside the county to a leaf."""

    kind: ClassVar[str] = "extend"
    grid: str
    region: Line
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Shrink:
    """Let the ground in a ring leave the county."""

    kind: ClassVar[str] = "shrink"
    region: Line
    snap_m: float = LEAST_SNAP_M


@dataclass(frozen=True)
class Rename:
    """Give a grid another name."""

    kind: ClassVar[str] = "rename"
    grid: str
    name: str


Move = Split | SplitGrid | Merge | Reshape | Paint | Carve | Transfer | Dissolve | Extend | Shrink | Rename

MOVES: dict[str, type[Move]] = {
    move.kind: move
    for move in (Split, SplitGrid, Merge, Reshape, Paint, Carve, Transfer, Dissolve, Extend, Shrink, Rename)
}

#: The fields that hold codes of grids, one or several.
_NAMING = ("grid", "grids", "keep", "partner", "to", "parent")


def grids_named(move: Move) -> tuple[str, ...]:
    """The codes that the move names, each once."""
    found: list[str] = []
    for name in _NAMING:
        value = getattr(move, name, None)
        found += [value] if isinstance(value, str) else list(value or ())
    return tuple(dict.fromkeys(found))


def renamed(move: Move, codes: dict[str, str]) -> Move:
    """The move with other codes for the grids it names."""

    def other(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(codes.get(code, code) for code in value)
        return codes.get(value, value) if isinstance(value, str) else value

    known = {one.name for one in fields(move)}
    changed = {name: other(getattr(move, name)) for name in _NAMING if name in known}
    return type(move)(**{one.name: getattr(move, one.name) for one in fields(move)} | changed)


def with_codes(move: Move, codes: tuple[str, ...]) -> Move:
    """The move with the codes that its new grids were given."""
    values = {one.name: getattr(move, one.name) for one in fields(move)}
    if "codes" in values:
        return type(move)(**values | {"codes": codes})
    if "code" in values and codes:
        return type(move)(**values | {"code": codes[0]})
    return move
