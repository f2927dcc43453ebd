"""What goes from which grid into which, by ground and by households, on every tier."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import shapely

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Door, Net, Row
from geo_grid.vocabulary import Tier

#: Less ground than this is a vertex put on a border, in m².
_LEAST_M2 = 0.5


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
    found = [(code, code, float(shapely.area(own))) for code, own in olds.items() if news.get(code) == own]
    same = {code for code, _, _ in found}
    olds = {code: own for code, own in olds.items() if code not in same}
    news = {code: own for code, own in news.items() if code not in same}
    if olds and news:
        old_codes, new_codes = list(olds), list(news)
        tree = shapely.STRtree([news[code] for code in new_codes])
        rows, places = tree.query([olds[code] for code in old_codes], predicate="intersects")
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            source, target = old_codes[row], new_codes[place]
            size = float(shapely.area(shapely.intersection(olds[source], news[target])))
            found.append((source, target, size))
    spread: dict[str, float] = defaultdict(float)
    gathered: dict[str, float] = defaultdict(float)
    for source, target, size in found:
        spread[source] += size
        gathered[target] += size
    found += [(code, "", float(shapely.area(own)) - spread[code]) for code, own in olds.items()]
    found += [("", code, float(shapely.area(own)) - gathered[code]) for code, own in news.items()]
    found += [(row.code, row.code, float(shapely.area(row.own))) for row in _carried_rows(before, changes)]
    return [piece for piece in found if piece[2] >= _LEAST_M2]


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
