"""The grids of all layers side by side, as they were drawn: codes, levels, parents and shapes that can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo_grid.grids import GridCode, StandingGrid, tier_named
from geo_grid.intake.field_map import FieldGuess
from geo_grid.intake.fields import values
from geo_grid.intake.geometries import POLYGONS
from geo_grid.intake.grid_rows import tier_of_name
from geo_grid.intake.layer import Layer
from geo_grid.partition import multi
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import PARENT_TIERS, Tier

#: The level of a grid whose tier nobody knows: below all known ones.
UNKNOWN = 7


@dataclass(frozen=True)
class GridLayer:
    """One layer of grids in the county's CRS, with its columns found; `tier` is what was said for all its rows."""

    layer: Layer
    fields: FieldGuess
    tier: Tier | None

    def texts(self, ours: str) -> list[str]:
        """The texts of one of our fields, '' where the layer has no such column."""
        return values(self.layer, self.fields.taken, ours) or [""] * len(self.layer)

    def tiers(self) -> list[Tier | None]:
        """The tier of each row: its own word, else what was said, what the layer is called, what its code shows."""
        named = self.tier or tier_of_name(self.layer.name) or tier_of_name(self.layer.source.split(" layer ")[0])
        words, codes = self.texts("tier"), self.texts("code")
        return [
            tier_named(word) if word else named or GridCode(code).tier for word, code in zip(words, codes, strict=True)
        ]


@dataclass(frozen=True)
class Drawn:
    """All grids of the files, row by row, and the standing ones that they do not replace.

    `shapes` hold valid polygons on the lattice, or None where nothing can be measured; `level` is 1 for the widest
    tier; `where` and `number` name the row of the file ('' and 0 for a standing grid); `source` is the layer's number,
    -1 for a standing grid.
    """

    codes: list[str]
    names: list[str]
    parents: list[str]
    tiers: list[Tier | None]
    level: Integers
    source: Integers
    where: list[str]
    number: list[int]
    shapes: Geometries

    def __len__(self) -> int:
        """How many grids there are."""
        return len(self.codes)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of the boxes of all shapes."""
        return shapely.STRtree(self.shapes)

    def called(self, row: int) -> str:
        """What to call a grid in a sentence."""
        return self.codes[row] or self.names[row] or f"row {self.number[row]}"

    def place(self, row: int) -> str:
        """Where a finding about the grid is: the file and its row, else the standing grid's code."""
        return self.where[row] or self.codes[row]


def drawn_grids(layers: Sequence[GridLayer], standing: Sequence[StandingGrid]) -> Drawn:
    """The grids of the layers and those that stand and are not in them."""
    columns: dict[str, list[str]] = {name: [] for name in ("code", "name", "parent")}
    tiers: list[Tier | None] = []
    where: list[str] = []
    numbers: list[int] = []
    sources: list[int] = []
    shapes = [np.zeros(0, dtype=object)]
    for place, one in enumerate(layers):
        for name, column in columns.items():
            column.extend(one.texts(name))
        tiers += one.tiers()
        where += [one.layer.where(row) for row in range(len(one.layer))]
        numbers += [number_of(one.layer, row) for row in range(len(one.layer))]
        sources += [place] * len(one.layer)
        shapes.append(measurable(one.layer.shapes()))
    given = set(columns["code"])
    for grid in standing:
        if grid.code not in given:
            columns["code"].append(grid.code)
            columns["name"].append(grid.name)
            columns["parent"].append(grid.parent or "")
            tiers.append(grid.tier)
            where.append("")
            numbers.append(0)
            sources.append(-1)
            shapes.append(multi(np.array([grid.geom], dtype=object)))
    joined = np.concatenate(shapes)
    source = np.array(sources, dtype=np.int64)
    return Drawn(
        columns["code"],
        columns["name"],
        columns["parent"],
        tiers,
        _levels(tiers, source, joined),
        source,
        where,
        numbers,
        joined,
    )


