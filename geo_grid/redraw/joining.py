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
from geo_grid.redraw.net import Net, Row
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
from geo_grid.redraw.settle import settle


def merge(net: Net, move: Merge) -> Made:
    """The grids made one."""
    rows = [net.row(code) for code in dict.fromkeys((move.keep, *move.grids))]
    if move.keep not in move.grids:
        message = f"{move.keep} is to stay but is not among the grids to be merged: name it too"
        raise UnknownGrid(message, grids=(move.keep,))
    if len(rows) < 2:
        raise TooFew("one grid cannot be merged with itself: name another one", grids=move.grids)
    keep, *others = rows
    for row in others:
        if row.tier is not keep.tier:
            message = (
                f"{row.code} is a {row.tier.en.lower()}, {keep.code} a {keep.tier.en.lower()}: merge like with like"
            )
            raise WrongTier(message, grids=(keep.code, row.code))
        if row.parent != keep.parent:
            message = f"{row.code} lies in {row.parent}, {keep.code} in {keep.parent}: transfer it first, then merge"
            raise MergeAcross(message, grids=(keep.code, row.code))
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
        raise SameParent(f"grid {row.code} lies in {move.parent} already: name another", grids=(row.code, move.parent))
    if row.parent is None:
        raise WrongTier(f"grid {row.code} is a {row.tier.en.lower()} and lies in no parent", grids=(row.code,))
    return settle(net, {row.code: replace(row, parent=move.parent)}), ()


def dissolve(net: Net, move: Dissolve) -> Made:
    """The grid gone, its ground and children with a sibling or the parent."""
    row = net.row(move.grid)
    if move.to is not None and move.to == row.parent:
        return settle(net, _into_parent(net, row, net.row(move.to))), ()
    if move.to is not None:
        target = net.row(move.to)
        if target.code == row.code or target.parent != row.parent:
            message = f"{target.code} is neither the parent nor a sibling of {row.code}: name one, or none"
            raise NoNeighbour(message, grids=(row.code, target.code))
    else:
        target = _closest(net, row)
    if target.tier.is_leaf != row.tier.is_leaf or (not row.tier.is_leaf and target.tier is not row.tier):
        message = f"{target.code} is a {target.tier.en.lower()} and cannot take in a {row.tier.en.lower()}"
        raise WrongTier(message, grids=(row.code, target.code))
    return settle(net, _joined(net, target, [row])), ()


def _into_parent(net: Net, row: Row, parent: Row) -> dict[str, Row | None]:
    """The rows once the parent has the ground and the children of the grid."""
    wanted: dict[str, Row | None] = {child.code: replace(child, parent=parent.code) for child in net.children(row.code)}
    if not wanted and row.own is None:
        raise EmptyParent(f"grid {row.code} holds nothing", grids=(row.code,))
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
        raise NoNeighbour(f"grid {row.code} has no parent: name the grid that takes it in", grids=(row.code,))
    shapes = np.empty(len(same) + 1, dtype=object)
    shapes[:] = [net.outline(row.code), *(net.outline(one.code) for one in same)]
    shared = common_borders(shapes, 0)
    if len(same) == 0 or shared[1:].max() <= 0:
        message = f"no grid beside {row.code} in {row.parent} can take it in: name one, or the parent"
        raise NoNeighbour(message, grids=(row.code,))
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
        message = "a grid's name has 1 to 100 printable characters: give another one"
        raise NothingChanges(message, grids=(row.code,))
    return settle(net, {row.code: replace(row, name=name)}), ()
