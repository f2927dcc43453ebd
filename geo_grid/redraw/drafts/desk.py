"""Drafts made, read and worked on: moves added, undone, done again; nothing in the net changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection

from geo_grid.access import Action, Actor, demand
from geo_grid.journal import data_version
from geo_grid.redraw.applying import changes_of, check_undo
from geo_grid.redraw.arcs import Arcs, arcs_of
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.drafts import store
from geo_grid.redraw.drafts.model import (
    BadDraft,
    Draft,
    DraftMove,
    DraftMoved,
    NeedsRebase,
    NoRedraw,
    NotYours,
    Step,
    Worked,
    WrongStage,
)
from geo_grid.redraw.drafts.replay import Replay, begin, footprint_of, replay
from geo_grid.redraw.drafts.rights import demand_draft, demand_ground
from geo_grid.redraw.moves import Move
from geo_grid.redraw.refusals import NothingChanges
from geo_grid.redraw.sentences import sentence
from geo_grid.redraw.settle import settle
from geo_grid.redraw.sheet import GridEffect, Preview, kept_sheet, preview
from geo_grid.redraw.wire import kept_move, move_to_json
from geo_grid.vocabulary import Stage, Tier

#: Moves that one draft may hold.
MOST_MOVES = 500
_OPEN_STAGES = frozenset({Stage.DRAFT})


class DraftChange(TypedDict, total=False):
    """What can be changed of a draft beside its moves; what is None stays."""

    name: str | None
    note: str | None
    shared: bool | None
    locked: Iterable[str] | None


def create_draft(conn: Connection, actor: Actor, name: str, *, note: str = "", shared: bool = False) -> Draft:
    """A new draft with no moves."""
    demand(actor, Action.DRAW)
    values = {
        "name": checked_name(name),
        "note": checked_note(note),
        "author": actor.username,
        "shared": shared,
        "base_version": data_version(conn),
        "undoes": None,
    }
    redraw_id = store.insert_redraw(conn, values)
    store.append_step(conn, redraw_id, Stage.DRAFT.code, actor.username, "")
    return read_draft(conn, redraw_id, actor)


def read_draft(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The redraw; raises `NotFound` for one that is not there and for a private draft of somebody else's."""
    return _read(conn, redraw_id, actor, locking=False)


def list_drafts(
    conn: Connection, actor: Actor, *, stage: Stage | None = None, limit: int = 50, before: int | None = None
) -> list[Draft]:
    """The redraws that the actor may see, the latest first, without their moves."""
    demand(actor, Action.SEE_REDRAWS)
    rows = store.redraws_for(conn, actor.username, stage and stage.code, min(limit, 200), before)
    return [_draft(row, (), tuple(_step(one) for one in store.steps_of(conn, row.id))) for row in rows]


def change_draft(
    conn: Connection,
    redraw_id: int,
    actor: Actor,
    *,
    revision: int | None = None,
    **wanted: Unpack[DraftChange],
) -> Draft:
    """The draft under another name, with another note, shared or not, with other grids locked."""
    draft = open_draft(conn, redraw_id, actor, revision)
    values: dict[str, Any] = {}
    if (name := wanted.get("name")) is not None:
        values["name"] = checked_name(name)
    if (note := wanted.get("note")) is not None:
        values["note"] = checked_note(note)
    if (shared := wanted.get("shared")) is not None:
        if actor.username != draft.author:
            raise NotYours("not_yours_to_share", author=draft.author)
        values["shared"] = shared
    if (locked := wanted.get("locked")) is not None:
        codes = sorted(set(locked))
        net = begin(conn).net
        for code in codes:
            net.row(code)
        values["locked"] = codes
    store.change_redraw(conn, redraw_id, values)
    return read_draft(conn, redraw_id, actor)


