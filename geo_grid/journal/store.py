"""The journal's rows, written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo_grid.errors import NotFound
from geo_grid.journal.model import ChainReport, ChangeSet, Entry, NewChangeset, NewEntry

_CHANGESETS = """
SELECT c.id, c.at, c.actor, c.kind, c.note, c.idempotency_key, c.db_user, c.summary, v.version
  FROM geo_grid.changesets c
  LEFT JOIN geo_grid.data_versions v ON v.changeset_id = c.id
"""


def open_changeset(conn: Connection, new: NewChangeset) -> int:
    """The id of `new`, written as the one change set of the transaction: as its `open`."""
    return new.open(conn)


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
    return ChangeSet(**row._mapping)


_ENTRIES = """
SELECT e.seq, e.at, e.actor, e.kind, e.about, e.facts, e.changeset_id
  FROM geo_grid.journal_entries e
 WHERE (CAST(:actor AS text) IS NULL OR e.actor = :actor)
   AND (CAST(:since AS date) IS NULL OR e.at >= CAST(:since AS date))
   AND (CAST(:until AS date) IS NULL OR e.at < CAST(:until AS date) + 1)
   AND (CAST(:before AS bigint) IS NULL OR e.seq < :before)
   AND (CAST(:about AS text) IS NULL OR e.about = :about OR e.facts ->> 'grid' = :about
        OR e.changeset_id IN (SELECT v.changeset_id FROM geo_grid.grid_versions v
                               JOIN geo_grid.grids g ON g.id = v.grid_id WHERE g.code = :about)
        OR e.changeset_id IN (SELECT h.changeset_id FROM geo_grid.household_history h WHERE h.code = :about))
   AND (e.changeset_id IS NULL OR NOT EXISTS (
        SELECT FROM geo_grid.journal_entries later WHERE later.changeset_id = e.changeset_id AND later.kind = e.kind
           AND later.seq > e.seq))
 ORDER BY e.seq DESC LIMIT :most
"""

#: The first entry that does not follow from the one before it, or whose change set left other images than it says.
_BROKEN = """
WITH linked AS (
    SELECT e.*, lag(e.digest, 1, sha256('geo_grid')) OVER (ORDER BY e.seq) AS expected,
           row_number() OVER (ORDER BY e.seq) AS place,
           row_number() OVER (PARTITION BY e.changeset_id ORDER BY e.seq DESC) = 1 AS is_last
      FROM geo_grid.journal_entries e
)
SELECT min(seq) FROM linked
 WHERE previous <> expected OR seq <> place
    OR digest <> geo_grid.entry_digest(seq, at, actor, kind, about, facts, changeset_id, previous)
    OR kind IN ('change', 'redaction') AND is_last AND facts ->> 'images' <> geo_grid.change_digest(changeset_id)
"""


def read_entries(
    conn: Connection,
    *,
    actor: str | None = None,
    about: str | None = None,
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[Entry]:
    """The entries by person, by place (code of a grid or household) and by days, the latest first."""
    values = {"actor": actor, "about": about, "since": since, "until": until, "before": before, "most": most}
    return [Entry(**row._mapping) for row in conn.execute(text(_ENTRIES), values)]


def check_chain(conn: Connection) -> ChainReport:
    """Whether the journal is what was written, as the role ACCESS: its entries, their order, what they say was done."""
    count, last = conn.execute(text("SELECT count(*), max(seq) FROM geo_grid.journal_entries")).one()
    broken = conn.execute(text(_BROKEN)).scalar_one()
    head = text(
        "SELECT h.seq = :last AND (:last = 0 OR EXISTS (SELECT FROM geo_grid.journal_entries e"
        " WHERE e.seq = h.seq AND e.digest = h.digest)) FROM geo_grid.journal_head h"
    )
    if broken is None and not conn.execute(head, {"last": last or 0}).scalar_one():
        broken = (last or 0) + 1
    return ChainReport(int(count), broken)
