"""Which grid every household of an import lies in, and which standing households change grids with the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Finding
from geo_grid.households import HouseholdRows
from geo_grid.intake.hexwkb import hex_points
from geo_grid.intake.household_rows import Households
from geo_grid.partition import hilbert_order, locate


@dataclass(frozen=True, slots=True)
class Cells:
    """All ground that grids own themselves, with the grids' codes."""

    codes: Sequence[str]
    ground: npt.NDArray[Any]

    def after(self, own: Mapping[str, Any]) -> Cells:
        """The cells once the grids in `own` hold the ground named there, or none."""
        kept = {code: ground for code, ground in zip(self.codes, self.ground, strict=True) if code not in own}
        kept.update({code: ground for code, ground in own.items() if ground is not None})
        ground = np.empty(len(kept), dtype=object)
        ground[:] = list(kept.values())
        return Cells(list(kept), ground)


def place_households(rows: Households, cells: Cells, srid: int) -> tuple[HouseholdRows | None, list[Finding]]:
    """The rows to write, along a Hilbert curve, or what stands in the way: households outside every grid."""
    cell = locate(rows.at, cells.ground)
    lost = np.flatnonzero(cell < 0)
    if len(lost):
        hint = "correct its place, or import the grid it lies in"
        return None, [
            Finding.of(
                "household_outside",
                rows.where(row),
                "household %(code)s lies in no grid",
                hint,
                facts={"code": rows.columns["code"][row]},
                households=1,
                point=(float(rows.at[row, 0]), float(rows.at[row, 1])),
            )
            for row in lost.tolist()
        ]
    order = hilbert_order(rows.at)
    pick = order.tolist()
    optional = {name: [texts[row] or None for row in pick] for name, texts in rows.columns.items() if name != "code"}
    codes = rows.columns["code"]
    placed = HouseholdRows(
        codes=[codes[row] for row in pick],
        addresses=optional["address"],
        persons=optional["persons"],
        phones=optional["phone"],
        contacts=optional["contact"],
        points=hex_points(rows.at[order], srid),
        grids=[cells.codes[index] for index in cell[order].tolist()],
        given=rows.given,
    )
    return placed, []


@dataclass(frozen=True, slots=True)
class Moves:
    """Standing households that change grids with the ground, the grids they come into and those they leave."""

    codes: Sequence[str] = ()
    grids: Sequence[str] = ()
    before: Sequence[str] = ()


def move_standing(
    standing: tuple[Sequence[str], Sequence[str], npt.NDArray[np.float64]], also_given: AbstractSet[str], cells: Cells
) -> tuple[Moves, list[Finding]]:
    """Which standing households (codes, grids, points) come into another grid, those in the files left out."""
    codes, grids, at = standing
    cell = locate(at, cells.ground).tolist()
    kept = [row for row, code in enumerate(codes) if code not in also_given]
    findings = [
        Finding.of(
            "household_outside",
            codes[row],
            "household %(code)s would lie in no grid",
            "keep the ground it stands on inside a grid",
            facts={"code": codes[row]},
            households=1,
            point=(float(at[row, 0]), float(at[row, 1])),
        )
        for row in kept
        if cell[row] < 0
    ]
    moved = [row for row in kept if cell[row] >= 0 and cells.codes[cell[row]] != grids[row]]
    into = [cells.codes[cell[row]] for row in moved]
    return Moves([codes[row] for row in moved], into, [grids[row] for row in moved]), findings
