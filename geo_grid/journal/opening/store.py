"""The row of a change set, as it is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

# Plain SQL: the table declarations would load GeoAlchemy, a fifth of a second at every start of a command.
_OPEN = text(
    "INSERT INTO geo_grid.changesets (actor, kind, note, idempotency_key, summary) "
    "VALUES (:actor, :kind, :note, :idempotency_key, CAST(:summary AS jsonb)) RETURNING id"
)


def open_row(
    conn: Connection, actor: str, kind: str, *, note: str, idempotency_key: str | None, summary: Mapping[str, Any]
) -> int:
    """The id of the one change set of the transaction, written now.

    Raises `Duplicate` when its idempotency key was used before, and `RuleBroken` when the transaction has one already.
    """
    said = json.dumps(dict(summary), ensure_ascii=False)
    values = {"actor": actor, "kind": kind, "note": note, "idempotency_key": idempotency_key, "summary": said}
    return int(conn.execute(_OPEN, values).scalar_one())
