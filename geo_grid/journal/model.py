"""The values of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from geo_grid.journal.opening import open_row


@dataclass(frozen=True)
class NewChangeset:
    """A change set to be opened at the start of a transaction.

    Attributes
    ----------
    actor : str
        Who asks for the change.
    kind : str
        setup, import, edit, redraw, undo or tiles.
    idempotency_key : str, optional
        A key that the asker chose; a second change set with it is refused, so that a repeated request cannot do its
        work twice.
    """

    actor: str
    kind: str
    note: str = ""
    idempotency_key: str | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)

    def open(self, conn: Connection) -> int:
        """Write it as the change set of `conn`'s transaction; its id."""
        return open_row(
            conn,
            self.actor,
            self.kind,
            note=self.note,
            idempotency_key=self.idempotency_key,
            summary=self.summary,
        )


@dataclass(frozen=True)
class ChangeSet:
    """A change set as written; `version` is the version of the map it made, None when it changed nothing."""

    id: int
    at: datetime
    actor: str
    kind: str
    note: str
    idempotency_key: str | None
    db_user: str
    summary: Mapping[str, Any]
    version: int | None


@dataclass(frozen=True)
class NewEntry:
    """Something that happened and is no change of the county: who did what (`kind`) to whom or what (`about`)."""

    actor: str
    kind: str
    about: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """An entry as written; `changeset_id` leads to what it changed."""

    seq: int
    at: datetime
    actor: str
    kind: str
    about: str
    facts: Mapping[str, Any]
    changeset_id: int | None


@dataclass(frozen=True)
class ChainReport:
    """How many entries the journal has, and the first that was tampered with (None: none was)."""

    entries: int
    broken: int | None
