"""A layer as it came from a file: columns of text, geometries, and the CRS it says it is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.errors import BadInput
from geo_grid.intake.sighting import EncodingGuess


class Unreadable(BadInput):
    """A file cannot be read; its text says which and why.

    `says` is the reason with %(places) for `facts`, for translating; `reason` the two put together.
    """

    def __init__(self, source: str, says: str, **facts: Fact) -> None:
        self.source, self.says, self.facts = source, says, facts
        self.said_with = facts
        self.reason = says % facts if facts else says
        super().__init__(f"{source}: {self.reason}")


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of a file.

    `columns` maps a field name to its texts, '' for null, all of one length. `geometry` is an array of shapely
    geometries or None; a layer with one plain point a row has `points` (n, 2) instead, which take a tenth of the time
    and room; a table without places has neither. `crs` is WKT or 'EPSG:n', None when the file does
    not say. `broken` names the rows (from 1) whose geometry could not be built, with the reason. `findings` are what
    reading noticed; `encoding` how its text was read, None where the format leaves no choice. `numbers` are the rows'
    numbers in the file where rows of it were left out, `noun` what somebody said that the layer holds, and
    `crs_told` whether somebody said its `crs`.
    """

    source: str
    name: str
    columns: dict[str, list[str]]
    geometry: npt.NDArray[Any] | None = None
    points: npt.NDArray[np.float64] | None = None
    crs: str | None = None
    broken: dict[int, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    encoding: EncodingGuess | None = None
    numbers: npt.NDArray[np.int64] | None = None
    noun: str | None = None
    crs_told: bool = False

    def __len__(self) -> int:
        """The number of rows."""
        if self.geometry is not None:
            return len(self.geometry)
        if self.points is not None:
            return len(self.points)
        return len(next(iter(self.columns.values()), []))

    @property
    def has_places(self) -> bool:
        """Whether the rows lie anywhere."""
        return self.geometry is not None or self.points is not None

    def shapes(self) -> npt.NDArray[Any]:
        """The geometries; None for each row of a table without places."""
        if self.geometry is not None:
            return self.geometry
        if self.points is not None:
            return np.asarray(shapely.points(self.points), dtype=object)
        return nothing(len(self))

    def where(self, row: int) -> str:
        """How a finding names a row (index from 0): the file and the row's number from 1."""
        return f"{self.source} row {self.number(row)}"

    def number(self, row: int) -> int:
        """The number in the file, from 1, of a row (index from 0)."""
        return row + 1 if self.numbers is None else int(self.numbers[row])


def nothing(count: int) -> npt.NDArray[Any]:
    """An array of `count` None."""
    return np.full(count, None, dtype=object)
