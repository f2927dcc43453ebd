"""Looking at a former state before it is restored: which grids, households and posts would change back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from geo_grid.grids import read_codes
from geo_grid.journal import data_version
from geo_grid.rewind import store
from geo_grid.rewind.difference import Difference, differing
from geo_grid.rewind.model import Consequences, GridBack, Then
from geo_grid.vocabulary import Tier

#: How many of the later change sets are listed.
MOST_LATER = 50


def look(conn: Connection, then: Then, *, place: str | None = None) -> Consequences:
    """What restoring `then` would do, for the county or for the grid `place` and all that lies in it.

    Raises `NotFound` for a place that there never was.
    """
    return consequences(conn, then, differing(conn, then.version, place), place)


def consequences(conn: Connection, then: Then, found: Difference, place: str | None) -> Consequences:
    """The difference as it is shown."""
    households = found.rows["households"]
    came, left = Counter[int](), Counter[int]()
    for row in households:
        if row.stood:
            came[row.hung_then] += 1
        if row.stands:
            left[row.hung_now] += 1
    moved = sum(1 for row in households if row.stood and row.stands and row.hung_then != row.hung_now)
    shown = {grid.id for grid in found.grids}
    here = store.count_households(conn, list(shown))
    codes = codes_then(conn, found)
    count, later = store.read_later(conn, then.version, MOST_LATER)
    return Consequences(
        then,
        data_version(conn),
        place,
        later,
        count,
        tuple(_grid(grid, codes, here.get(grid.id, 0), came[grid.id] - left[grid.id]) for grid in found.grids),
        found.counts(),
        moved,
        found.obstacles,
    )


def codes_then(conn: Connection, found: Difference) -> dict[str, str]:
    """The former codes of the grids that stood then and got another one since, by their present codes."""
    former: dict[str, str] = {}
    present: dict[str, str] = {}
    for old, fresh in store.renamed_since(conn, found.version):
        now = present.pop(fresh, fresh)
        former[now], present[old] = old, now
    stood = read_codes(conn) - {grid.code for grid in found.grids if grid.version_then is None}
    stood |= {grid.code for grid in found.grids if grid.area_now is None}
    return {now: then for now, then in former.items() if now != then and now in stood}


def _grid(grid: Any, codes: dict[str, str], households: int, more: int) -> GridBack:
    """A differing grid as it is shown."""
    return GridBack(
        grid.code,
        codes.get(grid.code, grid.code),
        Tier[grid.tier],
        grid.name_now or "",
        grid.name_then or "",
        grid.area_now,
        grid.area_then,
        households,
        households + more,
    )
