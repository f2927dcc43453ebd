"""From rows as they shall be to all that follows: outlines, households' grids, and the proof that the net holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely

from geo_grid.grids import is_root, may_hold
from geo_grid.partition import cancels, locate, region
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Net
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
from geo_grid.redraw.rows import COUNTY, Door, Row

#: A new vertex on the county's outline may move it by a rounding, in metres.
_KINK_M = 0.001

Weighted = list[tuple[object, int]]


def settle(
    net: Net, wanted: Mapping[str, Row | None], *, moves_outline: bool = False, restores: bool = False
) -> ChangeSet:
    """All that changes when the rows become as wanted (None: gone); raises the refusal of whatever may not be.

    The ground before and after is compared edge for edge: with valid shapes an empty difference proves that what
    changed fills the same place as before, exactly once. `restores` says that the rows come back to what they were
    once: then households may lie on ground that no leaf covers, if they did.
    """
    rows = {code: (net.get(code), row) for code, row in wanted.items()}
    rows = {code: (old, new) for code, (old, new) in rows.items() if old != new}
    if not rows:
        raise NothingChanges("nothing_changes", grids=tuple(wanted))
    later = net.after(ChangeSet(rows))
    _check_rows(rows)
    _check_tree(later, rows)
    outlines = _outlines(net, later, rows)
    if not (moves_outline or restores) and COUNTY in outlines:
        _check_outline(*outlines[COUNTY])
    doors, homes = _homes(net, rows)
    if not restores:
        _check_covered(rows, doors, homes)
    return ChangeSet(rows, outlines, homes)


def _check_rows(rows: Mapping[str, tuple[Row | None, Row | None]]) -> None:
    """Refuse leaves without ground and ground that is not a sound area."""
    for code, (_, new) in rows.items():
        if new is None:
            continue
        if new.tier.is_leaf and new.own is None:
            raise LosesAllGround("loses_all", grids=(code,), grid=code)
        if new.own is not None and not shapely.is_valid(new.own):
            raise UnstableGround("unsound", grids=(code,), grid=code)


def _check_tree(later: Net, rows: Mapping[str, tuple[Row | None, Row | None]]) -> None:
    """Refuse parents of the wrong tier, cycles, and parents with nothing in them."""
    for code, (old, new) in rows.items():
        if new is not None and (old is None or old.parent != new.parent):
            check_place(later, new)
        if new is None and old is not None and not old.tier.is_leaf and later.children(code):
            raise EmptyParent("still_holds", grids=(code,), grid=code)
    for head in sorted(_at_risk(rows)):
        row = later.get(head)
        if row is not None and row.own is None and not later.children(head):
            raise EmptyParent("left_empty", grids=(head,), grid=head)


def _at_risk(rows: Mapping[str, tuple[Row | None, Row | None]]) -> set[str]:
    """The grids that may be left with nothing in them: new ones, and those that lost ground or a child."""
    heads = set()
    for code, (old, new) in rows.items():
        if old is not None and old.parent is not None and (new is None or new.parent != old.parent):
            heads.add(old.parent)
        if new is not None and not new.tier.is_leaf and new.own is None and (old is None or old.own is not None):
            heads.add(code)
    return heads


def check_place(net: Net, row: Row) -> None:
    """Refuse a row whose parent is of the wrong tier or lies below it."""
    if row.parent is None:
        if not is_root(row.tier):
            raise WrongTier("needs_parent", grids=(row.code,), grid=row.code, tier=row.tier.code)
        return
    above = net.row(row.parent)
    seen = {row.code}
    step: Row | None = above
    while step is not None:
        if step.code in seen:
            raise Cycle("cycle", grids=(row.code, above.code), grid=row.code)
        seen.add(step.code)
        step = None if step.parent is None else net.row(step.parent)
    if not may_hold(above.tier, row.tier):
        tiers: dict[str, Any] = {"tier": row.tier.code, "tier_parent": above.tier.code}
        raise WrongTier("cannot_lie_in", grids=(row.code, above.code), grid=row.code, parent=above.code, **tiers)


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
    for heads in _heads_narrow_first(net, later, rows):
        same = {code for code, old, new in heads if old and new and not _differs(gains.get(code, []))}
        moving = {code for code, old, new in heads if (old and old.parent) != (new and new.parent)}
        net.prepare_outlines(
            [code for code, old, _ in heads if old is not None and (code not in same or code in moving)]
        )
        for code, old, new in heads:
            difference = [] if code in same else gains.get(code, [])
            before = net.outline(code) if old is not None and (code not in same or code in moving) else None
            after = before if code in same else None if new is None else _summed(before, difference)
            if code not in same:
                changed[code] = (before, after)
            push(old, new, before, after, difference)
    if _differs(gains.get(COUNTY, [])):
        before = net.outline(COUNTY)
        changed[COUNTY] = (before, _summed(before, gains[COUNTY]))
    return changed


def _heads_narrow_first(
    net: Net, later: Net, rows: Mapping[str, tuple[Row | None, Row | None]]
) -> list[list[tuple[str, Row | None, Row | None]]]:
    """Every grid that holds others and may span something else afterwards, before and after, tier by tier."""
    found: dict[str, tuple[Row | None, Row | None]] = {}
    for code, pair in rows.items():
        for view, row in zip((net, later), pair, strict=True):
            if row is None:
                continue
            for head in (row, *view.ancestors(code)):
                if not head.tier.is_leaf:
                    found[head.code] = (net.get(head.code), later.get(head.code))
    by_rank: dict[int, list[tuple[str, Row | None, Row | None]]] = {}
    for code, (old, new) in sorted(found.items()):
        by_rank.setdefault((old or new).tier.rank, []).append((code, old, new))  # type: ignore[union-attr]
    return [by_rank[rank] for rank in sorted(by_rank, reverse=True)]


def _differs(difference: Weighted) -> bool:
    """Whether the ground added is not just the ground taken away."""
    shapes = np.empty(len(difference), dtype=object)
    shapes[:] = [shape for shape, _ in difference]
    return len(difference) > 0 and not cancels(shapes, np.array([sign for _, sign in difference], dtype=np.int64))


def _summed(before: object, difference: Weighted) -> object:
    """The outline with the ground added and taken away."""
    shapes = np.empty(len(difference) + 1, dtype=object)
    shapes[:] = [*(shape for shape, _ in difference), before]
    return region(shapes, np.array([*(sign for _, sign in difference), 1], dtype=np.int64))


def _check_outline(before: object, after: object) -> None:
    """Refuse a change of the county's outline that is more than a vertex put on it."""
    off = shapely.symmetric_difference(before, after)
    if after is None or shapely.area(off) > _KINK_M * shapely.length(off):
        place = None if after is None else shapely.get_coordinates(shapely.point_on_surface(off))[0]
        at = None if place is None else (float(place[0]), float(place[1]))
        raise OutsideCounty("outline_moves", place=at)


