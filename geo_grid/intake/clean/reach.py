"""The part of a county that drawn grids reach: what cleaning may change, and the rest, which it leaves as it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.grids import GridCode, StandingGrid, is_root
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition.clean_regions import derived
from geo_grid.partition.clean_widths import MOST_GAP_M
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Reach:
    """`near` are the standing grids that take part, wider ones with all they span; `rest` is the ground of all others.

    The rest comes in pieces, one for each wide grid (by code) of `near` that spans some of it.
    """

    near: Sequence[StandingGrid]
    rest: Sequence[tuple[str, Any]] = ()


def reach_m(rules: CleaningRules) -> float:
    """How far from what is drawn cleaning by those rules can move a border, in metres."""
    return max(rules.close_gaps_m or MOST_GAP_M, rules.snap_m or 0.0) + 1.0


def reached(
    rows: Sequence[GridRow],
    standing: Sequence[StandingGrid],
    leaving: Collection[str],
    narrowest: Tier | None,
    metres: float,
) -> Reach:
    """What of the standing grids can change when those rows come in and the `leaving` grids go.

    The old ground of grids that are drawn anew or go becomes free. Cleaning moves a border only
    where something drawn, or ground that became free, is nearer than the widest gap it closes (`metres`): a cell
    farther off keeps every vertex. Ground that a wider grid than the `narrowest` holds itself takes part by whole
    pieces, with the cells along them.
    """
    given = {row.code for row in rows} | set(leaving)
    others = [grid for grid in standing if grid.code not in given and grid.geom is not None]
    free = [grid for grid in standing if grid.code in given and grid.geom is not None]
    bounds = shapely.bounds(np.array([row.geom for row in rows] + [grid.geom for grid in free], dtype=object))
    bounds = bounds[~np.isnan(bounds).any(axis=1)] + np.array([-metres, -metres, metres, metres])
    if not others or len(bounds) == 0:
        return Reach(others)
    ground = _Ground(others, narrowest)
    touched = shapely.box(*bounds.T)
    box, hit = ground.tree.query(touched)
    bare = np.unique(hit[ground.bare[hit]])
    along = np.unique(ground.tree.query(ground.part[bare], predicate="dwithin", distance=metres)[1])
    near = np.unique(np.concatenate([hit, along[~ground.bare[along]]]))
    stray = np.delete(touched, np.unique(box))
    codes = {ground.holders[index].code for index in np.unique(ground.of[near]).tolist()}
    codes |= {grid.code for grid in free} | _named(rows) | _roots(others) | _nearest(others, stray)
    chosen = _with_ancestors(standing, codes)
    return Reach([grid for grid in others if grid.code in chosen], _rest(others, chosen, ground, bare))


class _Ground:
    """The ground that grids own themselves, part by part, with an index.

    Part `i` is of the grid `of[i]` among the `holders`, and `bare[i]` where that is a wider grid.
    """

    def __init__(self, grids: Sequence[StandingGrid], narrowest: Tier | None) -> None:
        self.holders = [grid for grid in grids if grid.own is not None]
        owns = np.array([grid.own for grid in self.holders], dtype=object)
        self.part, self.of = shapely.get_parts(owns, return_index=True)
        wide = [grid.tier not in (narrowest, Tier.SPECIAL) for grid in self.holders]
        self.bare = np.array(wide, dtype=bool)[self.of]
        self.tree = shapely.STRtree(self.part)


def _named(rows: Sequence[GridRow]) -> set[str]:
    """The codes of parents that the rows or their codes name."""
    by_rule = [GridCode(row.code).parent for row in rows]
    return {row.parent for row in rows} | {code.text for code in by_rule if code is not None}


def _roots(grids: Sequence[StandingGrid]) -> set[str]:
    """The codes of the widest grids."""
    return {grid.code for grid in grids if is_root(grid.tier)}


def _nearest(grids: Sequence[StandingGrid], stray: Geometries) -> set[str]:
    """The codes of the wider grid of each tier nearest to each shape that was drawn beside all that stands."""
    found: set[str] = set()
    for tier in {grid.tier for grid in grids if not grid.tier.is_leaf} if len(stray) else ():
        members = [grid for grid in grids if grid.tier is tier]
        tree = shapely.STRtree(np.array([grid.geom for grid in members], dtype=object))
        found |= {members[index].code for index in tree.query_nearest(stray, all_matches=False)[1].tolist()}
    return found


def _with_ancestors(grids: Sequence[StandingGrid], codes: set[str]) -> set[str]:
    """The codes with those of everything above."""
    parent = {grid.code: grid.parent or "" for grid in grids}
    found: set[str] = set()
    for code in codes:
        above = code
        while above in parent and above not in found:
            found.add(above)
            above = parent[above]
    return found


def _rest(grids: Sequence[StandingGrid], chosen: set[str], ground: _Ground, bare: Integers) -> list[tuple[str, Any]]:
    """The ground that takes no part, a piece for each chosen grid that spans some."""
    heads = [grid.code for grid in grids if grid.code in chosen]
    place = {code: index for index, code in enumerate(heads)}
    far = [grid for grid in grids if grid.code not in chosen and grid.parent in place]
    kept = np.setdiff1d(np.flatnonzero(ground.bare), bare)
    kept = kept[[ground.holders[index].code in chosen for index in ground.of[kept].tolist()]]
    pieces = [None] * len(heads) + [grid.geom for grid in far] + list(shapely.multipolygons(ground.part[kept][:, None]))
    above = [place[grid.parent] for grid in far if grid.parent is not None]
    above += [place[ground.holders[index].code] for index in ground.of[kept].tolist()]
    parent = np.array([-1] * len(heads) + above, dtype=np.int64)
    whole = derived(np.array(pieces, dtype=object), parent)[: len(heads)]
    return [(code, shape) for code, shape in zip(heads, whole, strict=True) if shape is not None]
