"""What goes from which grid into which, by ground and by households, on every tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY, Door, Row
from geo_grid.vocabulary import Tier

#: Less ground than this is a vertex put on a border, in m².
_LEAST_M2 = 0.5
#: More edges than these that two shapes do not share are looked at as ground.
_MOST_APART = 24


@dataclass(frozen=True, slots=True)
class Flow:
    """Ground and households that leave one grid for another of its tier; '' is the outside of the county."""

    source: str
    target: str
    tier: Tier
    area_m2: float
    households: int
    persons: int


def flows_of(before: Net, after: Net, changes: ChangeSet) -> tuple[Flow, ...]:
    """The flows between leaves, and between the grids above them wherever those differ; the widest tier first."""
    area: dict[tuple[str, str, Tier], float] = defaultdict(float)
    doors: dict[tuple[str, str, Tier], list[int]] = defaultdict(list)
    for source, target, size in _pieces(before, changes):
        for pair in _tiers(before, after, source, target):
            area[pair] += size
    moved = [door for door in after.doors({new for _, new in changes.homes.values()}) if door.code in changes.homes]
    for door in moved:
        for pair in _tiers(before, after, changes.homes[door.code][0], door.grid):
            doors[pair].append(door.persons)
    for door in carried_doors(before, after, changes):
        for pair in _tiers(before, after, door.grid, door.grid):
            doors[pair].append(door.persons)
    pairs = {pair for pair in {*area, *doors} if area[pair] >= _LEAST_M2 or doors[pair]}
    found = [
        Flow(source, target, tier, round(max(area[source, target, tier], 0.0), 3), len(people), sum(people))
        for source, target, tier in pairs
        for people in (doors[source, target, tier],)
    ]
    return tuple(sorted(found, key=lambda flow: (flow.tier.rank, flow.source, flow.target)))


def _pieces(before: Net, changes: ChangeSet) -> list[tuple[str, str, float]]:
    """Ground by the grid that held it itself before and the one that does so after, in m²; '' for nobody."""
    olds = {code: old.own for code, (old, _) in changes.rows.items() if old is not None and old.own is not None}
    news = {code: new.own for code, (_, new) in changes.rows.items() if new is not None and new.own is not None}
    same = {code for code, own in olds.items() if code in news and _is_same(own, news[code])}
    found = [(code, code, float(shapely.area(olds[code]))) for code in same]
    olds = {code: own for code, own in olds.items() if code not in same}
    news = {code: own for code, own in news.items() if code not in same}
    # Where the county keeps its outline, a grid keeps what it does not give away.
    reaches_out = COUNTY in changes.outlines
    if olds and news:
        found += _shared(olds, news, with_itself=reaches_out)
    given: dict[str, float] = defaultdict(float)
    taken: dict[str, float] = defaultdict(float)
    for source, target, size in found:
        given[source] += size
        taken[target] += size
    left = {code: float(shapely.area(own)) - given[code] for code, own in olds.items()}
    found += [(code, "" if reaches_out else code, size) for code, size in left.items()]
    if reaches_out:
        found += [("", code, float(shapely.area(own)) - taken[code]) for code, own in news.items()]
    found += [(row.code, row.code, float(shapely.area(row.own))) for row in _carried_rows(before, changes)]
    return [piece for piece in found if piece[2] >= _LEAST_M2]


def _is_same(old: Any, new: Any) -> bool:
    """Whether two shapes differ by less ground than counts: by nothing, or by vertices put on a border.

    The edges that only one of them has run in loops, and all that differs lies inside these.
    """
    if abs(shapely.area(old) - shapely.area(new)) >= _LEAST_M2:
        return False
    if old == new:
        return True
    apart = _edges(old) ^ _edges(new)
    if len(apart) > _MOST_APART:
        return False
    lines = shapely.linestrings([[(a.real, a.imag), (b.real, b.imag)] for a, b in apart])
    loops = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    closed = shapely.is_closed(loops).all()
    return bool(closed and shapely.area(shapely.convex_hull(loops)).sum() < _LEAST_M2)


def _edges(shape: Any) -> set[tuple[complex, complex]]:
    """The edges of a shape, each with its lesser end first; ends as complex numbers."""
    found: set[tuple[complex, complex]] = set()
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        ends = shapely.get_coordinates(ring).view(np.complex128).ravel()
        found.update(
            zip(np.minimum(ends[:-1], ends[1:]).tolist(), np.maximum(ends[:-1], ends[1:]).tolist(), strict=True)
        )
    return found


def _shared(olds: Mapping[str, Any], news: Mapping[str, Any], *, with_itself: bool) -> list[tuple[str, str, float]]:
    """The ground that each of the old shapes shares with each of the new, in m²."""
    sources, targets = list(olds), list(news)
    tree = shapely.STRtree(list(news.values()))
    rows, places = tree.query(list(olds.values()), predicate="intersects")
    pairs = [(sources[row], targets[place]) for row, place in zip(rows.tolist(), places.tolist(), strict=True)]
    return [
        (source, target, float(shapely.area(shapely.intersection(olds[source], news[target]))))
        for source, target in pairs
        if with_itself or source != target
    ]


def _carried_rows(before: Net, changes: ChangeSet) -> list[Row]:
    """The grids with ground that did not change themselves but lie below one that got another parent."""
    heads = [
        code
        for code, (old, new) in changes.rows.items()
        if old is not None and not old.tier.is_leaf and (new is None or new.parent != old.parent)
    ]
    found = {row.code: row for head in heads for row in before.subtree(head) if row.own is not None}
    return [row for code, row in found.items() if code not in changes.rows]


def carried_doors(before: Net, after: Net, changes: ChangeSet) -> list[Door]:
    """The households that stay in their grid while a grid above it becomes another one."""
    codes = {row.code for row in _carried_rows(before, changes)}
    codes |= {code for code, (old, new) in changes.rows.items() if old and new and old.parent != new.parent}
    return [door for door in after.doors(codes) if door.code not in changes.homes]


def _tiers(before: Net, after: Net, source: str, target: str) -> list[tuple[str, str, Tier]]:
    """For each tier the grid that held the ground before and the one that does after, where they differ."""
    was, will = _by_tier(before, source), _by_tier(after, target)
    if not source or not target:
        return [(was.get(tier, ""), will.get(tier, ""), tier) for tier in {**was, **will}]
    leaf_source, leaf_target = before.row(source), after.row(target)
    found = [(was[tier], will[tier], tier) for tier in was if tier in will and was[tier] != will[tier]]
    if source != target and leaf_source.tier is not leaf_target.tier:
        found = [pair for pair in found if pair[2] not in {leaf_source.tier, leaf_target.tier}]
        found.append((source, target, leaf_target.tier))
    return found


def _by_tier(net: Net, code: str) -> dict[Tier, str]:
    """The grid and those above it, by tier; none for nobody."""
    if not code:
        return {}
    return {row.tier: row.code for row in (net.row(code), *net.ancestors(code))}
