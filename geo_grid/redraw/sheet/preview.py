"""The consequence sheet of a change set, put together from the nets before and after and the nouns of the database."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.partition import locate
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import Flow, carried_doors, flows_of
from geo_grid.redraw.heirs import likes_of
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import Row
from geo_grid.redraw.sheet import store
from geo_grid.redraw.sheet.drawing import draw
from geo_grid.redraw.sheet.model import (
    FEWEST,
    MOST,
    Figures,
    GridEffect,
    HouseholdMove,
    Preview,
    SiteMove,
    Totals,
)
from geo_grid.redraw.sheet.posts import post_moves
from geo_grid.redraw.words import Said
from geo_grid.vocabulary import LEAF_TIERS, Tier


def preview(
    conn: Connection,
    before: Net,
    changes: ChangeSet,
    *,
    srid: int,
    light: bool = False,
    earlier: ChangeSet | None = None,
) -> Preview:
    """What the changes mean; `light` leaves sites and posts out.

    `before` is the net as the database has it, or as the `earlier` changes left it.
    """
    after = before.after(changes)
    flows = flows_of(before, after, changes)
    codes = _concerned(flows, changes)
    desk = _Desk(conn, before, after, changes, codes, None if light else srid)
    if earlier is not None:
        desk.begin_after(earlier)
    effects = tuple(desk.effect(code) for code in codes)
    households = desk.households()
    posts = post_moves(before, after, changes, flows, desk.posts)
    sites = desk.site_moves()
    leaf_flows = [flow for flow in flows if flow.tier in LEAF_TIERS]
    totals = Totals(
        grids=len(effects),
        households=len(households),
        persons=sum(one.persons for one in households),
        sites=len(sites),
        posts=len(posts),
        area_m2=round(sum(flow.area_m2 for flow in leaf_flows), 3),
    )
    return Preview(
        effects,
        flows,
        households,
        sites,
        posts,
        _notes(effects),
        totals,
        lambda: draw(before, after, changes, effects, srid),
    )


def _concerned(flows: Iterable[Flow], changes: ChangeSet) -> list[str]:
    """The grids whose ground, households, place or name differ; not those that only got a vertex."""
    found = {code for flow in flows for code in (flow.source, flow.target) if code}
    for code, (old, new) in changes.rows.items():
        if old is None or new is None or (old.parent, old.name) != (new.parent, new.name):
            found.add(code)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Site:
    """A risk site or facility."""

    kind: str
    code: str
    name: str
    shape: Any


class _Desk:
    """What the sheet needs of the grids concerned, read at once."""

    def __init__(
        self, conn: Connection, before: Net, after: Net, changes: ChangeSet, codes: Sequence[str], srid: int | None
    ) -> None:
        self.conn, self.before, self.after, self.changes = conn, before, after, changes
        self.old = {code: row for code in codes if (row := before.get(code)) is not None}
        self.new = {code: row for code in codes if (row := after.get(code)) is not None}
        before.prepare_outlines([code for code, row in self.old.items() if not row.tier.is_leaf])
        before.doors([code for code, row in (self.old | self.new).items() if row.tier.is_leaf])
        self.old_outline = {code: before.outline(code) for code in self.old}
        self.new_outline = {code: after.outline(code) for code in self.new}
        heads = [code for code, row in self.old.items() if not row.tier.is_leaf]
        self.sums = store.sums_below(conn, heads)
        self.gains = _gains(before, after, changes)
        self.likes = likes_of(before, changes)
        self.posts = store.posts_of(conn, [] if srid is None else sorted({*codes, *self.likes.values()}))
        self.posts_at = Counter(post.grid for post in self.posts)
        self.filled_at = Counter(post.grid for post in self.posts if post.worker is not None)
        self.workers_at = {
            code: len({post.worker for post in self.posts if post.grid == code and post.worker}) for code in codes
        }
        self.sites = [] if srid is None else self._sites(srid)
        self.sites_before = self._sites_in(self.old_outline)
        self.sites_after = self._sites_in(self.new_outline)
        self.means = store.households_by_tier(conn)

    def begin_after(self, earlier: ChangeSet) -> None:
        """Take what the database tells of wide grids as of before the earlier changes."""
        base = self.before.after(~earlier)
        for code, (households, persons) in _gains(base, self.before, earlier).items():
            was = self.sums.get(code, (0, 0))
            self.sums[code] = (was[0] + households, was[1] + persons)

    def effect(self, code: str) -> GridEffect:
        """The grid before and after."""
        old, new = self.old.get(code), self.new.get(code)
        row = new if new is not None else self.old[code]
        return GridEffect(
            code,
            row.name,
            row.tier,
            row.parent,
            _change(old, new),
            None if old is None else self._figures(old, is_after=False),
            None if new is None else self._figures(new, is_after=True),
        )

    def _figures(self, row: Row, *, is_after: bool) -> Figures:
        """A grid in figures."""
        shape = (self.new_outline if is_after else self.old_outline)[row.code]
        households, persons = self._people(row, is_after=is_after)
        sites = (self.sites_after if is_after else self.sites_before).get(row.code, Counter())
        area, perimeter = float(shapely.area(shape)), float(shapely.length(shape))
        posts = self.posts_at[row.code]
        if is_after and row.code not in self.old:
            posts = self.posts_at[self.likes.get(row.code, "")]
        filled = self.filled_at[row.code]
        return Figures(
            households,
            persons,
            round(area, 3),
            round(perimeter, 3),
            round(4 * math.pi * area / perimeter**2, 4) if perimeter else 0.0,
            int(shapely.get_num_geometries(shape)),
            sites["risk_site"],
            sites["facility"],
            posts,
            self.workers_at.get(row.code, 0),
            posts - filled,
            _size(row.tier, households),
            self._load(row.tier, households),
        )

    def _people(self, row: Row, *, is_after: bool) -> tuple[int, int]:
        """How many households and persons are in a grid and all below it."""
        if row.tier.is_leaf:
            doors = (self.after if is_after else self.before).doors([row.code])
            return len(doors), sum(door.persons for door in doors)
        households, persons = self.sums.get(row.code, (0, 0))
        more = self.gains.get(row.code, (0, 0)) if is_after else (0, 0)
        return households + more[0], persons + more[1]

    def _load(self, tier: Tier, households: int) -> float | None:
        """The households by the mean of the tier."""
        grids, doors = self.means.get(tier.code, (0, 0))
        if tier not in LEAF_TIERS:
            doors = sum(count for _, count in self.means.values())
        return round(households * grids / doors, 3) if doors and grids else None

    def _sites(self, srid: int) -> list[_Site]:
        """The sites near the ground that changes."""
        shapes = np.array([*self.old_outline.values(), *self.new_outline.values()], dtype=object)
        if len(shapes) == 0:
            return []
        box = shapely.total_bounds(shapes)
        if not np.isfinite(box).all():
            return []
        rows = store.sites_in(self.conn, box.tolist(), srid)
        shapes = shapely.from_wkb([bytes(row.shape) for row in rows])
        return [_Site(row.kind, row.code, row.name, shape) for row, shape in zip(rows, shapes, strict=True)]

    def _sites_in(self, outlines: Mapping[str, Any]) -> dict[str, Counter[str]]:
        """How many sites of each kind lie in each grid."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for code, kind, _ in self._meetings(outlines):
            found[code][kind] += 1
        return found

    def _meetings(self, outlines: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Which sites lie in which grids: grid, kind, site."""
        found: list[tuple[str, str, str]] = []
        risks = [site for site in self.sites if site.kind == "risk_site"]
        points = [site for site in self.sites if site.kind == "facility"]
        shapes = np.empty(len(risks), dtype=object)
        shapes[:] = [site.shape for site in risks]
        at = [(float(site.shape.x), float(site.shape.y)) for site in points]
        for code, outline in outlines.items():
            shapely.prepare(outline)
            hits = np.flatnonzero(shapely.intersects(outline, shapes)).tolist()
            found += [(code, "risk_site", risks[place].code) for place in hits]
            inside = locate(at, np.array([outline], dtype=object))
            found += [(code, "facility", points[place].code) for place in np.flatnonzero(inside >= 0)]
        return found

    def site_moves(self) -> tuple[SiteMove, ...]:
        """The sites that lie in other leaves afterwards."""
        was: dict[tuple[str, str], set[str]] = defaultdict(set)
        will: dict[tuple[str, str], set[str]] = defaultdict(set)
        for target, outlines, rows in ((was, self.old_outline, self.old), (will, self.new_outline, self.new)):
            leaves = {code: shape for code, shape in outlines.items() if rows[code].tier.is_leaf}
            for code, kind, site in self._meetings(leaves):
                target[kind, site].add(code)
        return tuple(
            SiteMove(site.kind, site.code, site.name, tuple(sorted(was[key])), tuple(sorted(will[key])))
            for site in self.sites
            if was[key := (site.kind, site.code)] != will[key]
        )

    def households(self) -> tuple[HouseholdMove, ...]:
        """The households that lie in another grid afterwards."""
        homes = self.changes.homes
        address = store.addresses(self.conn, list(homes))
        moved = self.after.doors({new for _, new in homes.values()})
        return tuple(
            HouseholdMove(door.code, address.get(door.code, ""), door.persons, homes[door.code][0], door.grid)
            for door in moved
            if door.code in homes
        )


def _gains(before: Net, after: Net, changes: ChangeSet) -> dict[str, tuple[int, int]]:
    """How many households and persons each grid above the leaves gains by the changes (less than 0: loses)."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    moved = after.doors({new for _, new in changes.homes.values()})
    carried = carried_doors(before, after, changes)
    for door in [*(door for door in moved if door.code in changes.homes), *carried]:
        source = changes.homes.get(door.code, (door.grid, ""))[0]
        was = {source, *(row.code for row in before.ancestors(source))}
        will = {door.grid, *(row.code for row in after.ancestors(door.grid))}
        for codes, sign in ((will - was, 1), (was - will, -1)):
            for code in codes:
                found[code][0] += sign
                found[code][1] += sign * door.persons
    return {code: (doors, persons) for code, (doors, persons) in found.items()}


def _change(old: Row | None, new: Row | None) -> str:
    """What changes of a grid, in a word."""
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old.parent != new.parent:
        return "parent"
    if old.own != new.own:
        return "ground"
    return "name" if old.name != new.name else "derived"


def _size(tier: Tier, households: int) -> str:
    """Whether the households are as many as a grid of the tier should hold."""
    if tier is not Tier.MICRO:
        return "within"
    if households == 0:
        return "none"
    return "few" if households < FEWEST else "many" if households > MOST else "within"


def _notes(effects: Sequence[GridEffect]) -> tuple[Said, ...]:
    """What to look at twice."""
    found = []
    for effect in effects:
        if effect.after is None:
            continue
        before, households, parts = effect.before, effect.after.households, effect.after.parts
        if effect.after.size != "within" and (before is None or before.size != effect.after.size):
            facts = {"grid": effect.code, "households": households, "fewest": FEWEST, "most": MOST}
            found.append(Said("out_of_size", facts))
        if parts > 1 and (before is None or before.parts < parts):
            found.append(Said("in_parts", {"grid": effect.code, "parts": parts}))
    return tuple(found)
