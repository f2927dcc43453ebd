"""Drafts run anew on the present net, and compared with one another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from geo_grid.access import Action, Actor
from geo_grid.journal import data_version
from geo_grid.redraw.applying import latest_writers
from geo_grid.redraw.drafts import store
from geo_grid.redraw.drafts.desk import note_base, open_draft, read_draft, sheet_of
from geo_grid.redraw.drafts.model import ENDED_STAGES, Comparison, Difference, Draft, Meanwhile, NeedsRebase, Rebased
from geo_grid.redraw.drafts.replay import begin, replay
from geo_grid.redraw.drafts.rights import demand_ground
from geo_grid.redraw.net import Row
from geo_grid.redraw.sheet import GridEffect, Preview
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


def compare(conn: Connection, a: int, b: int | None, actor: Actor) -> Comparison:
    """Where two drafts leave grids differently; `b` None compares with the net in force."""
    first = sheet_of(conn, replay(conn, read_draft(conn, a, actor).standing))
    second = None if b is None else sheet_of(conn, replay(conn, read_draft(conn, b, actor).standing))
    mine, yours = _by_code(first), _by_code(second)
    differences = []
    for code in sorted({*mine, *yours}):
        one, other = mine.get(code), yours.get(code)
        in_a = one.after if one is not None else (other.before if other is not None else None)
        in_b = other.after if other is not None else (one.before if one is not None else None)
        if in_a != in_b or _named_apart(one, other):
            differences.append(Difference(code, in_a, in_b))
    return Comparison(tuple(differences), first, second)


def _named_apart(one: GridEffect | None, other: GridEffect | None) -> bool:
    """Whether a grid has another name or another parent in one draft than in the other, or than in force."""
    if one is not None and other is not None:
        return (one.name, one.parent) != (other.name, other.parent)
    effect = one if one is not None else other
    return effect is not None and effect.change in {"name", "parent"}


def _by_code(sheet: Preview | None) -> dict[str, GridEffect]:
    """The effects of a sheet by grid."""
    return {} if sheet is None else {effect.code: effect for effect in sheet.grids}