def _homes(
    net: Net, rows: Mapping[str, tuple[Row | None, Row | None]]
) -> tuple[list[Door], dict[str, tuple[str, str]]]:
    """The households of the ground that changes; for those that lie in another grid afterwards, before and after."""
    owns = {code: (old and old.own, new and new.own) for code, (old, new) in rows.items()}
    owns = {code: pair for code, pair in owns.items() if pair[0] != pair[1]}
    doors = net.doors([code for code, (before, _) in owns.items() if before is not None])
    codes = [code for code, (_, after) in owns.items() if after is not None]
    cells = np.empty(len(codes), dtype=object)
    cells[:] = [owns[code][1] for code in codes]
    found = locate([(door.x, door.y) for door in doors], cells)
    lost = [door for door, place in zip(doors, found, strict=True) if place < 0]
    if lost:
        grids = tuple(sorted({door.grid for door in lost}))
        raise HouseholdsOutside("households_outside", grids=grids, place=lost[0][1:3], households=len(lost))
    homes = {
        door.code: (door.grid, codes[place])
        for door, place in zip(doors, found, strict=True)
        if door.grid != codes[place]
    }
    return doors, homes


def _check_covered(
    rows: Mapping[str, tuple[Row | None, Row | None]], doors: Iterable[Door], homes: Mapping[str, tuple[str, str]]
) -> None:
    """Refuse that households leave the leaves."""
    bare = [door for door, (before, after) in homes.items() if _is_leaf(rows[before]) and not _is_leaf(rows[after])]
    if bare:
        at = next(door for door in doors if door.code == bare[0])
        after = homes[bare[0]][1]
        raise HouseholdsUncovered(
            "households_uncovered", grids=(after,), place=(at.x, at.y), grid=after, households=len(bare)
        )


def _is_leaf(pair: tuple[Row | None, Row | None]) -> bool:
    """Whether the grid of a change is a leaf."""
    row = pair[0] or pair[1]
    return row is not None and row.tier.is_leaf
