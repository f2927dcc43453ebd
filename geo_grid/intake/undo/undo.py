"""Taking an import back through the history that it left, unless later changes stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.errors import BadInput, Refused
from geo_grid.grids import lock_county, rename_grids, restore_outline
from geo_grid.intake.undo import store
from geo_grid.journal import NewChangeset, changeset_by_key, read_changeset

#: How many obstacles are named.
MOST_NAMED = 10


class InTheWay(Refused):
    """What an import brought was changed later, or other things stand on it now; `obstacles` names them."""

    def __init__(self, obstacles: Sequence[str]) -> None:
        self.obstacles = tuple(obstacles)
        named = "; ".join(self.obstacles[:MOST_NAMED])
        more = f"; … (+{len(self.obstacles) - MOST_NAMED})" if len(self.obstacles) > MOST_NAMED else ""
        self.says = "the import cannot be undone, later changes are in the way: %(named)s: undo these first"
        self.said_with = {"named": named + more}
        super().__init__(self.says % self.said_with)


class AlreadyUndone(Refused):
    """The import was undone before."""

    def __init__(self, changeset_id: int) -> None:
        self.says, self.said_with = (
            "import %(import)s was undone already: nothing is left to undo",
            {"import": changeset_id},
        )
        super().__init__(self.says % self.said_with)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: its change set, how many rows came back per noun, and the grids that are gone again."""

    changeset_id: int
    restored: dict[str, int]
    taken_back: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The outcome as plain values."""
        return {
            "changeset": self.changeset_id,
            "restored": self.restored,
            "taken_back": len(self.taken_back),
        }


def undo_key(changeset_id: int) -> str:
    """The idempotency key of the undo of a change set."""
    return f"undo {changeset_id}"


def undo_import(conn: Connection, changeset_id: int, actor: str) -> Undone:
    """Restore what stood before the import of that change set, in a change set of its own.

    Give a connection without one. Raises `InTheWay` with the names of what was changed since and of what stands on
    what the import brought, `AlreadyUndone`, and `BadInput` for a change set that is no import.
    """
    lock_county(conn)
    done = read_changeset(conn, changeset_id)
    if done.kind != "import":
        raise BadInput(f"change set {changeset_id} is no import ({done.kind}): name an import")
    if changeset_by_key(conn, undo_key(changeset_id)) is not None:
        raise AlreadyUndone(changeset_id)
    retired = [str(code) for code in done.summary.get("retired_grids", ())]
    obstacles = store.obstacles(conn, changeset_id) + store.missing_parents(conn, changeset_id, retired)
    if obstacles:
        raise InTheWay(obstacles)
    born = store.born_grids(conn, changeset_id)
    renamed = [(new, old) for old, new in done.summary.get("renamed", ())]
    summary = {"undone": changeset_id, "taken_back": born, "renamed": renamed}
    changeset = NewChangeset(actor, "undo", f"undid import {changeset_id}", undo_key(changeset_id), summary)
    opened = changeset.open(conn)
    restored = store.restore(conn, changeset_id, retired)
    rename_grids(conn, renamed)
    restore_outline(conn)
    return Undone(opened, restored, tuple(born))