def add_move(conn: Connection, redraw_id: int, actor: Actor, move: Move, *, revision: int | None = None) -> Worked:
    """The draft with one more move, which takes the place of undone ones. Raises the move's refusal."""
    draft = open_draft(conn, redraw_id, actor, revision)
    if len(draft.standing) >= MOST_MOVES:
        raise BadDraft("too_many_moves", most=MOST_MOVES)
    found = replay(conn, draft.standing)
    codes = found.step(move, locked=draft.locked)
    demand_ground(actor, Action.DRAW, found)
    position = len(draft.standing) + 1
    store.append_move(conn, redraw_id, position, move_to_json(found.moves[-1], found.srid), actor.username)
    note_base(conn, redraw_id, found.changes)
    return Worked(read_draft(conn, redraw_id, actor), sheet_of(conn, found), codes)


def try_move(conn: Connection, redraw_id: int, actor: Actor, move: Move) -> Worked:
    """What adding the move would give; nothing is written. Raises the move's refusal."""
    draft = _read(conn, redraw_id, actor, locking=False)
    found = replay(conn, draft.standing)
    codes = found.step(move, locked=draft.locked)
    demand_ground(actor, Action.SEE_REDRAWS, found)
    return Worked(draft, sheet_of(conn, found), codes)


def counts_while_drawing(conn: Connection, redraw_id: int | None, actor: Actor, move: Move) -> tuple[GridEffect, ...]:
    """The grids that the move alone would change, before and after it; nothing is written.

    They are the leaves, and wider grids whose own or whose households change: not those whose outline only follows.
    """
    demand(actor, Action.SEE_REDRAWS)
    draft = None if redraw_id is None else _read(conn, redraw_id, actor, locking=False)
    found = begin(conn) if draft is None else replay(conn, draft.standing)
    base, known = found.net, found.changes
    found.step(move, locked=() if draft is None else draft.locked)
    demand_ground(actor, Action.SEE_REDRAWS, found)
    alone = ~known + found.changes
    effects = preview(conn, base, alone, srid=found.srid, light=True, earlier=known).grids
    return tuple(effect for effect in effects if effect.tier.is_leaf or _is_felt(effect))


def _is_felt(effect: GridEffect) -> bool:
    """Whether a wide grid itself changes, or how many households it holds."""
    if effect.change != "derived" or effect.before is None or effect.after is None:
        return True
    return effect.before.households != effect.after.households


def undo_move(conn: Connection, redraw_id: int, actor: Actor, *, revision: int | None = None) -> Worked:
    """The draft without its last standing move."""
    draft = open_draft(conn, redraw_id, actor, revision)
    standing = [one for one in draft.moves if not one.undone]
    if not standing:
        raise NothingChanges("nothing_to_undo")
    demand_draft(conn, actor, Action.DRAW, draft)
    store.mark_move(conn, redraw_id, standing[-1].position, undone=True)
    return _worked_anew(conn, redraw_id, actor)


def redo_move(conn: Connection, redraw_id: int, actor: Actor, *, revision: int | None = None) -> Worked:
    """The draft with the move that was undone last."""
    draft = open_draft(conn, redraw_id, actor, revision)
    undone = [one for one in draft.moves if one.undone]
    if not undone:
        raise NothingChanges("nothing_to_redo")
    store.mark_move(conn, redraw_id, undone[0].position, undone=False)
    worked = _worked_anew(conn, redraw_id, actor)
    demand_draft(conn, actor, Action.DRAW, worked.draft)
    return worked


def preview_draft(conn: Connection, redraw_id: int, actor: Actor) -> Preview:
    """What the draft's moves together would mean now, or what an applied one meant then; raises `NeedsRebase`."""
    draft = _read(conn, redraw_id, actor, locking=False)
    if draft.changeset_id is not None:
        return kept_sheet(conn, draft.id) or _sheet_of_applied(conn, draft.changeset_id)
    return sheet_of(conn, replay(conn, draft.standing))


def preview_moves(conn: Connection, moves: Iterable[Move]) -> Preview:
    """What some moves together would mean now; raises the first one's refusal that is refused."""
    found = begin(conn)
    for move in moves:
        found.step(move)
    return sheet_of(conn, found)


def edges_around(
    conn: Connection,
    redraw_id: int | None,
    actor: Actor,
    *,
    codes: Sequence[str] = (),
    box: Sequence[float] | None = None,
    tier: Tier | None = None,
) -> Arcs:
    """The borders of grids, or of all in a box of degrees, in the net in force or as a draft leaves it."""
    demand(actor, Action.SEE_REDRAWS)
    draft = None if redraw_id is None else _read(conn, redraw_id, actor, locking=False)
    found = begin(conn) if draft is None else replay(conn, draft.standing)
    return arcs_of(found.net, found.srid, codes=codes, box=box, tier=tier)


