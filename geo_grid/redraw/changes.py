"""What a move did, row by row: it can be undone and put together with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from geo_grid.redraw.rows import Row

Value = TypeVar("Value")


@dataclass(frozen=True)
class ChangeSet:
    """Before and after: of grids (None: not there), of derived outlines, of households' grids.

    `changes + ~changes` is empty, and an empty one is false.
    """

    rows: Mapping[str, tuple[Row | None, Row | None]] = field(default_factory=dict)
    outlines: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    homes: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.rows or self.outlines or self.homes)

    def __invert__(self) -> ChangeSet:
        """The change that takes this one back."""
        return ChangeSet(_turned(self.rows), _turned(self.outlines), _turned(self.homes))

    def __add__(self, later: ChangeSet) -> ChangeSet:
        """This change, then the later one."""
        return ChangeSet(
            _chained(self.rows, later.rows),
            _chained(self.outlines, later.outlines),
            _chained(self.homes, later.homes),
        )

    @property
    def touched(self) -> frozenset[str]:
        """The codes of all grids of which anything differs, outlines included; not the county."""
        return frozenset({*self.rows, *self.outlines} - {""})


def _turned(pairs: Mapping[str, tuple[Value, Value]]) -> dict[str, tuple[Value, Value]]:
    """Before and after the other way round."""
    return {key: (after, before) for key, (before, after) in pairs.items()}


def _chained(
    first: Mapping[str, tuple[Value, Value]], second: Mapping[str, tuple[Value, Value]]
) -> dict[str, tuple[Value, Value]]:
    """The pairs one after the other; what comes back to what it was is left out."""
    joined = dict(first)
    for key, (before, after) in second.items():
        earliest = joined[key][0] if key in joined else before
        if earliest == after:
            joined.pop(key, None)
        else:
            joined[key] = (earliest, after)
    return joined
