"""From rows as they shall be to all that follows: outlines, households' grids, and the proof that the net holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import shapely

from geo_grid.grids import is_root, may_hold
from geo_grid.partition import cancels, locate, region
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import COUNTY, Net, Row
from geo_grid.redraw.refusals import (
    Cycle,
    EmptyParent,
    HouseholdsOutside,
    HouseholdsUncovered,
    LosesAllGround,
    NothingChanges,
    OutsideCounty,
    UnstableGround,
    WrongTier,
)

#: A new vertex on the county's outline may move it by a rounding, in metres.
_KINK_M = 0.001

Weighted = list[tuple[object, int]]


def settle(net: Net, wanted: Mapping[str, Row | None], *, moves_outline: bool = False) -> ChangeSet:
    """All that changes when the rows become as wanted (None: gone); raises the refusal of whatever may not be.

    The ground before and after is compared edge for edge: with valid shapes an empty difference proves that what
    changed fills the same place as before, exactly once.
    """
    rows = {code: (net.get(code), row) for code, row in wanted.items()}
    rows = {code: (old, new) for code, (old, new) in rows.items() if old != new}
    if not rows:
        raise NothingChanges("the move changes nothing: draw or choose something else", grids=tuple(wanted))
    later = net.after(ChangeSet(rows))
    _check_rows(rows)
    _check_tree(later, rows)
    outlines = _outlines(net, later, rows)
    if not moves_outline and COUNTY in outlines:
        _check_outline(*outlines[COUNTY])
    return ChangeSet(rows, outlines, _homes(net, rows))


def _check_rows(rows: Mapping[str, tuple[Row | None, Row | None]]) -> None:
    """Refuse leaves without ground and ground that is not a sound area."""
    for code, (_, new) in rows.items():
        if new is None:
            continue
        if new.tier.is_leaf and new.own is None:
            raise LosesAllGround(f"grid {code} would lose all its ground: draw less, or merge it", grids=(code,))
        if new.own is not None and not shapely.is_valid(new.own):
            raise UnstableGround(f"the ground of grid {code} would not be a sound area: draw elsewhere", grids=(code,))


def _check_tree(later: Net, rows: Mapping[str, tuple[Row | None, Row | None]]) -> None:
    """Refuse parents of the wrong tier, cycles, and parents with nothing in them."""
    for code, (old, new) in rows.items():
        if new is not None and (old is None or old.parent != new.parent):
            check_place(later, new)
        if new is None and old is not None and not old.tier.is_leaf and later.children(code):
            raise EmptyParent(f"grid {code} still holds grids: give them another parent first", grids=(code,))
    heads = {row.parent for pair in rows.values() for row in pair if row is not None and row.parent is not None}
    heads |= {code for code, (_, new) in rows.items() if new is not None and not new.tier.is_leaf}
    for head in sorted(heads):
        row = later.get(head)
        if row is not None and row.own is None and not later.children(head):
            raise EmptyParent(f"grid {head} would be left without ground: merge or dissolve it instead", grids=(head,))


def check_place(net: Net, row: Row) -> None:
    """Refuse a row whose parent is of the wrong tier or lies below it."""
    if row.parent is None:
        if not is_root(row.tier):
            raise WrongTier(f"{_named(row)} needs a parent: name one of a wider tier", grids=(row.code,))
        return
    above = net.row(row.parent)
    seen = {row.code}
    step: Row | None = above
    while step is not None:
        if step.code in seen:
            raise Cycle(f"grid {row.code} would lie in itself: choose another parent", grids=(row.code, above.code))
        seen.add(step.code)
        step = None if step.parent is None else net.row(step.parent)
    if not may_hold(above.tier, row.tier):
        message = f"{_named(row)} cannot lie in {_named(above)}: choose a parent of another tier"
        raise WrongTier(message, grids=(row.code, above.code))


def _outlines(
    net: Net, later: Net, rows: Mapping[str, tuple[Row | None, Row | None]]
) -> dict[str, tuple[object, object]]:
    """The outlines that change, before and after, from the narrowest tier up; a branch ends where nothing changes."""
    gains: dict[str, Weighted] = {}

    def push(old: Row | None, new: Row | None, before: object, after: object, difference: Weighted) -> None:
        above_old = None if old is None else (old.parent or COUNTY)
        above_new = None if new is None else (new.parent or COUNTY)
        if above_old == above_new:
            if above_old is not None:
                gains.setdefault(above_old, []).extend(difference)
            return
        if above_old is not None and before is not None:
            gains.setdefault(above_old, []).append((before, -1))
        if above_new is not None and after is not None:
            gains.setdefault(above_new, []).append((after, 1))

    for code, (old, new) in rows.items():
        before, after = None if old is None else old.own, None if new is None else new.own
        ground: Weighted = [] if before == after else [(g, s) for g, s in ((after, 1), (before, -1)) if g is not None]
        if (old or new).tier.is_leaf:  # type: ignore[union-attr]
            push(old, new, before, after, ground)
        else:
            gains.setdefault(code, []).extend(ground)
    changed: dict[str, tuple[object, object]] = {}
    for code, old, new in _heads_narrow_first(net, later, rows):
        difference = gains.get(code, [])
        before = None if old is None else net.outline(code)
        after = _summed(before, difference) if new is not None else None
        same = old is not None and new is not None and after is before
        if not same:
            changed[code] = (before, after)
        push(old, new, before, after, [] if same else difference)
    difference = gains.get(COUNTY, [])
    if difference:
        before = net.outline(COUNTY)
        after = _summed(before, difference)
        if after is not before:
            changed[COUNTY] = (before, after)
    return changed


def _heads_narrow_first(
    net: Net, later: Net, rows: Mapping[str, tuple[Row | None, Row | None]]
) -> Iterable[tuple[str, Row | None, Row | None]]:
    """Every grid that holds others and may span something else afterwards, before and after."""
    found: dict[str, tuple[Row | None, Row | None]] = {}
    for code, pair in rows.items():
        for view, row in zip((net, later), pair, strict=True):
            if row is None:
                continue
            for head in (row, *view.ancestors(code)):
                if not head.tier.is_leaf:
                    found[head.code] = (net.get(head.code), later.get(head.code))
    ordered = sorted(found.items(), key=lambda one: (-(one[1][0] or one[1][1]).tier.rank, one[0]))  # type: ignore[union-attr]
    return [(code, old, new) for code, (old, new) in ordered]


def _summed(before: object, difference: Weighted) -> object:
    """The outline with the ground added and taken away; `before` itself when that comes to nothing."""
    shapes = np.empty(len(difference) + 1, dtype=object)
    shapes[:] = [*(shape for shape, _ in difference), before]
    weight = np.array([*(sign for _, sign in difference), 1], dtype=np.int64)
    if len(difference) == 0 or cancels(shapes[:-1], weight[:-1]):
        return before
    return region(shapes, weight)


def _check_outline(before: object, after: object) -> None:
    """Refuse a change of the county's outline that is more than a vertex put on it."""
    off = shapely.symmetric_difference(before, after)
    if after is None or shapely.area(off) > _KINK_M * shapely.length(off):
        place = None if after is None else shapely.get_coordinates(shapely.point_on_surface(off))[0]
        at = None if place is None else (float(place[0]), float(place[1]))
        message = "the county's outline would move: use extend or shrink for that, or draw inside the county"
        raise OutsideCounty(message, place=at)


