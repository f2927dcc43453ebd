"""The journal: who did what, when; append-only."""

from geo_grid.journal.model import ChangeSet, NewChangeset, NewEntry
from geo_grid.journal.store import (
    changeset_by_key,
    data_version,
    enter,
    latest_changesets,
    open_changeset,
    read_changeset,
    sum_up,
)

__all__ = [
    "ChangeSet",
    "NewChangeset",
    "NewEntry",
    "changeset_by_key",
    "data_version",
    "enter",
    "latest_changesets",
    "open_changeset",
    "read_changeset",
    "sum_up",
]
