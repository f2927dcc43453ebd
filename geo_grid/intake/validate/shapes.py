"""Shapes that are wrong by themselves: missing, broken, of another kind, invalid, twice, or thin leftovers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.geometries import POLYGONS
from geo_grid.intake.layer import Layer
from geo_grid.intake.validate.drawn import Drawn, number_of
from geo_grid.intake.validate.touched import Households, on_ground
from geo_grid.intake.validate.words import some, told
from geo_grid.partition.faults import doubles, widths
from geo_grid.partition.lattice import Integers

#: A grid thinner than this, or a part of one smaller than that, is left over from drawing.
THINNEST_M = 2.0
SMALLEST_PART_M2 = 10.0
_PLACE = re.compile(r"\[(-?[\d.e+]+) (-?[\d.e+]+)\]")


def row_faults(layer: Layer, drawn: Drawn, rows: Integers, households: Households) -> Iterator[Finding]:
    """Rows of a layer whose geometry is missing, broken, no polygon, or invalid; `rows` are their places in `drawn`."""
    shapes = layer.shapes()
    kinds = shapely.get_type_id(shapes)
    gone = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    valid = shapely.is_valid(shapes)
    wanted = np.isin(kinds, list(POLYGONS))
    for place in np.flatnonzero(gone | ~wanted | ~valid).tolist():
        where, number = layer.where(place), number_of(layer, place)
        grid = drawn.called(int(rows[place]))
        if reason := layer.broken.get(place + 1):
            yield told("geometry_broken", where, row=number, grid=grid, reason=reason)
        elif gone[place]:
            yield told("geometry_missing", where, row=number, grid=grid)
        elif not wanted[place]:
            yield told("geometry_type", where, row=number, grid=grid, kind=shapes[place].geom_type)
        else:
            yield _invalid(layer, place, drawn, int(rows[place]), households)


def _invalid(layer: Layer, place: int, drawn: Drawn, row: int, households: Households) -> Finding:
    """The finding of an outline that is not valid, with the place where it crosses itself."""
    said = shapely.is_valid_reason(layer.shapes()[place])
    at = _PLACE.search(said)
    point = (float(at[1]), float(at[2])) if at else None
    reason = said.split("[")[0].strip().lower()
    ground = drawn.shapes[row]
    facts = {"grid": drawn.called(row), "reason": reason}
    where, number = layer.where(place), number_of(layer, place)
    if ground is None:
        return told("geometry_invalid", where, row=number, point=point, **facts)
    finding = on_ground(
        "geometry_invalid",
        where,
        ground,
        facts=facts,
        households=int(households.within(np.array([ground], dtype=object))[0]),
        row=number,
    )
    return finding if point is None else replace(finding, point=point)


def shape_faults(drawn: Drawn, households: Households) -> Iterator[Finding]:
    """Grids of the files that have the same shape, that are thin leftovers, or that have such parts."""
    yield from _duplicates(drawn, households)
    ours = np.flatnonzero((drawn.source >= 0) & ~shapely.is_missing(drawn.shapes))
    yield from _slivers(drawn, ours, households)
    yield from _small_parts(drawn, ours, households)


def _duplicates(drawn: Drawn, households: Households) -> Iterator[Finding]:
    """A finding for each set of grids of one level that have one shape."""
    for same in doubles(drawn.shapes):
        for level in np.unique(drawn.level[same]).tolist():
            rows = same[drawn.level[same] == level].tolist()
            if len(rows) < 2 or all(drawn.source[row] < 0 for row in rows):
                continue
            row = next(row for row in reversed(rows) if drawn.source[row] >= 0)
            ground = drawn.shapes[row]
            yield on_ground(
                "shape_duplicate",
                drawn.place(row),
                ground,
                facts={"grids": some([drawn.called(one) for one in rows])},
                households=int(households.within(np.array([ground], dtype=object))[0]),
                row=drawn.number[row],
            )


def _slivers(drawn: Drawn, ours: Integers, households: Households) -> Iterator[Finding]:
    """A finding for each grid that is thin all over."""
    width = widths(drawn.shapes[ours])
    thin = np.flatnonzero(width < THINNEST_M)
    rows = ours[thin]
    for row, count, wide in zip(rows.tolist(), households.within(drawn.shapes[rows]), width[thin], strict=True):
        yield on_ground(
            "sliver",
            drawn.place(row),
            drawn.shapes[row],
            facts={"grid": drawn.called(row), "width": float(wide)},
            households=int(count),
            row=drawn.number[row],
            severity="warning",
        )


def _small_parts(drawn: Drawn, ours: Integers, households: Households) -> Iterator[Finding]:
    """A finding for each crumb of a grid that has larger parts."""
    parts, place = shapely.get_parts(drawn.shapes[ours], return_index=True)
    several = np.bincount(place, minlength=len(ours))[place] > 1
    crumb = several & ((shapely.area(parts) < SMALLEST_PART_M2) | (widths(parts) < THINNEST_M))
    crumbs, rows = parts[crumb], ours[place[crumb]]
    for row, part, count in zip(rows.tolist(), crumbs, households.within(crumbs), strict=True):
        yield on_ground(
            "sliver_part",
            drawn.place(row),
            part,
            facts={"grid": drawn.called(row)},
            households=int(count),
            row=drawn.number[row],
            severity="warning",
        )
