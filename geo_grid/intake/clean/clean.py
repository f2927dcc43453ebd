"""Layers cleaned into one partition, by rules, with an account of everything that is done."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import shapely

from geo_grid.intake.clean.answers import answered
from geo_grid.intake.clean.doors import Doors, doors_in
from geo_grid.intake.clean.reach import Reach, reach_m, reached
from geo_grid.intake.clean.repair import Balance, Cleaning
from geo_grid.intake.clean.repairs import repairs_of
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.clean.scene import Scene, arrange, narrowest_of
from geo_grid.intake.clean.tiers import kept_pieces
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.standing import Standing
from geo_grid.partition.lattice import Floats, Integers

#: The steps of the histogram of widths, in metres.
_STEPS_M = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def clean_rows(
    rows: Sequence[GridRow],
    rules: CleaningRules,
    standing: Standing,
    households: Floats | None = None,
    *,
    leaving: Collection[str] = (),
    reach: Reach | None = None,
) -> Cleaning:
    """The grids of files made one partition with what stands.

    `households` (h, 2) are places on the lattice of the county's CRS, those of the files and those that stand: the
    account tells which of them change their grid. The `leaving` grids are retired. Only what the rows `reach` takes
    part. Nothing is written.
    """
    if not rows:
        return Cleaning((), srid=standing.srid)
    at = np.zeros((0, 2)) if households is None else np.asarray(households, dtype=np.float64)
    given = {row.code for row in rows} | set(leaving)
    tiers = [row.tier for row in rows] + [grid.tier for grid in standing.without(given).grids]
    narrowest = narrowest_of(tiers)
    if reach is None:
        reach = reached(rows, standing.grids, leaving, narrowest, reach_m(rules))
    scene = arrange(rows, rules, reach, narrowest)
    if kept := kept_pieces(scene, rules):
        scene = arrange(rows, rules, reach, narrowest, kept)
    scene = answered(scene, rules)
    doors = doors_in(scene, at)
    return Cleaning(
        rows=scene.cleaned_rows(),
        repairs=repairs_of(scene, doors, rules, standing.srid),
        findings=tuple(scene.lost),
        balance=_balance(scene, doors),
        gap_m=scene.cleaned.gap_m,
        widths=_histogram(scene.cleaned.widths),
        households_moved=int((doors.moved & (doors.before >= 0)).sum()),
        srid=standing.srid,
    )


def _histogram(widths: Floats) -> tuple[tuple[float, int], ...]:
    """How many widths there are up to each step, and beyond the last (up to the widest)."""
    if len(widths) == 0:
        return ()
    counts, _ = np.histogram(widths, bins=[0.0, *_STEPS_M, np.inf])
    tops = [*_STEPS_M, round(float(widths.max()), 1)]
    return tuple((top, int(count)) for top, count in zip(tops, counts.tolist(), strict=True) if count)


def _balance(scene: Scene, doors: Doors) -> tuple[Balance, ...]:
    """Every grid's ground and households, before and after."""
    count = len(scene.rows)
    before, after = _counted(doors.before, scene, count), _counted(doors.after, scene, count)
    ground = shapely.area(scene.shapes), np.nan_to_num(shapely.area(scene.after))
    lines = list(zip(scene.rows, *(one.tolist() for one in (*ground, before, after)), strict=True))[scene.rest :]
    return tuple(Balance(row.code, round(a, 3), round(b, 3), c, d) for row, a, b, c, d in lines)


def _counted(grid: Integers, scene: Scene, count: int) -> Integers:
    """How many households every grid has, those of the grids in it included."""
    total = np.bincount(grid[grid >= 0], minlength=count)
    above = scene.tree.parent
    result = total.copy()
    step = above.copy()
    while (step >= 0).any():
        rows = np.flatnonzero(step >= 0)
        np.add.at(result, step[rows], total[rows])
        step = np.where(step >= 0, above[step], -1)
    return np.asarray(result, dtype=np.int64)