def number_of(layer: Layer, row: int) -> int:
    """The number from 1 that a row has in its file."""
    return row + 1 if layer.numbers is None else int(layer.numbers[row])


def measurable(shapes: Geometries) -> Geometries:
    """The shapes as valid polygons, so that they can be measured; None where there is no ground."""
    shapes = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(shapes)
    shapes[~np.isin(kinds, list(POLYGONS))] = None
    bad = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    if bad.any():
        mended = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
        shapes[bad] = [one if shapely.get_type_id(one) in POLYGONS else None for one in mended]
    shapes[~shapely.is_missing(shapes) & shapely.is_empty(shapes)] = None
    return multi(shapes)


def _levels(tiers: Sequence[Tier | None], source: Integers, shapes: Geometries) -> Integers:
    """The level of each grid: its tier's rank; layers that say no tier are ranked by how large their grids are."""
    level = np.array([UNKNOWN if tier is None else tier.rank for tier in tiers], dtype=np.int64)
    silent = [one for one in np.unique(source).tolist() if (level[source == one] == UNKNOWN).all()]
    area = shapely.area(shapes)
    sizes = {one: float(np.nanmedian(np.append(area[source == one], 0.0))) for one in silent}
    if len(silent) == len(np.unique(source)):
        for rank, one in enumerate(sorted(silent, key=lambda one: -sizes[one])):
            level[source == one] = rank + 1
    return level


def parents_of(drawn: Drawn) -> tuple[Integers, list[int]]:
    """The index of each grid's parent (-1 for none), and the grids whose named parent is nowhere.

    A parent is the one named, else the one that the code is built on, else the wider grid that holds most of it.
    """
    place: dict[str, int] = {}
    for row, code in enumerate(drawn.codes):
        place.setdefault(code, row)
    place.pop("", None)
    lost: list[int] = []
    widest = int(drawn.level.min(initial=UNKNOWN))
    parent = np.full(len(drawn), -1, dtype=np.int64)
    for row, code in enumerate(drawn.codes):
        named = drawn.parents[row]
        if named:
            parent[row] = place.get(named, -1)
            if parent[row] < 0 and drawn.source[row] >= 0 and drawn.level[row] > widest:
                lost.append(row)
        else:
            parent[row] = _by_code(code, row, drawn, place)
    wider = parent >= 0
    wider[wider] = drawn.level[parent[wider]] < drawn.level[wider]
    parent[~wider] = -1
    _by_ground(drawn, parent)
    return parent, lost


def _by_code(code: str, row: int, drawn: Drawn, place: dict[str, int]) -> int:
    """The grid whose code this one is built on: the longest beginning of it that is a wider grid's code."""
    for length in range(len(code) - 1, 2, -1):
        above = place.get(code[:length], -1)
        if above >= 0 and drawn.level[above] < drawn.level[row]:
            return above
    return -1


def _by_ground(drawn: Drawn, parent: Integers) -> None:
    """Give every grid without a parent the narrowest wider one that holds a point inside it, in place."""
    there = ~shapely.is_missing(drawn.shapes)
    open_rows = np.flatnonzero((parent < 0) & there & (drawn.level > drawn.level.min(initial=UNKNOWN)))
    if len(open_rows) == 0:
        return
    inside = shapely.STRtree(shapely.point_on_surface(drawn.shapes[open_rows]))
    holder, held = inside.query(drawn.shapes, predicate="contains_properly")
    order = np.argsort(drawn.level[holder], kind="stable")
    for above, row in zip(holder[order].tolist(), open_rows[held[order]].tolist(), strict=True):
        if _may_hold(drawn, above, row):
            parent[row] = above


def _may_hold(drawn: Drawn, above: int, row: int) -> bool:
    """Whether one grid may be the parent of another by their tiers, or by their levels where a tier is not known."""
    wide, narrow = drawn.tiers[above], drawn.tiers[row]
    if wide is None or narrow is None:
        return bool(drawn.level[above] < drawn.level[row])
    return wide in PARENT_TIERS.get(narrow, ())
