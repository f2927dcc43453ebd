"""What must always hold, computed from the rows alone and not by the database's own triggers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.checks.registry import invariant
from geo_grid.county import County
from geo_grid.grids import FORM, is_root, may_hold
from geo_grid.partition import Edges, edges_of, is_on_lattice, leftover, locate, to_metres, unpack


@invariant
def on_the_lattice(county: County) -> Iterator[Finding]:
    """Every vertex and every household lies on whole 1/1024 m."""
    for said, shapes in (("its own ground", county.own), ("its outline", county.geom)):
        for place in np.flatnonzero(~is_on_lattice(shapes)).tolist():
            yield Finding("on_the_lattice", county.grids[place].code, f"{said} leaves the lattice")
    points = np.asarray(shapely.points(county.doors.at), dtype=object).reshape(-1)
    for row in np.flatnonzero(~is_on_lattice(points)).tolist():
        yield Finding("on_the_lattice", county.doors.codes[row], "the household leaves the lattice", households=1)


@invariant
def sound_shapes(county: County) -> Iterator[Finding]:
    """Every outline is a valid polygon with an inside, and so is all ground."""
    for said, shapes in (("its own ground", county.own), ("its outline", county.geom)):
        there = ~shapely.is_missing(shapes)
        for place in np.flatnonzero(there & (~shapely.is_valid(shapes) | (shapely.area(shapes) <= 0))).tolist():
            reason = shapely.is_valid_reason(shapes[place])
            yield Finding("sound_shapes", county.grids[place].code, f"{said} is not valid: {reason}")
    for place in np.flatnonzero(shapely.is_missing(county.geom)).tolist():
        yield Finding("sound_shapes", county.grids[place].code, "it has no outline")


@invariant
def families_fill_their_parents(county: County) -> Iterator[Finding]:
    """A grid's own ground and its children make its outline exactly, and the total grids make the county's."""
    shapes = np.full(2 * len(county.grids) + 1, None, dtype=object)
    count = len(county.grids)
    shapes[:count], shapes[count : 2 * count], shapes[-1] = county.geom, county.own, county.outline
    edges = edges_of(shapes)
    as_child = np.flatnonzero(edges.owner < count)
    rows = np.concatenate([as_child, np.arange(len(edges.owner))])
    above = np.where(county.parent < 0, count, county.parent)
    owner = edges.owner
    family = np.concatenate([above[owner[as_child]], np.where(owner == 2 * count, count, owner % max(count, 1))])
    weight = np.concatenate([np.ones(len(as_child)), np.where((owner >= count) & (owner < 2 * count), 1, -1)])
    taken = Edges(edges.low[rows], edges.high[rows], edges.sign[rows], edges.owner[rows], edges.origin)
    faults = leftover(family.astype(np.int64), taken, weight=weight.astype(np.int64))
    for head in np.unique(faults.family).tolist():
        here = faults.of(int(head))
        code = county.grids[head].code if head < count else "county"
        at = to_metres(unpack(here.low[:1], here.origin))[0]
        yield Finding(
            "families_fill_their_parents",
            code,
            f"{len(here)} edges of its children and its own ground do not meet its outline",
            "undo the change that broke it, or restore a backup",
            point=(float(at[0]), float(at[1])),
        )


@invariant
def leaves_are_their_own_ground(county: County) -> Iterator[Finding]:
    """A leaf holds all it spans, and has no children."""
    heads = set(county.parent.tolist())
    for place, grid in enumerate(county.grids):
        if not grid.tier.is_leaf:
            continue
        if grid.own is None or not _same(grid.own, grid.geom):
            yield Finding("leaves_are_their_own_ground", grid.code, "its own ground is not its outline")
        if place in heads:
            yield Finding("leaves_are_their_own_ground", grid.code, "it has children")


@invariant
def parents_are_wider(county: County) -> Iterator[Finding]:
    """Every grid but the total ones has a standing parent of a tier that may hold it."""
    for place, grid in enumerate(county.grids):
        above = county.parent[place]
        if is_root(grid.tier):
            if grid.parent is not None:
                yield Finding("parents_are_wider", grid.code, f"a {grid.tier.zh} has no parent, it has {grid.parent}")
        elif above < 0:
            yield Finding("parents_are_wider", grid.code, f"its parent {grid.parent or '(none)'} does not stand")
        elif not may_hold(county.grids[above].tier, grid.tier):
            yield Finding("parents_are_wider", grid.code, f"it cannot lie in {grid.parent}")


@invariant
def one_current_version(county: County) -> Iterator[Finding]:
    """Every code has the form of one, one current version, and none after it was retired."""
    for code, versions in Counter(grid.code for grid in county.grids).items():
        if versions > 1:
            yield Finding("one_current_version", code, f"it has {versions} current versions")
        if not FORM.fullmatch(code):
            yield Finding("one_current_version", code, "its code is not one")
        if code in county.retired:
            yield Finding("one_current_version", code, "it was retired and still stands")


@invariant
def households_in_their_grid(county: County) -> Iterator[Finding]:
    """Every household's stored grid is the one whose own ground holds it."""
    cells = np.flatnonzero(~shapely.is_missing(county.own))
    hit = locate(county.doors.at, county.own[cells])
    found = np.where(hit >= 0, np.append(cells, -1)[hit], -1) if len(hit) else hit
    for row in np.flatnonzero(found != county.household_grid).tolist():
        inside = county.grids[found[row]].code if found[row] >= 0 else "no grid"
        at = county.doors.at[row]
        yield Finding(
            "households_in_their_grid",
            county.doors.codes[row],
            f"it is stored in {county.doors.grids[row]}, but lies in {inside}",
            households=1,
            point=(float(at[0]), float(at[1])),
        )


def _same(one: Any, other: Any) -> bool:
    """Whether two shapes are the same bytes."""
    return bool(shapely.to_wkb(one) == shapely.to_wkb(other))
