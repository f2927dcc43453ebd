"""The journal: who did what, when; append-only."""

from geo_grid.journal.model import ChainReport, ChangeSet, Entry, NewChangeset, NewEntry
from geo_grid.journal.store import (
    changeset_by_key,
    check_chain,
    data_version,
    enter,
    latest_changesets,
    open_changeset,
    read_changeset,
    read_entries,
    sum_up,
)

__all__ = [
    "ChainReport",
    "ChangeSet",
    "Entry",
    "NewChangeset",
    "NewEntry",
    "changeset_by_key",
    "check_chain",
    "data_version",
    "enter",
    "latest_changesets",
    "open_changeset",
    "read_changeset",
    "read_entries",
    "sum_up",
]
