"""Drawn grids brought into the order that cleaning needs, cleaned, and put together again as grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.errors import BadInput
from geo_grid.grids import StandingGrid
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.clean.tree import Tree, tree_of
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition import multi
from geo_grid.partition.clean import Cleaned, Drawn, clean
from geo_grid.partition.clean_regions import derived
from geo_grid.partition.clean_rings import mended
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import Tier

if TYPE_CHECKING:
    from geo_grid.intake.clean.places import Place


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that was drawn, and what it became.

    `rows` are the grids, the `cells` first ones being those that make the partition, best rank first; then the wider
    ones. `drawn` are their shapes as given, `shapes` the same valid, `after` (None for no ground) as cleaned. `ringed`
    are the places of those whose rings were mended, `lost` the findings about those of which nothing is left. Overlaps
    up to `thin_m` wide are slips of the hand. `places` are where ground changed hands by the rules alone.
    """

    rows: Sequence[GridRow]
    cells: int
    drawn: Geometries
    shapes: Geometries
    ringed: Integers
    tree: Tree
    cleaned: Cleaned
    after: Geometries
    lost: Sequence[Finding]
    thin_m: float
    places: Sequence[Place] = ()

    def cleaned_rows(self) -> list[GridRow]:
        """The grids of the files with the ground and the parent they end with."""
        shapes = self.after.copy()
        there = ~shapely.is_missing(shapes)
        shapes[there] = multi(shapes[there])
        return [
            replace(self.rows[index], geom=shapes[index], parent=self._parent(index))
            for index in np.flatnonzero(there).tolist()
        ]

    def _parent(self, index: int) -> str:
        """The code of a grid's parent; '' for a root, and for a parent that has no code yet."""
        above = int(self.tree.parent[index])
        return self.rows[above].code if above >= 0 else ""


class WiderLead(BadInput):
    """A wider tier was to lead, which cleaning cannot do."""

    def __init__(self, lead: Tier | None, narrowest: Tier | None) -> None:
        named = [tier.zh if tier else "special grids" for tier in (lead, narrowest)]
        self.says = "%(lead)s cannot lead repairs: the narrowest tier, here %(narrowest)s, does; leave --lead away"
        self.said_with = {"lead": named[0], "narrowest": named[1]}
        super().__init__(self.says % self.said_with)


def arrange(rows: Sequence[GridRow], rules: CleaningRules, standing: Sequence[StandingGrid]) -> Scene:
    """The scene of the rows among the grids that stand, cleaned by the rules."""
    here = {row.code for row in rows}
    rows = [*rows, *(_row(grid) for grid in standing if grid.code not in here and grid.geom is not None)]
    mine, ringed = mended(np.array([row.geom for row in rows], dtype=object))
    lost = [vanished(row) for row, shape in zip(rows, mine, strict=True) if shape is None]
    order = _order(rows, mine, rules)
    sorted_rows = [rows[index] for index in order]
    shapes = mine[order]
    tree = tree_of(sorted_rows, shapes)
    tiers = [row.tier for row in sorted_rows]
    narrowest = _narrowest(tiers)
    if rules.lead not in (None, narrowest):
        raise WiderLead(rules.lead, narrowest)
    cells = sum(tier in (narrowest, Tier.SPECIAL) for tier in tiers)
    cleaned = clean(_drawn(tiers, shapes, cells), rules.close_gaps_m)
    lost += [vanished(row) for row, own in zip(sorted_rows[:cells], cleaned.own[:cells], strict=True) if own is None]
    drawn = np.array([row.geom for row in sorted_rows], dtype=object)
    after = derived(cleaned.own, _corrected(tree))
    return Scene(
        sorted_rows,
        cells,
        drawn,
        shapes,
        np.flatnonzero(ringed[order]),
        tree,
        cleaned,
        after,
        lost,
        rules.snap_m or cleaned.gap_m,
    )


def _corrected(tree: Tree) -> Integers:
    """The parents, with those that most of a grid lies in where its row says another."""
    for clash in tree.conflicts:
        tree.parent[clash.row] = clash.found
    return tree.parent


def _row(grid: StandingGrid) -> GridRow:
    """A grid that stands as a row."""
    return GridRow(grid.code, grid.name, grid.tier, grid.parent or "", grid.geom, grid.code)


def vanished(row: GridRow) -> Finding:
    """What is said of a grid that has no ground in the end."""
    called = row.code or row.name or "the grid"
    says = "nothing is left of %(grid)s: others that come first cover all its ground"
    return Finding.of("vanished", row.where, says, "leave it out, or draw it where it lies", facts={"grid": called})


def _narrowest(tiers: Sequence[Tier]) -> Tier | None:
    """The narrowest tier that divides ground, special grids aside."""
    return max((tier for tier in tiers if tier is not Tier.SPECIAL), key=lambda tier: tier.rank, default=None)


def _order(rows: Sequence[GridRow], shapes: Geometries, rules: CleaningRules) -> list[int]:
    """The places of the rows with ground: specials, then the narrowest tier, each best rank first, then the others."""
    places = [index for index, shape in enumerate(shapes) if shape is not None]
    narrowest = _narrowest([rows[index].tier for index in places])
    size = dict(zip(places, shapely.area(shapes[places]).tolist(), strict=True))
    sign = {"code": 0.0, "larger": -1.0, "smaller": 1.0}[rules.overlap]

    def rank(index: int) -> tuple[int, float, str, int]:
        row = rows[index]
        kind = 0 if row.tier is Tier.SPECIAL else 1 if row.tier is narrowest else 2 + row.tier.rank
        return kind, sign * size[index], row.code, index

    return sorted(places, key=rank)


def _drawn(tiers: Sequence[Tier], shapes: Geometries, cells: int) -> Drawn:
    """The shapes as plane geometry takes them."""
    peers = np.array([tier is Tier.SPECIAL for tier in tiers[:cells]], dtype=np.int64)
    level = np.array([tier.rank for tier in tiers[cells:]], dtype=np.int64)
    return Drawn(shapes[:cells], np.arange(cells), peers, shapes[cells:], level)
