"""A former state of the county, or of one grid with all in it, brought back: looked at first, then written."""

from geo_grid.rewind.look import look
from geo_grid.rewind.model import (
    After,
    Blocked,
    Consequences,
    GridBack,
    NothingToRestore,
    RowsBack,
    Then,
)
from geo_grid.rewind.moments import moment_named, then_after, then_at, then_before
from geo_grid.rewind.write import Rewound, rewind

__all__ = [
    "After",
    "Blocked",
    "Consequences",
    "GridBack",
    "NothingToRestore",
    "Rewound",
    "RowsBack",
    "Then",
    "look",
    "moment_named",
    "rewind",
    "then_after",
    "then_at",
    "then_before",
]
