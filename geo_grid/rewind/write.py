"""A former state written as one new change set; taking that back is restoring the state before it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.errors import Stale
from geo_grid.grids import lock_county, rename_grids, restore_outline
from geo_grid.journal import NewChangeset
from geo_grid.rewind import store
from geo_grid.rewind.difference import Difference, differing
from geo_grid.rewind.look import codes_then, consequences
from geo_grid.rewind.model import Blocked, Consequences, NothingToRestore, Then

#: Nouns in the order in which their rows can go, and in which they can come back.
GOING = ("assignments", "households", "posts", "workers", "risk_sites", "facilities")
COMING = ("workers", "posts", "assignments", "households", "risk_sites", "facilities")


@dataclass(frozen=True, slots=True)
class Rewound:
    """What was restored, and the change set that did it."""

    changeset_id: int
    consequences: Consequences


def rewind(
    conn: Connection, then: Then, actor: str, *, reason: str = "", place: str | None = None, seen: int | None = None
) -> Rewound:
    """Restore `then` in a change set of its own, so give a connection without one; the database proves it at commit.

    `seen` is the version of the data at which the consequences were looked at. Raises `Stale` when there is a newer
    one, `Blocked` with what stands in the way, and `NothingToRestore`.
    """
    lock_county(conn)
    found = differing(conn, then.version, place)
    shown = consequences(conn, then, found, place)
    if seen is not None and seen != shown.seen:
        raise Stale.of("the county was changed since you looked: look at the consequences again")
    if found.obstacles:
        raise Blocked(found.obstacles)
    renamed = codes_then(conn, found) if place is None else {}
    if shown.is_empty and not renamed:
        raise NothingToRestore
    opened = _changeset(found, shown, actor, reason, renamed).open(conn)
    store.delete_rows(conn, "assignments", found.changing("assignments"))
    store.release_contacts(conn, found.changing("households"), found.going("workers"))
    for noun in GOING:
        store.delete_rows(conn, noun, found.going(noun))
    _restore_grids(conn, found, renamed)
    _restore_rows(conn, found)
    return Rewound(opened, shown)


def _changeset(
    found: Difference, shown: Consequences, actor: str, reason: str, renamed: dict[str, str]
) -> NewChangeset:
    """The change set, of the kind that may let retired grids stand again; one for each version that was looked at."""
    then = shown.then
    where = f" of {shown.place}" if shown.place else ""
    summary = {
        "restored": then.version,
        "place": shown.place,
        "grids": len(found.grids),
        "rows": {noun: rows.total for noun, rows in shown.rows.items()},
        "taken_back": [grid.code for grid in found.grids if grid.version_then is None],
        "renamed": [list(pair) for pair in renamed.items()],
    }
    note = f"restored version {then.version}{where}: {reason}" if reason else f"restored version {then.version}{where}"
    return NewChangeset(actor, "undo", note[:200], f"restore {then.version} {shown.place or ''} {shown.seen}", summary)


def _restore_grids(conn: Connection, found: Difference, renamed: dict[str, str]) -> None:
    """Grids with the versions of then; those that came later are retired, and the county's outline follows."""
    going = [grid.id for grid in found.grids if grid.version_then is None]
    store.revive(conn, [grid.id for grid in found.grids if grid.area_now is None])
    store.end_versions(conn, [grid.id for grid in found.grids])
    store.repeat_versions(conn, [grid.version_then for grid in found.grids if grid.version_then is not None])
    store.retire(conn, going)
    if renamed:
        rename_grids(conn, list(renamed.items()))
    if found.grids:
        restore_outline(conn)


def _restore_rows(conn: Connection, found: Difference) -> None:
    """Rows with the values of then. Assignments come back anew: a post can only be held by one at a time."""
    for noun in COMING:
        changing, returning = found.changing(noun), found.returning(noun)
        if noun == "assignments":
            changing, returning = [], [*changing, *returning]
        store.update_rows(conn, noun, found.version, changing)
        store.insert_rows(conn, noun, found.version, returning)
