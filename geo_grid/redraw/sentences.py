"""Moves as sentences, for lists and the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geo_grid.redraw.moves import Carve, Dissolve, Merge, Move, Reshape, SplitGrid


def sentence(move: Move) -> str:
    """The move in a few words of English."""
    return _SAID[move.kind](move)


def _split_grid(move: SplitGrid) -> str:
    return f"divide {move.grid} by a line" + (", cutting what it crosses" if move.cut else "")


def _reshape(move: Reshape) -> str:
    return f"redraw the border of {move.grid}" + (f" with {move.partner}" if move.partner else "")


def _carve(move: Carve) -> str:
    return f"carve a new {move.tier.en.lower()} out of {move.parent}"


def _merge(move: Merge) -> str:
    return f"merge {', '.join(code for code in move.grids if code != move.keep)} into {move.keep}"


def _dissolve(move: Dissolve) -> str:
    return f"dissolve {move.grid}" + (f" into {move.to}" if move.to else "")


_SAID: dict[str, Callable[[Any], str]] = {
    "split": lambda move: f"cut {', '.join(move.grids)} along a line",
    "split_grid": _split_grid,
    "merge": _merge,
    "reshape": _reshape,
    "paint": lambda move: f"give a region to {move.to}",
    "carve": _carve,
    "transfer": lambda move: f"move {move.grid} into {move.parent}",
    "dissolve": _dissolve,
    "extend": lambda move: f"extend {move.grid} over the county's outline",
    "shrink": lambda _move: "give a region away from the county",
    "rename": lambda move: f"name {move.grid} {move.name}",
}
