"""What an applied change set did, read back from the versions it left, and whether it can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection

from geo_grid.errors import Refused
from geo_grid.redraw.applying import store
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import Row
from geo_grid.redraw.words import Told
from geo_grid.vocabulary import Tier


class LaterChanges(Told, Refused):
    """What was changed cannot be taken back: it was changed again since.

    `changes` are the grids with who changed each last, and when.
    """

    def __init__(self, changes: Sequence[tuple[str, str, datetime]]) -> None:
        self.changes = tuple(changes)
        named = "; ".join(f"{grid}: {actor}, {at:%Y-%m-%d %H:%M}" for grid, actor, at in self.changes[:5])
        super().__init__("later_changes", changes=named + (" …" if len(self.changes) > 5 else ""))


def latest_writers(conn: Connection, codes: Sequence[str]) -> Sequence[Any]:
    """Who changed each grid last, and when: rows of code, actor and at."""
    return store.latest_writers(conn, codes)


def changes_of(conn: Connection, changeset_id: int) -> ChangeSet:
    """What a change set did to grids' rows and households; outlines follow from the rows."""
    before: dict[str, Row] = {}
    after: dict[str, Row] = {}
    for one in store.rows_left(conn, changeset_id):
        (after if one.is_after else before)[one.code] = _row(one)
    rows = {code: (before.get(code), after.get(code)) for code in sorted({*before, *after})}
    homes = {one.code: (one.before, one.after) for one in store.homes_left(conn, changeset_id)}
    return ChangeSet({code: pair for code, pair in rows.items() if pair[0] != pair[1]}, {}, homes)


def check_undo(conn: Connection, net: Net, changes: ChangeSet) -> dict[str, Row | None]:
    """The rows as they were before; raises `LaterChanges` when one no longer looks as the change set left it."""
    differing = [code for code, (_, new) in changes.rows.items() if net.get(code) != new]
    parents = {old.parent for old, _ in changes.rows.values() if old is not None and old.parent is not None}
    missing = [code for code in sorted(parents) if net.get(code) is None and code not in changes.rows]
    if differing or missing:
        raise LaterChanges([(one.code, one.actor, one.at) for one in store.latest_writers(conn, differing + missing)])
    return {code: old for code, (old, _) in changes.rows.items()}


def _row(one: Any) -> Row:
    """A version as a row."""
    own = None if one.own is None else shapely.from_wkb(bytes(one.own))
    return Row(one.code, Tier[one.tier], one.parent, one.name, own)
