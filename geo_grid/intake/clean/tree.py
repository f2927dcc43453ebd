"""Which parent every drawn grid belongs under: as its row says, by the code rule, or by where most of it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.grids import GridCode, is_root, may_hold
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import PARENT_TIERS, Tier


@dataclass(frozen=True, slots=True)
class Conflict:
    """A grid (its place) whose row names one parent while most of it lies in another, with the shares in both.

    `said` is -1 where the parent that the row names is not there.
    """

    row: int
    said: int
    found: int
    said_share: float
    found_share: float


@dataclass(slots=True)
class Tree:
    """The place of each grid's parent (n,), -1 for none; the conflicts; the grids that lie in no wider grid at all."""

    parent: Integers
    conflicts: Sequence[Conflict]
    strays: Sequence[int]

    def root(self, row: int) -> int:
        """The place of the widest grid above a grid."""
        while self.parent[row] >= 0:
            row = int(self.parent[row])
        return row


def tree_of(rows: Sequence[GridRow], shapes: Geometries) -> Tree:
    """The tree of the drawn grids; `shapes` (n,) are valid."""
    place = {row.code: index for index, row in enumerate(rows) if row.code}
    inside = shapely.point_on_surface(shapes)
    shelves = {tier: _Shelf(rows, shapes, tier) for tier in Tier}
    parent = np.full(len(rows), -1, dtype=np.int64)
    conflicts, strays = [], []
    for index, row in enumerate(rows):
        if is_root(row.tier):
            continue
        said = _said(row, place, rows)
        if said >= 0 and shapely.intersects(shelves[rows[said].tier].prepared(said), inside[index]):
            parent[index] = said
            continue
        found, share = _found(row, shapes[index], shelves)
        parent[index] = found if said < 0 else said
        if said >= 0 and found >= 0 and found != said:
            clash = _conflict(index, said, found, share, shapes)
            conflicts += [clash] if clash is not None else []
        elif said < 0 <= found and row.parent:
            conflicts.append(Conflict(index, -1, found, 0.0, share))
        if found < 0 and said < 0:
            strays.append(index)
    return Tree(parent, conflicts, strays)


def _conflict(row: int, said: int, found: int, share: float, shapes: Geometries) -> Conflict | None:
    """The conflict, where more of the grid lies in another one than in the one that is said."""
    here = shapely.area(shapely.intersection(shapes[row], shapes[said])) / shapes[row].area
    return Conflict(row, said, found, float(here), share) if share > here else None


def _said(row: GridRow, place: dict[str, int], rows: Sequence[GridRow]) -> int:
    """The parent that the row or its code names, -1 when it is not there or may not be one."""
    by_rule = GridCode(row.code).parent
    said = place.get(row.parent, -1) if row.parent else place.get(by_rule.text, -1) if by_rule is not None else -1
    return said if said >= 0 and may_hold(rows[said].tier, row.tier) else -1


def _found(row: GridRow, shape: object, shelves: dict[Tier, _Shelf]) -> tuple[int, float]:
    """The narrowest grid that holds most of the row, else the one that holds the largest part, else the nearest."""
    best = (-1, 0.0)
    tiers = sorted(PARENT_TIERS[row.tier], key=lambda tier: -tier.rank)
    for tier in tiers:
        found, share = shelves[tier].largest(shape)
        if share > 0.5:
            return found, share
        best = max(best, (found, share), key=lambda one: one[1])
    if best[0] >= 0:
        return best
    return next((near for tier in tiers if (near := shelves[tier].nearest(shape)) >= 0), -1), 0.0


class _Shelf:
    """The grids of one tier with their index."""

    def __init__(self, rows: Sequence[GridRow], shapes: Geometries, tier: Tier) -> None:
        self._places = np.array([index for index, row in enumerate(rows) if row.tier is tier], dtype=np.int64)
        self._shapes = shapes
        self._index: shapely.STRtree | None = None
        self._prepared: set[int] = set()

    def _tree(self) -> shapely.STRtree:
        if self._index is None:
            self._index = shapely.STRtree(self._shapes[self._places])
        return self._index

    def prepared(self, place: int) -> object:
        """A grid's shape, prepared for many questions."""
        if place not in self._prepared:
            shapely.prepare(self._shapes[place])
            self._prepared.add(place)
        return self._shapes[place]

    def largest(self, shape: object) -> tuple[int, float]:
        """The grid that holds the largest share of a shape, with that share."""
        near = self._places[self._tree().query(shape, predicate="intersects")] if len(self._places) else self._places
        if len(near) == 0:
            return -1, 0.0
        shares = shapely.area(shapely.intersection(self._shapes[near], shape)) / max(shapely.area(shape), 1e-9)
        best = int(np.argmax(shares))
        return (int(near[best]), float(shares[best])) if shares[best] > 0 else (-1, 0.0)

    def nearest(self, shape: object) -> int:
        """The grid nearest to a shape, -1 when there is none."""
        return int(self._places[self._tree().nearest(shape)]) if len(self._places) else -1
