"""What must hold of a net after any move, proved anew."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition import is_on_lattice, locate, multi
from geo_grid.partition.locate import holds
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY, Row


def array(shapes: list[object]) -> np.ndarray:
    """Shapes as an array."""
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def prove_move(before: Net, changes: ChangeSet, after: Net) -> None:
    """Prove that the grids that changed, with all beside them, still are a partition, and that all follows from it."""
    assert changes
    assert not changes + ~changes
    grounds = [new.own for _, new in changes.rows.values() if new is not None and new.own is not None]
    if grounds:
        rows = [row for row in after.near(array(grounds)) if row.own is not None]
        cells = array([row.own for row in rows])
        assert is_on_lattice(array(grounds)).all()
        assert shapely.coverage_is_valid(cells)
        prove_doors(after, rows)
    for code, (_, new) in changes.rows.items():
        if new is not None and not new.tier.is_leaf:
            prove_outline(after, code)
    for code in changes.outlines:
        if code != COUNTY and after.get(code) is not None:
            prove_outline(after, code)
    prove_areas(changes)


def prove_areas(changes: ChangeSet) -> None:
    """Prove that ground is neither made nor lost but over the county's outline, to a billionth."""
    gained = sum(_area(new) - _area(old) for old, new in changes.rows.values())
    before, after = changes.outlines.get(COUNTY, (None, None))
    moved = (after.area if after is not None else 0.0) - (before.area if before is not None else 0.0)
    size = sum(_area(row) for pair in changes.rows.values() for row in pair) + (after.area if after is not None else 0)
    assert abs(gained - moved) <= 1e-9 * max(size, 1.0)


def prove_outline(net: Net, code: str) -> None:
    """Prove that a grid's outline is, byte for byte, the union of its ground and its children."""
    row = net.row(code)
    parts = [net.outline(child.code) for child in net.children(code)]
    parts += [] if row.own is None else [row.own]
    assert parts, code
    whole = multi(array([shapely.coverage_union_all(shapely.get_parts(array(parts)))]))[0]
    assert whole.wkb == net.outline(code).wkb, code


def prove_doors(net: Net, rows: list[Row]) -> None:
    """Prove that each household of these grids lies in the one grid that it says."""
    cells = array([row.own for row in rows])
    doors = net.doors([row.code for row in rows])
    found = locate([(door.x, door.y) for door in doors], cells)
    assert [rows[place].code for place in found] == [door.grid for door in doors]
    at = np.array([(door.x, door.y) for door in doors]).reshape(-1, 2)
    if len(at):
        door_rows, cell_rows = shapely.STRtree(cells).query(shapely.points(at), predicate="intersects")
        held = np.bincount(door_rows, minlength=len(at))
        for place in np.flatnonzero(held > 1).tolist():
            assert sum(bool(holds(cells[cell], at[[place]])[0]) for cell in cell_rows[door_rows == place]) == 1


def prove_net(net: Net, codes: list[str]) -> None:
    """Prove the whole net: partition, nesting of every tier, area, households."""
    rows = [row for row in (net.get(code) for code in codes) if row is not None]
    cells = array([row.own for row in rows if row.own is not None])
    assert shapely.coverage_is_valid(cells)
    outline = net.outline(COUNTY)
    assert abs(shapely.area(cells).sum() - outline.area) <= 1e-9 * outline.area
    for row in rows:
        if not row.tier.is_leaf:
            prove_outline(net, row.code)
    prove_doors(net, [row for row in rows if row.own is not None])


def same(one: Net, other: Net, codes: list[str]) -> bool:
    """Whether two nets are the same to the byte: rows, outlines, households."""
    for code in codes:
        mine, yours = one.get(code), other.get(code)
        if (mine and mine.digest) != (yours and yours.digest):
            return False
        if mine is not None and one.outline(code).wkb != other.outline(code).wkb:
            return False
    return one.outline(COUNTY).wkb == other.outline(COUNTY).wkb and one.doors(codes) == other.doors(codes)


def _area(row: Row | None) -> float:
    """The area of a row's own ground."""
    return 0.0 if row is None or row.own is None else float(row.own.area)
