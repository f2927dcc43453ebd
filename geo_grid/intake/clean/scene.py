"""Drawn grids brought into the order that cleaning needs, cleaned, and put together again as grids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.grids import StandingGrid
from geo_grid.intake.clean.leading import Led, Piece, led_by_pieces, led_by_tier
from geo_grid.intake.clean.place import Place
from geo_grid.intake.clean.reach import Reach
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.clean.tree import Tree, tree_of
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition import multi
from geo_grid.partition.clean import Cleaned, Drawn, clean
from geo_grid.partition.clean_regions import derived
from geo_grid.partition.clean_rings import mended
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that was drawn, and what it became.

    `rows` are the grids, the `cells` first ones being those that make the partition, best rank first; then the wider
    ones. The `rest` first of the cells stand for all that nothing drawn reaches: they keep their ground. `drawn` are
    their shapes as given, `shapes` the same valid, `after` (None for no ground) as cleaned. `ringed` are the places of
    those whose rings were mended, `lost` the findings about those of which nothing is left. Overlaps up to `thin_m`
    wide are slips of the hand. `places` are where ground changed hands by the rules alone; on the `kept` pieces the
    line of a wider grid leads because somebody said so. `stood` is the ground that standing wider grids (by place) hold
    themselves already.
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
    rest: int = 0
    kept: Sequence[Piece] = ()
    places: Sequence[Place] = ()
    stood: Mapping[int, Any] = field(default_factory=dict)

    def cleaned_rows(self) -> list[GridRow]:
        """The grids of the files with the ground and the parent they end with."""
        shapes = self.after.copy()
        there = ~shapely.is_missing(shapes)
        shapes[there] = multi(shapes[there])
        return [
            replace(self.rows[index], geom=shapes[index], parent=self._parent(index))
            for index in np.flatnonzero(there).tolist()
            if index >= self.rest
        ]

    def _parent(self, index: int) -> str:
        """The code of a grid's parent; '' for a root, and for a parent that has no code yet."""
        above = int(self.tree.parent[index])
        return self.rows[above].code if above >= 0 else ""


def arrange(
    rows: Sequence[GridRow],
    rules: CleaningRules,
    reach: Reach,
    narrowest: Tier | None,
    kept: Sequence[Piece] = (),
) -> Scene:
    """The scene of the rows among the grids that they reach, cleaned by the rules; `narrowest` divides all ground.

    On the `kept` pieces, found in the scene without them, lines of wider grids lead.
    """
    rest = [GridRow("", "", Tier.SPECIAL, code, shape, "") for code, shape in reach.rest]
    rows = [*rest, *rows, *(row_of(grid) for grid in reach.near)]
    mine, ringed = mended(np.array([row.geom for row in rows], dtype=object))
    lost = [vanished(row) for row, shape in zip(rows, mine, strict=True) if shape is None]
    order = [*range(len(rest)), *_order(rows, mine, rules, len(rest), narrowest)]
    sorted_rows = [rows[index] for index in order]
    shapes = mine[order]
    tree = tree_of(sorted_rows, shapes)
    tiers = [row.tier for row in sorted_rows]
    _correct(tree)
    cells = sum(tier in (narrowest, Tier.SPECIAL) for tier in tiers)
    led = Led(shapes[cells:])
    if rules.lead not in (None, narrowest, Tier.SPECIAL):
        led = led_by_tier(rules.lead, sorted_rows, shapes, tree, cells)
    elif kept:
        led = led_by_pieces(kept, shapes, tree, cells)
    cleaned = _at_rest(clean(_drawn(tiers, shapes[:cells], led), rules.close_gaps_m), shapes[: len(rest)])
    lost += [vanished(row) for row, own in zip(sorted_rows[:cells], cleaned.own[:cells], strict=True) if own is None]
    drawn = np.array([row.geom for row in sorted_rows], dtype=object)
    after = derived(cleaned.own, tree.parent)
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
        len(rest),
        kept,
        stood=_stood(sorted_rows, cells, reach),
    )


def _at_rest(cleaned: Cleaned, rest: Geometries) -> Cleaned:
    """What was cleaned, with none of the cracks along the rest closed by it: it keeps the ground it has."""
    if len(rest) == 0:
        return cleaned
    bare = np.array([not claims for claims in cleaned.claims], dtype=bool)
    owner = np.where(bare & (cleaned.owner >= 0) & (cleaned.owner < len(rest)), -1, cleaned.owner)
    own = cleaned.own.copy()
    own[: len(rest)] = rest
    return replace(cleaned, owner=owner, own=own)


def _stood(rows: Sequence[GridRow], cells: int, reach: Reach) -> dict[int, Any]:
    """The ground that standing wider grids hold themselves, by their place among the rows."""
    own = {grid.code: grid.own for grid in reach.near if grid.own is not None}
    return {place: own[row.code] for place, row in enumerate(rows) if place >= cells and row.code in own}


def _correct(tree: Tree) -> None:
    """Give each grid that lies in another parent than its row says that parent."""
    for clash in tree.conflicts:
        tree.parent[clash.row] = clash.found


def row_of(grid: StandingGrid) -> GridRow:
    """A grid that stands as a row."""
    return GridRow(grid.code, grid.name, grid.tier, grid.parent or "", grid.geom, grid.code)


def vanished(row: GridRow) -> Finding:
    """What is said of a grid that has no ground in the end."""
    called = row.code or row.name or "the grid"
    says = "nothing is left of %(grid)s: others that come first cover all its ground"
    return Finding.of("vanished", row.where, says, "leave it out, or draw it where it lies", facts={"grid": called})


def narrowest_of(tiers: Iterable[Tier]) -> Tier | None:
    """The narrowest tier that divides ground, special grids aside."""
    return max((tier for tier in tiers if tier is not Tier.SPECIAL), key=lambda tier: tier.rank, default=None)


def _order(
    rows: Sequence[GridRow], shapes: Geometries, rules: CleaningRules, first: int, narrowest: Tier | None
) -> list[int]:
    """The places of the rows from `first` with ground: specials, the narrowest tier, each best rank first, others."""
    places = [index for index in range(first, len(rows)) if shapes[index] is not None]
    size = dict(zip(places, shapely.area(shapes[places]).tolist(), strict=True))
    sign = {"code": 0.0, "larger": -1.0, "smaller": 1.0}[rules.overlap]

    def rank(index: int) -> tuple[int, float, str, int]:
        row = rows[index]
        kind = 0 if row.tier is Tier.SPECIAL else 1 if row.tier is narrowest else 2 + row.tier.rank
        return kind, sign * size[index], row.code, index

    return sorted(places, key=rank)


def _drawn(tiers: Sequence[Tier], cells: Geometries, led: Led) -> Drawn:
    """The shapes as plane geometry takes them."""
    count = len(cells)
    peers = np.array([tier is Tier.SPECIAL for tier in tiers[:count]], dtype=np.int64)
    level = np.array([tier.rank for tier in tiers[count:]], dtype=np.int64)
    return Drawn(cells, np.arange(count), peers, led.around, level, led.fences, led.beyond)
