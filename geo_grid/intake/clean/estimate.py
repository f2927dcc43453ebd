"""What cleaning will do, nearly, in seconds: to look at while the run of record is under way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import shapely

from geo_grid.intake.clean.doors import first_around
from geo_grid.intake.clean.estimate_led import led_cells, valid_rows
from geo_grid.intake.clean.reach import reach_m, reached
from geo_grid.intake.clean.repair import Balance
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.clean.scene import narrowest_of, row_of
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.standing import Standing
from geo_grid.partition.clean_preview import preview
from geo_grid.partition.clean_widths import LEAST_GAP_M
from geo_grid.partition.lattice import Floats, Geometries, Integers
from geo_grid.vocabulary import Tier

#: Grids shown one by one, those that change most.
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of cleaning `grids` that divide ground; no repair is told or accepted by it.

    `moved_m2` leave the grid drawn around them, `households_moved` the first grid drawn around them. Gaps up to `gap_m`
    were closed. `changes` are the grids that change most, before and after.
    """

    grids: int
    moved_m2: float
    households_moved: int
    gap_m: float
    changes: tuple[Balance, ...]

    def to_json(self) -> dict[str, object]:
        """The estimate as plain values."""
        return {"estimate": True, **asdict(self)}


def estimated(
    rows: Sequence[GridRow],
    rules: CleaningRules,
    standing: Standing,
    households: Floats,
    leaving: Collection[str] = (),
) -> Estimate:
    """What cleaning those rows will do to ground and households (h, 2), nearly.

    Cells are brought to the lines that lead, special grids are cut out, then GEOS cleans the coverage. Ranks and
    answers to single repairs are not in it: an overlap goes to whom it touches longest.
    """
    given = {row.code for row in rows} | set(leaving)
    narrowest = narrowest_of([row.tier for row in rows] + [grid.tier for grid in standing.without(given).grids])
    near = reached(rows, standing.grids, leaving, narrowest, reach_m(rules)).near
    taking_part = [*rows, *map(row_of, near)]
    cells = [row for row in taking_part if row.tier in (narrowest, Tier.SPECIAL)]
    wider = [row for row in taking_part if row.tier not in (narrowest, Tier.SPECIAL)]
    cells.sort(key=lambda row: (row.tier is not Tier.SPECIAL, row.code))
    cells, before = valid_rows(cells)
    special = np.array([row.tier is Tier.SPECIAL for row in cells], dtype=bool)
    drawn = led_cells(cells, before, wider, rules)
    after = preview(drawn, special, gap_m=rules.close_gaps_m, snap_m=rules.snap_m)
    was, then = first_around(before, households), first_around(after, households)
    return Estimate(
        grids=len(cells),
        moved_m2=round(float(shapely.area(shapely.difference(before, after)).sum()), 1),
        households_moved=int(((was >= 0) & (was != then)).sum()),
        gap_m=rules.close_gaps_m or LEAST_GAP_M,
        changes=_changes(cells, before, after, was, then),
    )


def _changes(
    cells: Sequence[GridRow], before: Geometries, after: Geometries, was: Integers, then: Integers
) -> tuple[Balance, ...]:
    """The grids that change most: by households first, then by ground."""
    doors = [np.bincount(grid[grid >= 0], minlength=len(cells)).tolist() for grid in (was, then)]
    areas = [shapely.area(shapes).tolist() for shapes in (before, after)]
    lines = [
        Balance(row.code or row.name, round(a, 1), round(b, 1), c, d)
        for row, a, b, c, d in zip(cells, *areas, *doors, strict=True)
    ]
    lines.sort(key=lambda one: (-abs(one.households_after - one.households_before), -abs(_won(one))))
    return tuple(one for one in lines[:MOST_SHOWN] if abs(_won(one)) >= 1)


def _won(line: Balance) -> float:
    """The ground that a grid wins, in m²."""
    return line.area_after_m2 - line.area_before_m2
