"""The way of a redraw into force: submitted, checked, approved, applied; refused, withdrawn, reopened, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_grid.access import Action, Actor, demand
from geo_grid.journal import NewChangeset, data_version
from geo_grid.redraw.applying import (
    changes_of,
    check_undo,
    families_of,
    latest_writers,
    lock_grids,
    take_back_posts,
    write_changes,
)
from geo_grid.redraw.drafts import store
from geo_grid.redraw.drafts.desk import checked_name, checked_note, locked_draft, note_base, read_draft, sheet_of
from geo_grid.redraw.drafts.model import (
    NEXT,
    Applied,
    BadDraft,
    Draft,
    NotYet,
    NotYours,
    OwnApproval,
    PastDate,
    UndoneAlready,
    WrongStage,
)
from geo_grid.redraw.drafts.replay import Replay, begin, replay
from geo_grid.redraw.drafts.rights import demand_draft, demand_ground
from geo_grid.redraw.refusals import Moved, NothingChanges
from geo_grid.redraw.settle import settle
from geo_grid.redraw.sheet import keep_sheet
from geo_grid.staffing import read_today
from geo_grid.vocabulary import Stage

_MOST_ROUNDS = 5


def submit(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The draft handed in; raises `NeedsRebase` when it does not work on the present net."""
    draft = _own(conn, redraw_id, actor)
    if not draft.standing:
        raise NothingChanges("no_moves")
    found = replay(conn, draft.standing)
    demand_ground(actor, Action.DRAW, found)
    note_base(conn, redraw_id, found.changes)
    return _step_to(conn, draft, actor, Stage.SUBMITTED)


def field_check(conn: Connection, redraw_id: int, actor: Actor, note: str = "") -> Draft:
    """The redraw whose border was walked on site."""
    demand(actor, Action.DRAW)
    draft = locked_draft(conn, redraw_id, actor)
    demand_draft(conn, actor, Action.DRAW, draft)
    return _step_to(conn, draft, actor, Stage.FIELD_CHECKED, note)


def approve(conn: Connection, redraw_id: int, actor: Actor, effective_on: date) -> Draft:
    """The redraw approved, in force from a day on; raises `OwnApproval` for whoever drew it."""
    demand(actor, Action.APPROVE)
    draft = locked_draft(conn, redraw_id, actor)
    _check_step(draft, Stage.APPROVED)
    if actor.username in {draft.author, draft.submitted_by, *(one.author for one in draft.moves)}:
        raise OwnApproval("own_approval")
    if effective_on < (today := read_today(conn)):
        raise PastDate("past_date", today=today.isoformat())
    found = replay(conn, draft.standing)
    demand_ground(actor, Action.APPROVE, found)
    check_footprint(conn, draft, found)
    return _step_to(conn, draft, actor, Stage.APPROVED, effective_on=effective_on)


def refuse(conn: Connection, redraw_id: int, actor: Actor, reason: str) -> Draft:
    """The redraw refused, with a reason."""
    demand(actor, Action.APPROVE)
    if not reason.strip():
        raise BadDraft("no_reason")
    draft = locked_draft(conn, redraw_id, actor)
    demand_draft(conn, actor, Action.APPROVE, draft)
    return _step_to(conn, draft, actor, Stage.REFUSED, reason)


