"""The journal's rows, written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, text

from geo_grid.errors import NotFound

if TYPE_CHECKING:
    from geo_grid.journal.model import ChangeSet, NewChangeset, NewEntry

# Plain SQL: the table declarations would load GeoAlchemy, a fifth of a second at every start of a command.
_OPEN = text(
    "INSERT INTO geo_grid.changesets (actor, kind, note, idempotency_key, summary) "
    "VALUES (:actor, :kind, :note, :idempotency_key, CAST(:summary AS jsonb)) RETURNING id"
)

_CHANGESETS = """
SELECT c.id, c.at, c.actor, c.kind, c.note, c.idempotency_key, c.db_user, c.summary, v.version
  FROM geo_grid.changesets c
  LEFT JOIN geo_grid.data_versions v ON v.changeset_id = c.id
"""


def open_changeset(conn: Connection, new: NewChangeset) -> int:
    """The id of `new`, written as the one change set of the transaction.

    Raises `Duplicate` when its idempotency key was used before, and `RuleBroken` when the transaction has one already.
    """
    values = {
        "actor": new.actor,
        "kind": new.kind,
        "note": new.note,
        "idempotency_key": new.idempotency_key,
        "summary": json.dumps(dict(new.summary), ensure_ascii=False),
    }
    return int(conn.execute(_OPEN, values).scalar_one())


def sum_up(conn: Connection, changeset_id: int, summary: Mapping[str, Any]) -> None:
    """Complete what the transaction's change set sums up; that of another transaction raises `RuleBroken`."""
    query = text("UPDATE geo_grid.changesets SET summary = CAST(:summary AS jsonb) WHERE id = :id")
    conn.execute(query, {"summary": json.dumps(dict(summary), ensure_ascii=False), "id": changeset_id})


def read_changeset(conn: Connection, changeset_id: int) -> ChangeSet:
    """The change set with that id; raises `NotFound`."""
    row = conn.execute(text(f"{_CHANGESETS} WHERE c.id = :id"), {"id": changeset_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no change set {changeset_id}: see the list of change sets")
    return _changeset(row)


def changeset_by_key(conn: Connection, idempotency_key: str) -> ChangeSet | None:
    """The change set that was opened with that key, or None."""
    row = conn.execute(text(f"{_CHANGESETS} WHERE c.idempotency_key = :key"), {"key": idempotency_key}).one_or_none()
    return None if row is None else _changeset(row)


def latest_changesets(conn: Connection, *, limit: int = 50, before: int | None = None) -> list[ChangeSet]:
    """The latest change sets, newest first; those older than the id `before` when that is given."""
    older = "" if before is None else "WHERE c.id < :before"
    query = text(f"{_CHANGESETS} {older} ORDER BY c.id DESC LIMIT :limit")
    return [_changeset(row) for row in conn.execute(query, {"limit": limit, "before": before})]


def data_version(conn: Connection) -> int:
    """The version the map is at: the latest that a change set made, 1 before any."""
    return int(conn.execute(text("SELECT coalesce(max(version), 1) FROM geo_grid.data_versions")).scalar_one())


def enter(conn: Connection, new: NewEntry) -> None:
    """Write an entry into the journal, as the role ACCESS; the database numbers, dates and chains it."""
    entered = text(
        "INSERT INTO geo_grid.journal_entries (actor, kind, about, facts)"
        " VALUES (:actor, :kind, :about, CAST(:facts AS jsonb))"
    )
    facts = json.dumps(dict(new.facts), ensure_ascii=False, default=str)
    conn.execute(entered, {"actor": new.actor, "kind": new.kind, "about": new.about[:200], "facts": facts})


def _changeset(row: Row[Any]) -> ChangeSet:
    from geo_grid.journal.model import ChangeSet

    return ChangeSet(**row._mapping)
