"""Splits: leaves cut along a line, and grids that hold others divided by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.partition import locate
from geo_grid.partition.arrange import arrange
from geo_grid.partition.cut import gap_m, is_sliver, pieces, stretches, width_m
from geo_grid.partition.lattice import Geometries
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.ground import arranged, cells_of, drawn_line, understood, united
from geo_grid.redraw.moves import Split, SplitGrid
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import (
    CodeTaken,
    EmptyParent,
    EndsInside,
    MissesGrid,
    MoveRefused,
    Sliver,
    TooFew,
    WrongTier,
)
from geo_grid.redraw.rows import Row
from geo_grid.redraw.settle import settle

Made = tuple[ChangeSet, tuple[str, ...]]


def split(net: Net, move: Split) -> Made:
    """The leaves cut along the line, and the codes of the new ones."""
    if not move.grids:
        raise TooFew("no_grid_named")
    rows = [net.row(code) for code in dict.fromkeys(move.grids)]
    for row in rows:
        if not row.tier.is_leaf:
            raise WrongTier("cut_holds_others", grids=(row.code,), grid=row.code)
    line = drawn_line(net, move.line, move.snap_m)
    with understood():
        found = stretches(cells_of(rows), line)
    for row, is_cut in zip(rows, found.cut, strict=True):
        if not is_cut:
            raise _why_uncut(row, line)
    patch = arranged(net, [row.code for row in rows], found.lines)
    owners = patch.owners()
    naming = Naming(net, move.names, move.codes)
    new: dict[str, Row | None] = {}
    for row in rows:
        index = patch.place[row.code]
        parts = pieces(patch.found, index)
        if len(parts) < 2:
            raise _too_slim(row, patch.found.faces[patch.found.owner == index])
        for part in _others(net, row, parts, patch.found.faces):
            made = naming.make(row)
            new[made.code] = made
            for face in part:
                owners[face] = made.code
    return settle(net, patch.changed(owners, new)), tuple(new)


class Naming:
    """Gives new grids their names and codes: the wanted ones first, then by rule."""

    def __init__(self, net: Net, names: Sequence[str], codes: Sequence[str]) -> None:
        self.net, self.names, self.codes = net, list(names), list(codes)
        self.made: list[str] = []

    def make(self, like: Row, *, parent: str | None = None) -> Row:
        """A grid of the same tier beside `like`, without ground; in another parent if one is given."""
        above = parent if parent is not None else like.parent
        code = self.code(above, like)
        number = len(self.made) + 1
        name = self.names.pop(0).strip() if self.names else ""
        return Row(code, like.tier, above, name[:100].strip() or f"{like.name[:95]}-{number}", None)

    def code(self, parent: str | None, like: Row) -> str:
        """The next wanted code if no grid ever had it, otherwise the next by rule."""
        wanted = self.codes.pop(0) if self.codes else ""
        if wanted and (self.net.is_given(wanted) or wanted in self.made):
            wanted = ""
        code = wanted or self.net.new_code(parent, like.tier, beside=like.code, taken=self.made)
        if len(code) > 40:
            raise CodeTaken("code_too_long", grids=(parent,) if parent else (), grid=parent)
        self.made.append(code)
        return code


def split_grid(net: Net, move: SplitGrid) -> Made:
    """The grid divided by the line: its children go whole to either side, or are cut first."""
    row = net.row(move.grid)
    if row.tier.is_leaf:
        raise WrongTier("divide_leaf", grids=(row.code,), grid=row.code)
    line = drawn_line(net, move.line, move.snap_m)
    sides = _sides(net, row, line)
    changes, made = ChangeSet(), list[str]()
    if move.cut:
        changes, made = _cut_children(net, row, move)
    view = net.after(changes)
    side_of = _sides_of(view, view.children(row.code), sides)
    by_side = [[child for child, side in side_of.items() if side == place] for place in range(len(sides))]
    filled = [place for place, children in enumerate(by_side) if children]
    if len(filled) < 2:
        raise EmptyParent("one_side", grids=(row.code,), place=_first(line), grid=row.code)
    weight = {place: sum(len(view.doors(_leaves(view, child))) for child in by_side[place]) for place in filled}
    kept = max(filled, key=lambda place: (weight[place], float(shapely.area(sides[place]))))
    naming = Naming(view, move.names, move.codes)
    wanted: dict[str, Row | None] = {}
    for place in _west_first([sides[place] for place in filled if place != kept], [p for p in filled if p != kept]):
        head = naming.make(row)
        wanted[head.code] = head
        for child in by_side[place]:
            wanted[child] = replace(view.row(child), parent=head.code)
    new = tuple(code for code, one in wanted.items() if one is not None and view.get(code) is None)
    return changes + settle(view, wanted), (*new, *made)


def _sides(net: Net, row: Row, line: Any) -> list[Any]:
    """The parts into which the line cuts all that the grid spans."""
    outline = np.empty(1, dtype=object)
    outline[0] = net.outline(row.code)
    with understood():
        found = stretches(outline, line)
        if not found.cut[0]:
            raise _why_uncut(replace(row, own=outline[0]), line)
        halves = arrange(outline, found.lines)
    parts = pieces(halves, 0)
    if len(parts) < 2:
        raise _too_slim(row, halves.faces[halves.owner == 0])
    return [united(halves.faces[part]) for part in parts]


def _cut_children(net: Net, row: Row, move: SplitGrid) -> tuple[ChangeSet, list[str]]:
    """The children that the line crosses cut along it, each with what it holds."""
    changes, made = ChangeSet(), list[str]()
    for child in net.children(row.code):
        view = net.after(changes)
        step: Split | SplitGrid
        if child.tier.is_leaf:
            step = Split((child.code,), move.line, snap_m=move.snap_m)
        else:
            step = SplitGrid(child.code, move.line, cut=True, snap_m=move.snap_m)
        try:
            more, codes = split(view, step) if isinstance(step, Split) else split_grid(view, step)
        except (MissesGrid, EndsInside, Sliver, EmptyParent):
            continue
        changes += more
        made += codes
    return changes, made


def _sides_of(net: Net, children: Sequence[Row], sides: Sequence[Any]) -> dict[str, int]:
    """The side on which most households of each child live; without households, most of its ground lies."""
    shapes = np.empty(len(sides), dtype=object)
    shapes[:] = sides
    found: dict[str, int] = {}
    for child in children:
        doors = net.doors(_leaves(net, child.code))
        where = locate([(door.x, door.y) for door in doors], shapes)
        count = np.bincount(where[where >= 0], minlength=len(sides))
        if count.max(initial=0) == 0 or (count == count.max()).sum() > 1:
            count = shapely.area(shapely.intersection(shapes, net.outline(child.code)))
        found[child.code] = int(np.argmax(count))
    return found


def _leaves(net: Net, code: str) -> list[str]:
    """The grids at and below one that hold ground themselves."""
    return [row.code for row in net.subtree(code) if row.own is not None]


def _others(net: Net, row: Row, parts: Sequence[list[int]], faces: Geometries) -> list[list[int]]:
    """The pieces of a cell without the one that stays the grid: that with most households, then with most ground."""
    shapes = np.empty(len(parts), dtype=object)
    shapes[:] = [united(faces[part]) for part in parts]
    where = locate([(door.x, door.y) for door in net.doors([row.code])], shapes)
    count = np.bincount(where[where >= 0], minlength=len(parts))
    kept = max(range(len(parts)), key=lambda place: (int(count[place]), float(shapely.area(shapes[place]))))
    rest = [place for place in range(len(parts)) if place != kept]
    return [parts[place] for place in _west_first([shapes[place] for place in rest], rest)]


def _west_first(shapes: Sequence[Any], places: Sequence[int]) -> list[int]:
    """The places in the order in which serials run: west to east, then north to south."""
    centres = [shapely.centroid(shape) for shape in shapes]
    order = sorted(range(len(places)), key=lambda i: (round(centres[i].x, 3), -round(centres[i].y, 3)))
    return [places[i] for i in order]


def _why_uncut(row: Row, line: Any) -> MoveRefused:
    """The refusal of a line that cuts nothing off a grid."""
    cell = cells_of([row])
    inside = shapely.intersection(row.own, line)
    if shapely.length(inside) == 0:
        return MissesGrid("line_misses", grids=(row.code,), place=_first(line), grid=row.code)
    short = gap_m(cell, line)
    if short is None:
        return MissesGrid("line_follows", grids=(row.code,), place=_first(inside), grid=row.code)
    gap = round(short[0], 3)
    return EndsInside("line_ends_inside", grids=(row.code,), place=short[1], grid=row.code, gap_m=gap)


def _too_slim(row: Row, faces: Geometries) -> Sliver:
    """The refusal of a line that cuts off next to nothing."""
    slim = [face for face in faces if is_sliver(face)] or list(faces)
    least = min(slim, key=lambda face: float(shapely.area(face)))
    figures = {"area_m2": round(float(shapely.area(least)), 3), "width_m": round(width_m(least), 3)}
    place = _first(shapely.point_on_surface(least))
    return Sliver("cut_sliver", grids=(row.code,), place=place, grid=row.code, **figures)


def _first(shape: Any) -> tuple[float, float]:
    """The first place of a shape."""
    at = shapely.get_coordinates(shape)[0]
    return float(at[0]), float(at[1])
