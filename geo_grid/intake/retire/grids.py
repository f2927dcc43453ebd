"""Grids that the files no longer hold: which of them go, who takes their ground, and whom that touches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.checks.finding import Finding
from geo_grid.grids import Grid, Net, read_grounds, read_middles
from geo_grid.households import households_in
from geo_grid.intake.digest import digest
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.retire.choice import Retiring
from geo_grid.intake.retire.missing import Gone, Missing, Taker
from geo_grid.partition import locate
from geo_grid.partition.lattice import Geometries
from geo_grid.staffing import posts_of_grids
from geo_grid.vocabulary import Tier

#: What is said of grids that cannot be retired, with what to do about it.
SAYS = {
    "gone_ground": (
        "no grid of the files takes %(area)s of the ground of %(grid)s, which is to be retired",
        "draw this ground into a grid of the files, or keep the grid",
    ),
    "gone_children": (
        "%(grid)s lies in %(parent)s, which is to be retired",
        "bring it in the files under another parent, or retire it too",
    ),
}
#: Gives the middle of each grid by its code, in the county's CRS.
Middles = Callable[[Sequence[str]], Mapping[str, tuple[float, float]]]
#: Ground below this is what floating point leaves of a difference.
_LEAST_M2 = 0.01


def leaving_grids(rows: Sequence[GridRow], net: Net, retiring: Retiring, middles: Middles) -> list[Grid]:
    """The standing grids that go: of the tiers of the rows, in none of them, and chosen to be retired."""
    if not retiring.touches("grids"):
        return []
    missing = missing_grids(rows, net)
    within = _within(rows, missing, middles)
    return [grid for grid in missing if retiring.takes("grids", grid.tier.code, grid.code, within=grid.code in within)]


def _within(rows: Sequence[GridRow], missing: Sequence[Grid], middles: Middles) -> set[str]:
    """The codes of the missing grids whose middle lies in what the rows surround together."""
    return surrounded(rows, middles([grid.code for grid in missing])) if missing else set()


def surrounded(rows: Sequence[GridRow], at: Mapping[str, tuple[float, float]]) -> set[str]:
    """The names of the points that lie in what the rows surround together."""
    extent = shapely.convex_hull(shapely.multipoints(shapely.get_coordinates([row.geom for row in rows])))
    codes = list(at)
    shapely.prepare(extent)
    inside = shapely.intersects_xy(extent, np.array([at[code] for code in codes]).reshape(-1, 2))
    return {code for code, here in zip(codes, np.atleast_1d(inside).tolist(), strict=True) if here}


def missing_grids(rows: Sequence[GridRow], net: Net) -> list[Grid]:
    """The standing grids of the rows' tiers that are in none of the rows, by code."""
    tiers, given = {row.tier for row in rows}, {row.code for row in rows}
    bare = {(row.tier, digest(row.geom)) for row in rows if not row.code}
    found = [grid for code, grid in net.grids.items() if grid.tier in tiers and code not in given]
    return sorted((grid for grid in found if (grid.tier, grid.shape) not in bare), key=lambda grid: grid.code)


def gone_grids(conn: Connection, rows: Sequence[GridRow], net: Net, leaving: Collection[str], day: date) -> Gone:
    """The missing grids with whom they touch; `net` still holds them.

    Those beyond the extent of the files are only named.
    """
    missing = missing_grids(rows, net)
    if not missing:
        return Gone()
    within = _within(rows, missing, partial(read_middles, conn))
    asked = [grid for grid in missing if grid.code in within or grid.code in leaving]
    codes = [grid.code for grid in asked]
    grounds = read_grounds(conn, codes)
    takers = _Takers([row for row in rows if row.tier.is_leaf], households_in(conn, codes))
    posts: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for post, name in posts_of_grids(conn, codes, day):
        posts[post.grid] += 1
        people[post.grid] += name is not None
    things = [
        replace(
            takers.missing(grid, grounds[grid.code], posts[grid.code], people[grid.code], retired=grid.code in leaving),
            within=grid.code in within,
        )
        for grid in asked
    ]
    things.sort(key=lambda one: (-_taken(one), one.code))
    named = set(codes)
    beyond = [Missing(grid.code, grid.tier.code, grid.name, within=False) for grid in missing if grid.code not in named]
    return Gone([*things, *beyond])


