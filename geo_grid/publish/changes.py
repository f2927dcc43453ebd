"""What changed on the map from one version to another: enough to tell which tiles and figures are as they were."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from geo_grid.publish import store
from geo_grid.publish.ground import Box
from geo_grid.publish.model import GridSummary

Connect = Callable[[], AbstractContextManager[Connection]]

#: A map version is the data version times this, plus the day (db/sql/asking.sql).
DAYS = 100_000
#: More places than this in one reading are taken for the whole map.
MOST_PLACES = 20_000
#: As many of the latest changes are remembered.
MOST_CHANGES = 1_000


@dataclass(frozen=True, eq=False)
class Change:
    """What one data version changed: boxes (n, 4) of the county's CRS, and grids by code.

    `moved` are grids of which the ground, the name or the parent changed; `told` are all of which something changed
    besides their shape, and `above` all that were touched with every grid they ever lay in. `is_loose` says that things
    changed which lie in no grid in particular, as risk sites do; `is_all` that nothing is known but that something
    changed.
    """

    version: int
    boxes: NDArray[np.float64]
    moved: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    is_loose: bool = False
    is_all: bool = False

    def reaches(self, tops: Collection[str] | None) -> bool:
        """Whether anything changed that is seen in the subtrees of these grids; None asks for the county."""
        return tops is None or self.is_all or self.is_loose or not self.above.isdisjoint(tops)

    def spares(self, box: Box | None, tops: Collection[str] | None = None) -> bool:
        """Whether all that lies in the box is drawn as before for who sees the subtrees of these grids.

        A query that draws a tile asks for what meets the tile's box; what did not meet it before and does not now is in
        neither. Who sees a part of the county only sees other things, too, when the outline of that part has changed.
        """
        if self.is_all:
            return False
        if not self.reaches(tops):
            return True
        if tops is not None and not self.moved.isdisjoint(tops):
            return False
        if box is None:
            return True
        west, south, east, north = box
        found = self.boxes
        apart = (found[:, 0] > east) | (found[:, 2] < west) | (found[:, 1] > north) | (found[:, 3] < south)
        return bool(apart.all())

    def spares_summary(self, grid: GridSummary) -> bool:
        """Whether all that the summary of a grid tells is as before.

        That is of the grid, of those above it (names and posts, not their shapes), and of all that lies in its parent:
        its own parts, its siblings and their households. Risk sites, facilities and workers belong to no grid in
        particular.
        """
        if self.is_all or self.is_loose:
            return False
        chain = [crumb.code for crumb in grid.breadcrumbs]
        if len(chain) < 2:
            return not self.above
        return chain[-2] not in self.above and self.told.isdisjoint(chain)


class ChangeLog:
    """The latest changes of one database, read when a newer version is asked for; safe among threads."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._base: int | None = None
        self._top = -1
        self._lock = threading.Lock()

    def between(self, old: int, new: int, connect: Connect) -> Sequence[Change] | None:
        """What changed after the map version `old` up to `new`, and to the present one when that is newer still.

        None when that cannot be told: the day is another one, there is no version `new` yet, or `old` lies too far
        back. `connect` gives a connection that sees the county.
        """
        (was, then), (now, day) = divmod(old, DAYS), divmod(new, DAYS)
        if then != day or was > now:
            return None
        with self._lock:
            if self._base is None or now > self._top:
                self._read(connect, was)
            if now > self._top or self._base is None or was < self._base:
                return None
            return [one for one in self._changes if one.version > was]

    def _read(self, connect: Connect, since: int) -> None:
        """Add what is newer than what is known."""
        if self._base is None:
            self._base = self._top = since
        with connect() as conn:
            fresh = read_changes(conn, self._top)
        if fresh:
            self._changes = [*self._changes, *fresh]
            self._top = fresh[-1].version
        if len(self._changes) > MOST_CHANGES:
            self._base = self._changes[-MOST_CHANGES - 1].version
            self._changes = self._changes[-MOST_CHANGES:]


def read_changes(conn: Connection, after: int) -> list[Change]:
    """What each data version after `after` changed, in their order."""
    rows = store.changes(conn, after)
    if len(rows) > MOST_PLACES:
        return [Change(version, _boxes(()), is_all=True) for version in sorted({row.version for row in rows})]
    grids = sorted({row.grid_id for row in rows if row.grid_id is not None})
    own: dict[int, str] = {}
    above: dict[int, list[str]] = defaultdict(list)
    for row in store.grids_above(conn, grids) if grids else ():
        above[row.grid_id].append(row.code)
        if row.is_itself:
            own[row.grid_id] = row.code
    told: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        told[row.version].append(row)
    return [_change(version, lines, own, above) for version, lines in sorted(told.items())]


def _change(version: int, rows: Sequence[Row[Any]], own: dict[int, str], above: dict[int, list[str]]) -> Change:
    """One version's change, of the rows that tell of it."""
    return Change(
        version,
        _boxes((row.west, row.south, row.east, row.north) for row in rows if row.west is not None),
        moved=frozenset(own[row.grid_id] for row in rows if row.what in {"ground", "shape"}),
        told=frozenset(own[row.grid_id] for row in rows if row.grid_id is not None and row.what != "shape"),
        above=frozenset(code for row in rows if row.grid_id is not None for code in above[row.grid_id]),
        is_loose=any(row.what == "loose" for row in rows),
        is_all=any(row.what == "all" for row in rows),
    )


def _boxes(found: Iterable[Box]) -> NDArray[np.float64]:
    """Boxes as an array (n, 4)."""
    return np.array(list(found), dtype=np.float64).reshape(-1, 4)