def withdraw(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The redraw taken back by who drew it."""
    return _step_to(conn, _own(conn, redraw_id, actor), actor, Stage.WITHDRAWN)


def reopen(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The redraw as a draft again, to be changed."""
    draft = _own(conn, redraw_id, actor)
    return _step_to(conn, draft, actor, Stage.DRAFT, effective_on=None)


def due(conn: Connection, day: date) -> list[int]:
    """The approved redraws whose day has come."""
    return store.due(conn, day)


def apply(conn: Connection, redraw_id: int, actor: Actor, *, on: date | None = None) -> Applied:
    """The approved redraw brought into force, under a change set of its own.

    `conn`'s transaction must not have one yet. Raises `NotYet` before its day, `Moved` when a grid that it changes
    was changed since it was drawn, `NeedsRebase` when a move does not work any more.
    """
    demand(actor, Action.APPLY)
    draft = locked_draft(conn, redraw_id, actor)
    _check_step(draft, Stage.APPLIED)
    today = read_today(conn)
    day = today if on is None else min(on, today)
    if draft.effective_on is not None and day < draft.effective_on:
        raise NotYet("not_yet", day=draft.effective_on.isoformat())
    found = _run_locked(conn, lambda: replay(conn, draft.standing, remember=False))
    demand_ground(actor, Action.APPLY, found)
    check_footprint(conn, draft, found)
    changeset = NewChangeset(actor.username, "redraw", draft.name, f"redraw-{draft.id}", {"redraw": draft.id})
    sheet = sheet_of(conn, found)
    keep_sheet(conn, draft.id, sheet)
    changeset_id = changeset.open(conn)
    written = write_changes(conn, found.base, found.changes, srid=found.srid, today=today, flows=sheet.flows)
    return _in_force(conn, draft, actor, changeset_id, written.codes)


def undo_applied(conn: Connection, redraw_id: int, actor: Actor, *, name: str = "") -> Applied:
    """A new redraw, in force, that takes an applied one back; raises `LaterChanges` when others stand in the way.

    It is called `name`, or after the one it takes back.
    """
    demand(actor, Action.APPLY)
    draft = locked_draft(conn, redraw_id, actor)
    if draft.changeset_id is None:
        raise WrongStage(draft.stage)
    if draft.undone_by is not None:
        raise UndoneAlready("undone_already", number=draft.undone_by)
    left = changes_of(conn, draft.changeset_id)
    today = read_today(conn)

    def back() -> Replay:
        found = begin(conn)
        found.changes = settle(found.base, check_undo(conn, found.base, left), restores=True)
        return found

    found = _run_locked(conn, back)
    demand_ground(actor, Action.APPLY, found)
    values = {
        "name": checked_name((name or f"undo: {draft.name}")[:100]),
        "note": "",
        "author": actor.username,
        "shared": True,
        "base_version": data_version(conn),
        "undoes": draft.id,
    }
    new_id = store.insert_redraw(conn, values)
    sheet = sheet_of(conn, found)
    keep_sheet(conn, new_id, sheet)
    summary = {"redraw": new_id, "undoes": draft.id}
    changeset = NewChangeset(actor.username, "undo", draft.name, f"redraw-{new_id}", summary)
    changeset_id = changeset.open(conn)
    written = write_changes(conn, found.base, found.changes, srid=found.srid, today=today, flows=sheet.flows)
    take_back_posts(conn, draft.changeset_id, today)
    return _in_force(conn, read_draft(conn, new_id, actor), actor, changeset_id, written.codes)


def _run_locked(conn: Connection, work: Callable[[], Replay]) -> Replay:
    """What `work` finds, with all grids it changes locked and none of them changed since it read them."""
    locked: frozenset[str] = frozenset()
    for _ in range(_MOST_ROUNDS):
        found = work()
        codes = families_of(found.base, found.changes)
        if codes <= locked:
            return found
        lock_grids(conn, codes)
        if not found.source.changed_since(codes):
            return found
        locked = codes
    raise Moved(min(codes - locked, default=min(codes)), "others", None)


def check_footprint(conn: Connection, draft: Draft, found: Replay) -> None:
    """Raise `Moved` when a grid that the draft changes is no longer as the draft found it."""
    for code, digest in sorted(draft.footprint.items()):
        row = found.base.get(code)
        if row is None or row.digest != digest:
            writers = latest_writers(conn, [code])
            who, when = (writers[0].actor, writers[0].at) if writers else ("somebody", None)
            position = next((one.position for one in draft.moves if not one.undone and code in str(one.json)), None)
            raise Moved(code, who, when, move=position)


def _in_force(conn: Connection, draft: Draft, actor: Actor, changeset_id: int, codes: tuple[str, ...]) -> Applied:
    """The redraw noted as applied; the proofs run before its map version is told."""
    store.change_redraw(conn, draft.id, {"stage": Stage.APPLIED.code, "changeset_id": changeset_id})
    store.append_step(conn, draft.id, Stage.APPLIED.code, actor.username, "")
    store.prove(conn)
    return Applied(changeset_id, data_version(conn), codes, read_draft(conn, draft.id, actor))


def _own(conn: Connection, redraw_id: int, actor: Actor) -> Draft:
    """The redraw, locked, if it is the actor's or shared with everybody who draws."""
    demand(actor, Action.DRAW)
    draft = locked_draft(conn, redraw_id, actor)
    if draft.author != actor.username and not draft.shared:
        raise NotYours("not_yours", author=draft.author)
    if draft.author != actor.username:
        demand_draft(conn, actor, Action.DRAW, draft)
    return draft


def _check_step(draft: Draft, to: Stage) -> None:
    """Raise `WrongStage` unless the redraw may go there."""
    if to not in NEXT[draft.stage]:
        raise WrongStage(draft.stage, to)


def _step_to(conn: Connection, draft: Draft, actor: Actor, to: Stage, note: str = "", **values: Any) -> Draft:
    """The redraw in its next stage, with other `values` that go with it: the database looks at both together."""
    _check_step(draft, to)
    store.change_redraw(conn, draft.id, {"stage": to.code, **values})
    store.append_step(conn, draft.id, to.code, actor.username, checked_note(note))
    return read_draft(conn, draft.id, actor)
