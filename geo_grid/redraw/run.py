"""One move run on a net: what it changes, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import shapely

from geo_grid.partition.stroke import LARGEST
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.cutting import Made, split, split_grid
from geo_grid.redraw.joining import dissolve, merge, rename, transfer
from geo_grid.redraw.moves import Move, grids_named
from geo_grid.redraw.net import Net
from geo_grid.redraw.painting import carve, extend, paint, shrink
from geo_grid.redraw.refusals import Locked, MoveRefused, Place
from geo_grid.redraw.shifting import reshape

_RUNS: dict[str, Callable[[Net, Any], Made]] = {
    "split": split,
    "split_grid": split_grid,
    "merge": merge,
    "reshape": reshape,
    "paint": paint,
    "carve": carve,
    "transfer": transfer,
    "dissolve": dissolve,
    "extend": extend,
    "shrink": shrink,
    "rename": rename,
}


def run(net: Net, move: Move, *, locked: Iterable[str] = ()) -> Made:
    """What the move changes on the net, and the codes of its new grids; raises the refusal that holds."""
    try:
        changes, codes = _RUNS[move.kind](net, move)
        _check_locks(net, changes, frozenset(locked))
    except MoveRefused as refused:
        if refused.place is None:
            refused.place = _somewhere(net, move, refused.grids)
        raise
    return changes, codes


def _somewhere(net: Net, move: Move, grids: Iterable[str]) -> Place | None:
    """A place to look at for a refusal that has none of its own: in a grid it is about, else on what was drawn."""
    for code in grids:
        if net.get(code) is not None:
            at = shapely.point_on_surface(net.outline(code))
            return float(at.x), float(at.y)
    for x, y in getattr(move, "line", None) or getattr(move, "region", None) or ():
        if abs(x) <= LARGEST and abs(y) <= LARGEST:
            return x, y
    return _somewhere(net, move, grids_named(move)) if not grids and grids_named(move) else None


def _check_locks(net: Net, changes: ChangeSet, locked: frozenset[str]) -> None:
    """Refuse a change of a locked grid: nothing goes in, nothing comes out, at any tier below it either."""
    if not locked:
        return
    later = net.after(changes)
    for code, (old, new) in sorted(changes.rows.items()):
        for view, row in ((net, old), (later, new)):
            if row is None:
                continue
            held = locked & {row.code, *(above.code for above in view.ancestors(row.code))}
            if held and is_more_than_a_vertex(old, new):
                name = min(held)
                raise Locked("locked", grids=(name, code), grid=name)


def is_more_than_a_vertex(old: Any, new: Any) -> bool:
    """Whether more changes than that a neighbour's line put a vertex on the border."""
    if old is None or new is None or (old.parent, old.name) != (new.parent, new.name):
        return True
    if old.own is None or new.own is None:
        return old.own is not new.own
    off = old.own.symmetric_difference(new.own)
    return bool(off.area > 0.001 * off.length)
