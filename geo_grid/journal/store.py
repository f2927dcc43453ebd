"""The journal's rows, written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from geo_grid.db.schema import changesets, data_versions
from geo_grid.errors import NotFound

if TYPE_CHECKING:
    from geo_grid.journal.model import ChangeSet, NewChangeset


def open_changeset(conn: Connection, new: NewChangeset) -> int:
    """The id of `new`, written as the one change set of the transaction.

    Raises `Duplicate` when its idempotency key was used before, and `RuleBroken` when the transaction has one already.
    """
    values = {
        "actor": new.actor,
        "kind": new.kind,
        "note": new.note,
        "idempotency_key": new.idempotency_key,
        "summary": dict(new.summary),
    }
    return int(conn.execute(insert(changesets).values(values).returning(changesets.c.id)).scalar_one())


def read_changeset(conn: Connection, changeset_id: int) -> ChangeSet:
    """The change set with that id; raises `NotFound`."""
    row = conn.execute(_changesets().where(changesets.c.id == changeset_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no change set {changeset_id}: see the list of change sets")
    return _changeset(row)


def changeset_by_key(conn: Connection, idempotency_key: str) -> ChangeSet | None:
    """The change set that was opened with that key, or None."""
    row = conn.execute(_changesets().where(changesets.c.idempotency_key == idempotency_key)).one_or_none()
    return None if row is None else _changeset(row)


def latest_changesets(conn: Connection, *, limit: int = 50, before: int | None = None) -> list[ChangeSet]:
    """The latest change sets, newest first; those older than the id `before` when that is given."""
    query = _changesets().order_by(changesets.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(changesets.c.id < before)
    return [_changeset(row) for row in conn.execute(query)]


def data_version(conn: Connection) -> int:
    """The version the map is at: the latest that a change set made, 1 before any."""
    return int(conn.execute(select(func.coalesce(func.max(data_versions.c.version), 1))).scalar_one())


def _changesets() -> Select[Any]:
    columns = [column for column in changesets.columns if column.name != "txid"]
    return select(*columns, data_versions.c.version).join(
        data_versions, data_versions.c.changeset_id == changesets.c.id, isouter=True
    )


def _changeset(row: Row[Any]) -> ChangeSet:
    from geo_grid.journal.model import ChangeSet

    return ChangeSet(**row._mapping)