def _taken(one: Missing) -> float:
    """The share of a missing grid's ground that others take: who lost most of it comes first in lists."""
    return round(1 - one.bare_m2 / one.area_m2, 2) if one.area_m2 else 0.0


@dataclass(frozen=True, slots=True)
class _Homes:
    """The households of one missing grid: how many, and how many of them each leaf of the files holds then."""

    count: int
    by_leaf: Mapping[int, int]


class _Takers:
    """The leaves of the files, asked for whose ground they take."""

    def __init__(self, leaves: Sequence[GridRow], homes: tuple[Sequence[str], Sequence[str], Any]) -> None:
        self._leaves = leaves
        self._shapes: Geometries = np.array([row.geom for row in leaves], dtype=object)
        self._tree = shapely.STRtree(self._shapes)
        self._homes = self._by_grid(homes)

    def _by_grid(self, homes: tuple[Sequence[str], Sequence[str], Any]) -> dict[str, _Homes]:
        """The households by the grid they are in now."""
        _, grids, at = homes
        inside: list[int] = locate(at, self._shapes).tolist() if len(self._shapes) else [-1] * len(grids)
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for grid, leaf in zip(grids, inside, strict=True):
            counts[grid][leaf] += 1
        return {grid: _Homes(found.total(), found) for grid, found in counts.items()}

    def missing(self, grid: Grid, ground: Any, posts: int, people: int, *, retired: bool) -> Missing:
        """The missing grid with whom it touches; `ground` is what it owns itself, None for nothing."""
        homes = self._homes.get(grid.code, _Homes(0, {}))
        takers, bare = ((), None) if ground is None else self._split(ground, homes)
        return Missing(
            grid.code,
            grid.tier.code,
            grid.name,
            retired,
            homes.count,
            posts,
            people,
            0.0 if ground is None else round(float(ground.area), 3),
            takers,
            0.0 if bare is None else round(float(bare.area), 3),
            None if bare is None else _inside(bare),
        )

    def _split(self, ground: Any, homes: _Homes) -> tuple[tuple[Taker, ...], Any]:
        """The leaves that take some ground, largest share first, and what none of them takes (None for nothing)."""
        near = np.sort(self._tree.query(ground, predicate="intersects")) if len(self._shapes) else np.array([], int)
        if len(near) == 0:
            return (), ground
        shares = shapely.area(shapely.intersection(self._shapes[near], ground))
        rest = shapely.difference(ground, shapely.union_all(self._shapes[near]))
        found = [
            Taker(self._leaves[leaf].code, round(share, 3), homes.by_leaf.get(leaf, 0))
            for leaf, share in zip(near.tolist(), shares.tolist(), strict=True)
            if share > _LEAST_M2
        ]
        bare = rest if shapely.area(rest) > _LEAST_M2 else None
        return tuple(sorted(found, key=lambda one: (-one.area_m2, one.code))), bare


def _inside(ground: Any) -> tuple[float, float]:
    """A place on some ground."""
    inside = shapely.point_on_surface(ground)
    return float(inside.x), float(inside.y)


def obstacles(gone: Gone, rows: Sequence[GridRow], net: Net) -> list[Finding]:
    """Why grids cannot be retired: ground that no leaf of the files takes, and grids that would lose their parent.

    `net` no longer holds those that go.
    """
    leaving = {one.code for one in gone.retired}
    given = {row.code for row in rows}
    found = [_bare(one) for one in gone.retired if one.bare_m2 and Tier[one.kind].is_leaf]
    found += [
        Finding.of(
            "gone_children",
            grid.code,
            *SAYS["gone_children"],
            facts={"grid": grid.code, "parent": grid.parent or ""},
        )
        for grid in net.grids.values()
        if grid.parent in leaving and grid.code not in given
    ]
    return found


def _bare(one: Missing) -> Finding:
    """What is said of a leaf whose ground nobody takes."""
    lost = one.households - sum(taker.households for taker in one.takers)
    return Finding.of(
        "gone_ground",
        one.code,
        *SAYS["gone_ground"],
        facts={"grid": one.code, "area": f"{one.bare_m2:.1f} m²"},
        households=lost,
        area_m2=one.bare_m2,
        point=one.point,
    )


def flows(gone: Gone) -> list[tuple[str, str, float, int]]:
    """Which retired grid went into which, by area and households, for the lineage."""
    return [(one.code, taker.code, taker.area_m2, taker.households) for one in gone.retired for taker in one.takers]
