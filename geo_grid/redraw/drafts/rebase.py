"""Drafts run anew on the present net, and what changed below them meanwhile."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from geo_grid.access import Action, Actor
from geo_grid.journal import data_version
from geo_grid.redraw.applying import latest_writers
from geo_grid.redraw.drafts import store
from geo_grid.redraw.drafts.desk import note_base, open_draft, read_draft
from geo_grid.redraw.drafts.model import ENDED_STAGES, Draft, Meanwhile, NeedsRebase, Rebased
from geo_grid.redraw.drafts.replay import begin, replay
from geo_grid.redraw.drafts.rights import demand_ground
from geo_grid.redraw.rows import Row
from geo_grid.redraw.wire import move_to_json


def rebase(conn: Connection, redraw_id: int, actor: Actor) -> Rebased:
    """The draft on the present net; with the move, the grid and the person in the way when one does not work.

    A draft that cannot be rebased stays as it was.
    """
    draft = open_draft(conn, redraw_id, actor, None)
    changed = changed_meanwhile(conn, draft)
    try:
        found = replay(conn, draft.standing, remember=False)
    except NeedsRebase as stale:
        return Rebased(False, draft, stale.problem, changed)
    demand_ground(actor, Action.DRAW, found)
    standing = [one for one in draft.moves if not one.undone]
    for kept, move in zip(standing, found.moves, strict=True):
        if move != kept.move:
            store.replace_move(conn, redraw_id, kept.position, move_to_json(move, found.srid))
    note_base(conn, redraw_id, found.changes)
    return Rebased(True, read_draft(conn, redraw_id, actor), None, changed, dict(found.renamed))


def changed_meanwhile(conn: Connection, draft: Draft) -> tuple[Meanwhile, ...]:
    """The grids that the draft changes and that are no longer as it found them, with who changed each last.

    None for a draft that has ended, or on a net that nobody has changed since.
    """
    if draft.stage in ENDED_STAGES or draft.base_version == data_version(conn):
        return ()
    net = begin(conn).base
    rows = {code: net.get(code) for code in sorted(draft.footprint)}
    gone = [code for code, row in rows.items() if row is None or row.digest != draft.footprint[code]]
    writers = {one.code: one for one in latest_writers(conn, gone)}
    return tuple(_meanwhile(code, rows[code], writers.get(code)) for code in gone)


def _meanwhile(code: str, row: Row | None, writer: Any) -> Meanwhile:
    """A grid that differs, with its name where it stands and who changed it where that is known."""
    who, when = (None, None) if writer is None else (writer.actor, writer.at)
    return Meanwhile(code, "" if row is None else row.name, who, when)
