"""What differs between now and a former state: grids and rows, of the county or of one grid with all in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from geo_grid.errors import NotFound
from geo_grid.rewind import store
from geo_grid.rewind.model import Obstacle, RowsBack

_BORDER = "the border of grid %(place)s or its place in the tiers was another: restore a wider grid"
_GRID_CROSSED = "grid %(grid)s came into %(place)s or left it since: restore a wider grid"
_HOUSEHOLD_CROSSED = "household %(household)s came into %(place)s or left it since: restore a wider grid"
_GONE = "worker %(worker)s, who served here, is gone: restore the county"


@dataclass(frozen=True)
class Difference:
    """The grids and the rows of each noun that were otherwise, and what stands in the way of restoring them."""

    version: int
    grids: Sequence[Any]
    rows: Mapping[str, Sequence[Any]]
    obstacles: tuple[Obstacle, ...] = ()

    def going(self, noun: str) -> list[int]:
        """The ids of rows that came later."""
        return [row.id for row in self.rows.get(noun, ()) if not row.stood]

    def returning(self, noun: str) -> list[int]:
        """The ids of rows that are gone since."""
        return [row.id for row in self.rows.get(noun, ()) if not row.stands]

    def changing(self, noun: str) -> list[int]:
        """The ids of rows that were otherwise."""
        return [row.id for row in self.rows.get(noun, ()) if row.stood and row.stands]

    def counts(self) -> dict[str, RowsBack]:
        """How many rows of each noun come back, go and change; nouns that stay are missing."""
        return {
            noun: RowsBack(len(self.returning(noun)), len(self.going(noun)), len(self.changing(noun)))
            for noun, rows in self.rows.items()
            if rows
        }


def differing(conn: Connection, version: int, place: str | None) -> Difference:
    """The difference between now and the version, for the county or for the grid `place` and all that lies in it.

    Raises `NotFound` for a place that there never was.
    """
    grids = store.differing_grids(conn, version)
    rows = {noun: store.differing_rows(conn, noun, version) for noun in store.NAMED}
    if place is None:
        found = Difference(version, grids, rows)
        hanging = store.hanging(conn, found.going("workers"), found.going("risk_sites"))
        return Difference(version, grids, rows, tuple(hanging))
    return _of_place(conn, Difference(version, grids, rows), place)


def _of_place(conn: Connection, county: Difference, place: str) -> Difference:
    """What of the county's difference lies in a place, with what crosses its border as obstacles.

    Workers, risk sites and facilities are the county's, and stay as they are.
    """
    inside = store.grids_below(conn, county.version, place)
    if not inside:
        raise NotFound.of("there never was a grid %(code)s: name another", code=place)
    grids = [grid for grid in county.grids if grid.id in inside]
    posts = store.posts_of(conn, [row.hung_now or row.hung_then for row in county.rows["assignments"]])
    homes: dict[str, Callable[[Any], set[int | None]]] = {
        "posts": lambda row: {row.hung_now, row.hung_then},
        "assignments": lambda row: {posts.get(row.hung_now or row.hung_then)},
        "households": lambda row: {row.hung_now, row.hung_then},
    }
    rows = {noun: [row for row in county.rows[noun] if of(row) & inside] for noun, of in homes.items()}
    crossing = _crossing(grids, rows["households"], inside, place)
    gone = {row.id: row.named for row in county.rows["workers"] if not row.stands}
    needed = {row.worker_then for noun in ("assignments", "households") for row in rows[noun] if row.stood}
    crossing += [Obstacle(_GONE, {"worker": gone[one]}) for one in sorted(needed & set(gone))]
    return Difference(county.version, grids, rows, tuple(crossing))


def _crossing(grids: Sequence[Any], households: Sequence[Any], inside: set[int], place: str) -> list[Obstacle]:
    """What came into a place or left it."""
    found = []
    for grid in grids:
        if grid.code == place:
            if grid.moved or grid.parent_now != grid.parent_then:
                found.append(Obstacle(_BORDER, {"place": place}))
        elif {grid.parent_now, grid.parent_then} - inside - {None}:
            found.append(Obstacle(_GRID_CROSSED, {"grid": grid.code, "place": place}))
    return found + [
        Obstacle(_HOUSEHOLD_CROSSED, {"household": row.named, "place": place})
        for row in households
        if {row.hung_now, row.hung_then} - inside - {None}
    ]
