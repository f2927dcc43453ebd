"""Moves that draw no line: grids merged, dissolved, put elsewhere or given another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.partition import edges_of
from geo_grid.partition.arrange import borders_between
from geo_grid.redraw.cutting import Made
from geo_grid.redraw.ground import cells_of, united
from geo_grid.redraw.moves import Dissolve, Merge, Rename, Transfer
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import (
    EmptyParent,
    MergeAcross,
    NoNeighbour,
    NothingChanges,
    SameParent,
    TooFew,
    UnknownGrid,
    WrongTier,
)
from geo_grid.redraw.rows import Row
from geo_grid.redraw.settle import settle


def merge(net: Net, move: Merge) -> Made:
    """The grids made one."""
    rows = [net.row(code) for code in dict.fromkeys((move.keep, *move.grids))]
    if move.keep not in move.grids:
        raise UnknownGrid("keeper_missing", grids=(move.keep,), grid=move.keep)
    if len(rows) < 2:
        raise TooFew("merge_alone", grids=move.grids)
    keep, *others = rows
    for row in others:
        if row.tier is not keep.tier:
            tiers: dict[str, Any] = {"tier": keep.tier.code, "tier_other": row.tier.code}
            raise WrongTier("merge_tiers", grids=(keep.code, row.code), grid=keep.code, other=row.code, **tiers)
        if row.parent != keep.parent:
            parents: dict[str, Any] = {"parent": keep.parent, "parent_other": row.parent}
            raise MergeAcross("merge_parents", grids=(keep.code, row.code), grid=keep.code, other=row.code, **parents)
    return settle(net, _joined(net, keep, others)), ()


def _joined(net: Net, keep: Row, others: Sequence[Row]) -> dict[str, Row | None]:
    """The rows once `keep` has the ground and the children of the others."""
    wanted: dict[str, Row | None] = {}
    for row in others:
        wanted |= {child.code: replace(child, parent=keep.code) for child in net.children(row.code)}
        wanted[row.code] = None
    wanted[keep.code] = replace(keep, own=_one(keep, *others))
    return wanted


def _one(*rows: Row) -> Any:
    """The own ground of the rows together."""
    cells = cells_of([row for row in rows if row.own is not None])
    return united(shapely.get_parts(cells)) if len(cells) else None


def transfer(net: Net, move: Transfer) -> Made:
    """The grid with all below it in another parent."""
    row, _ = net.row(move.grid), net.row(move.parent)
    if row.parent == move.parent:
        raise SameParent("same_parent", grids=(row.code, move.parent), grid=row.code, parent=move.parent)
    if row.parent is None:
        raise WrongTier("root_stays", grids=(row.code,), grid=row.code, tier=row.tier.code)
    return settle(net, {row.code: replace(row, parent=move.parent)}), ()


def dissolve(net: Net, move: Dissolve) -> Made:
    """The grid gone, its ground and children with a sibling or the parent."""
    row = net.row(move.grid)
    if move.to is not None and move.to == row.parent:
        return settle(net, _into_parent(net, row, net.row(move.to))), ()
    if move.to is not None:
        target = net.row(move.to)
        if target.code == row.code or target.parent != row.parent:
            raise NoNeighbour("not_beside", grids=(row.code, target.code), grid=row.code, other=target.code)
    else:
        target = _closest(net, row)
    if target.tier.is_leaf != row.tier.is_leaf or (not row.tier.is_leaf and target.tier is not row.tier):
        tiers: dict[str, Any] = {"tier": row.tier.code, "tier_other": target.tier.code}
        raise WrongTier("cannot_take_in", grids=(row.code, target.code), other=target.code, **tiers)
    return settle(net, _joined(net, target, [row])), ()


def _into_parent(net: Net, row: Row, parent: Row) -> dict[str, Row | None]:
    """The rows once the parent has the ground and the children of the grid."""
    wanted: dict[str, Row | None] = {child.code: replace(child, parent=parent.code) for child in net.children(row.code)}
    if not wanted and row.own is None:
        raise EmptyParent("holds_nothing", grids=(row.code,), grid=row.code)
    if row.own is not None:
        wanted[parent.code] = replace(parent, own=_one(parent, row))
    return wanted | {row.code: None}


def _closest(net: Net, row: Row) -> Row:
    """The sibling of the same kind with the longest common border."""
    siblings = net.children(row.parent) if row.parent is not None else []
    same = [one for one in siblings if one.code != row.code]
    same = [one for one in same if one.tier.is_leaf if row.tier.is_leaf] or [
        one for one in same if one.tier is row.tier
    ]
    if row.parent is None:
        raise NoNeighbour("no_parent", grids=(row.code,), grid=row.code)
    shapes = np.empty(len(same) + 1, dtype=object)
    shapes[:] = [net.outline(row.code), *(net.outline(one.code) for one in same)]
    shared = common_borders(shapes, 0)
    if len(same) == 0 or shared[1:].max() <= 0:
        raise NoNeighbour("none_beside", grids=(row.code,), grid=row.code, parent=row.parent)
    return same[int(np.argmax(shared[1:]))]


def common_borders(shapes: Any, place: int) -> Any:
    """How many metres of border each shape (n,) has in common with the one at `place`."""
    borders = borders_between(edges_of(shapes))
    shared = np.zeros(len(shapes))
    for mine, other in ((borders.left, borders.right), (borders.right, borders.left)):
        rows = (mine == place) & (other >= 0)
        np.add.at(shared, other[rows], borders.length_m[rows])
    return shared


def rename(net: Net, move: Rename) -> Made:
    """The grid under another name."""
    row = net.row(move.grid)
    name = move.name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise NothingChanges("name_of_grid", grids=(row.code,))
    return settle(net, {row.code: replace(row, name=name)}), ()
