"""A change of staffing taken back through its history, unless later changes stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from geo_grid.errors import Refused
from geo_grid.journal import NewChangeset, changeset_by_key, read_changeset
from geo_grid.journal.images import changed_later, counts_of, put_back, take_away
from geo_grid.staffing.undo import store
from geo_grid.staffing.undo.store import touched_grids

#: What a change of staffing changes, in the order in which rows can be put back.
STAFF = ("workers", "posts", "assignments", "households")
MOST_NAMED = 5
__all__ = ["Changed", "ChangedSince", "NotStaffing", "staff_changes", "touched_grids", "undo_staffing"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of staffing: who did what when, how much it moved, and the change set that took it back, if any."""

    id: int
    at: datetime
    actor: str
    note: str
    undone: int | None
    assignments: int
    households: int


class NotStaffing(Refused):
    """A change set that is no change of staffing, or was taken back before."""

    def __init__(self, changeset_id: int, why: str) -> None:
        self.say(
            "change %(changeset_id)s %(why)s: look at the list of changes again", changeset_id=changeset_id, why=why
        )


class ChangedSince(Refused):
    """What a change of staffing changed was changed again later; `obstacles` names it."""

    def __init__(self, obstacles: Sequence[str]) -> None:
        self.obstacles = tuple(obstacles)
        named, more = "; ".join(self.obstacles[:MOST_NAMED]), len(obstacles) - MOST_NAMED
        if more > 0:
            self.say(
                "this cannot be undone, later changes are in the way: %(named)s; and %(more)s more: undo these first",
                named=named,
                more=more,
            )
        else:
            self.say("this cannot be undone, later changes are in the way: %(named)s: undo these first", named=named)


def staff_changes(conn: Connection, most: int = 50) -> list[Changed]:
    """The latest changes of staffing, newest first."""
    return [Changed(**row._mapping) for row in store.latest_changes(conn, most)]


def undo_staffing(conn: Connection, changeset_id: int, actor: str) -> dict[str, int]:
    """How many rows of each noun came back; done in a change set of its own, so give a connection without one.

    Raises `NotStaffing`, and `ChangedSince` with what was changed since.
    """
    done = read_changeset(conn, changeset_id)
    counts = counts_of(conn, changeset_id)
    if done.kind != "edit" or not counts or set(counts) - set(STAFF):
        raise NotStaffing(changeset_id, "did not change workers, posts or contacts alone")
    key = f"undo {changeset_id}"
    if changeset_by_key(conn, key) is not None:
        raise NotStaffing(changeset_id, "was undone already")
    obstacles = changed_later(conn, changeset_id, STAFF)
    if obstacles:
        raise ChangedSince(obstacles)
    NewChangeset(actor, "undo", f"undid: {done.note}"[:200], key, {"undone": changeset_id}).open(conn)
    for noun in ("assignments", "posts"):
        take_away(conn, noun, changeset_id)
    for noun in STAFF:
        put_back(conn, noun, changeset_id, only="contact_id" if noun == "households" else None)
    take_away(conn, "workers", changeset_id)
    given = done.summary.get("sites")
    if given:
        store.return_sites(conn, given["from"], given["to"], given["parts"])
    return counts