def _homes(net: Net, rows: Mapping[str, tuple[Row | None, Row | None]]) -> dict[str, tuple[str, str]]:
    """The households that lie in another grid afterwards: before and after."""
    owns = {code: (old and old.own, new and new.own) for code, (old, new) in rows.items()}
    owns = {code: pair for code, pair in owns.items() if pair[0] != pair[1]}
    doors = net.doors([code for code, (before, _) in owns.items() if before is not None])
    codes = [code for code, (_, after) in owns.items() if after is not None]
    cells = np.empty(len(codes), dtype=object)
    cells[:] = [owns[code][1] for code in codes]
    found = locate([(door.x, door.y) for door in doors], cells)
    lost = [door for door, place in zip(doors, found, strict=True) if place < 0]
    if lost:
        message = f"{len(lost)} households would lie outside the county: leave their ground in it"
        raise HouseholdsOutside(
            message, grids=tuple(sorted({door.grid for door in lost})), place=lost[0][1:3], households=len(lost)
        )
    homes = {
        door.code: (door.grid, codes[place])
        for door, place in zip(doors, found, strict=True)
        if door.grid != codes[place]
    }
    _check_covered(rows, doors, homes)
    return homes


def _check_covered(
    rows: Mapping[str, tuple[Row | None, Row | None]], doors: Iterable[object], homes: Mapping[str, tuple[str, str]]
) -> None:
    """Refuse that households leave the leaves."""
    bare = [door for door, (before, after) in homes.items() if _is_leaf(rows[before]) and not _is_leaf(rows[after])]
    if bare:
        at = next(door for door in doors if door[0] == bare[0])  # type: ignore[index]
        after = homes[bare[0]][1]
        message = f"{len(bare)} households would lie on ground of {after} that no leaf covers: give them to a leaf"
        raise HouseholdsUncovered(message, grids=(after,), place=(at[1], at[2]), households=len(bare))  # type: ignore[index]


def _is_leaf(pair: tuple[Row | None, Row | None]) -> bool:
    """Whether the grid of a change is a leaf."""
    row = pair[0] or pair[1]
    return row is not None and row.tier.is_leaf


def _named(row: Row) -> str:
    """A grid with its tier, for a sentence."""
    return f"{row.tier.en.lower()} {row.code}"