def sheet_of(conn: Connection, found: Replay) -> Preview:
    """The consequence sheet of what was run."""
    return preview(conn, found.base, found.changes, srid=found.srid)


def _sheet_of_applied(conn: Connection, changeset_id: int) -> Preview:
    """The sheet of a change set of which none was kept: the net is led back to before it, then looked at onward.

    Raises `LaterChanges` when its grids were changed again since.
    """
    found = begin(conn)
    left = changes_of(conn, changeset_id)
    back = settle(found.net, check_undo(conn, found.net, left), moves_outline=True)
    return preview(conn, found.net.after(back), ~back, srid=found.srid)


def open_draft(conn: Connection, redraw_id: int, actor: Actor, revision: int | None) -> Draft:
    """The draft, locked, if the actor may change it and it still is as they saw it."""
    draft = _read(conn, redraw_id, actor, locking=True)
    demand(actor, Action.DRAW)
    if draft.stage not in _OPEN_STAGES:
        raise WrongStage(draft.stage)
    if revision is not None and revision != draft.revision:
        raise DraftMoved("draft_moved", revision=draft.revision)
    return draft


def locked_draft(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The redraw as nobody else can change it until the transaction ends."""
    return _read(conn, redraw_id, actor, locking=True)


def checked_name(name: str) -> str:
    """A redraw's name; raises `BadInput`."""
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadDraft("name_of_redraw")
    return name


def checked_note(note: str) -> str:
    """A note or reason; raises `BadInput`."""
    note = note.strip()
    if len(note) > 2000:
        raise BadDraft("note_too_long")
    return note


def _worked_anew(conn: Connection, redraw_id: int, actor: Actor) -> Worked:
    """The draft and what it means after a move was undone or done again."""
    draft = read_draft(conn, redraw_id, actor)
    try:
        found = replay(conn, draft.standing)
    except NeedsRebase as stale:
        store.change_redraw(conn, redraw_id, {})
        return Worked(read_draft(conn, redraw_id, actor), None, (), stale.problem)
    note_base(conn, redraw_id, found.changes)
    return Worked(read_draft(conn, redraw_id, actor), sheet_of(conn, found))


def note_base(conn: Connection, redraw_id: int, changes: ChangeSet) -> None:
    """Keep on which version of the map, and on which grids, the draft was run."""
    store.change_redraw(conn, redraw_id, {"footprint": footprint_of(changes), "base_version": data_version(conn)})


def _read(conn: Connection, redraw_id: int, actor: Actor, *, locking: bool) -> Draft:
    """The redraw, if the actor may see it."""
    demand(actor, Action.SEE_REDRAWS)
    row = store.redraw(conn, redraw_id, locking=locking)
    hidden = row is not None and not row.shared and row.author != actor.username
    if row is None or (hidden and row.stage in {Stage.DRAFT.code, Stage.WITHDRAWN.code}):
        raise NoRedraw("no_redraw", number=redraw_id)
    srid = store.county_srid(conn)
    moves = tuple(_move(one, srid) for one in store.moves_of(conn, redraw_id))
    return _draft(row, moves, tuple(_step(one) for one in store.steps_of(conn, redraw_id)))


def _move(one: Any, srid: int) -> DraftMove:
    """A kept move of its row."""
    move = kept_move(one.move, srid)
    return DraftMove(one.position, move, one.move, one.undone, one.author, one.at, sentence(move))


def _step(one: Any) -> Step:
    """A step of its row."""
    return Step(Stage[one.stage], one.actor, one.at, one.note)


def _draft(row: Any, moves: tuple[DraftMove, ...], steps: tuple[Step, ...]) -> Draft:
    """A redraw of its row."""
    values = dict(row._mapping) | {"stage": Stage[row.stage], "locked": frozenset(row.locked)}
    return Draft(**values, moves=moves, steps=steps)
