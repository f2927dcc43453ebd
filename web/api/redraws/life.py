"""/api/redraws/<id>/submit and the other steps of a draft's life, up to applying it and undoing that."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid import redraw
from geo_grid.vocabulary import Action
from web.access import needs
from web.api.description import declared, parts, takes
from web.api.redraws import given
from web.database import read_widely, write_widely
from web.redraws.state import blocked_move, draft_json, draft_state, state_json
from web.redraws.steps import undo_named
from web.session import actor

life = Blueprint("life", __name__)


@life.post("/<int:draft_id>/submit")
@takes(answer=parts.STATE, refuses=(404, 409, 422))
@needs(Action.DRAW)
def submit(draft_id: int) -> Response:
    """Submit the draft for approval."""
    who = actor()
    write_widely(lambda conn: redraw.submit(conn, draft_id, who))
    return _now(draft_id)


@life.post("/<int:draft_id>/check")
@takes(
    body={"note": declared.text("what was seen in the field", most=2000)}, answer=parts.STATE, refuses=(404, 409, 422)
)
@needs(Action.DRAW)
def check(draft_id: int) -> Response:
    """Mark the submitted draft as checked in the field, with a `note` if given."""
    who, note = actor(), given.text(given.body(), "note")
    write_widely(lambda conn: redraw.field_check(conn, draft_id, who, note))
    return _now(draft_id)


@life.post("/<int:draft_id>/approve")
@takes(
    body={"effective_on": declared.day("the day from which it is in force, today or later", required=True)},
    answer=parts.STATE,
    refuses=(404, 409, 422),
)
@needs(Action.APPROVE)
def approve(draft_id: int) -> Response:
    """Approve the draft; it takes effect `effective_on` a day, which is not in the past."""
    who, day = actor(), given.day_or_none(given.body(), "effective_on")
    if day is None:
        raise given.BadKey("effective_on", "a day such as 2026-12-01")
    write_widely(lambda conn: redraw.approve(conn, draft_id, who, day))
    return _now(draft_id)


@life.post("/<int:draft_id>/refuse")
@takes(
    body={"reason": declared.text("what should be different", most=2000, required=True)},
    answer=parts.STATE,
    refuses=(404, 409, 422),
)
@needs(Action.APPROVE)
def refuse(draft_id: int) -> Response:
    """Refuse the draft for a `reason`."""
    who, reason = actor(), given.text(given.body(), "reason")
    write_widely(lambda conn: redraw.refuse(conn, draft_id, who, reason))
    return _now(draft_id)


@life.post("/<int:draft_id>/withdraw")
@takes(answer=parts.STATE, refuses=(404, 409, 422))
@needs(Action.DRAW)
def withdraw(draft_id: int) -> Response:
    """Withdraw the draft."""
    who = actor()
    write_widely(lambda conn: redraw.withdraw(conn, draft_id, who))
    return _now(draft_id)


@life.post("/<int:draft_id>/reopen")
@takes(answer=parts.STATE, refuses=(404, 409, 422))
@needs(Action.DRAW)
def reopen(draft_id: int) -> Response:
    """Open a refused or withdrawn draft again."""
    who = actor()
    write_widely(lambda conn: redraw.reopen(conn, draft_id, who))
    return _now(draft_id)


@life.post("/<int:draft_id>/apply")
@takes(answer=parts.APPLIED, refuses=(404, 409, 422))
@needs(Action.APPLY)
def apply(draft_id: int) -> Response:
    """Apply the approved draft to the live net, all at once."""
    who = actor()
    done = write_widely(lambda conn: redraw.apply(conn, draft_id, who))
    draft = draft_json(done.draft, who, {})
    return jsonify(changeset_id=done.changeset_id, version=done.version, codes=done.codes, draft=draft)


@life.post("/<int:draft_id>/undo")
@takes(answer=parts.APPLIED, refuses=(404, 409, 422))
@needs(Action.APPLY)
def undo(draft_id: int) -> Response:
    """Undo the applied draft by a new redraw; refused when later changes stand in the way."""
    who = actor()
    done = write_widely(lambda conn: undo_named(conn, draft_id, who))
    draft = draft_json(done.draft, who, {})
    return jsonify(changeset_id=done.changeset_id, version=done.version, codes=done.codes, draft=draft)


@life.post("/<int:draft_id>/rebase")
@takes(answer=parts.REBASED, refuses=(404, 409, 422))
@needs(Action.DRAW)
def rebase(draft_id: int) -> Response:
    """Run every move on the present net; what cannot be is told with the grid, the person and the move."""
    who = actor()
    done = write_widely(lambda conn: redraw.rebase(conn, draft_id, who))
    answer = state_json(read_widely(draft_state, draft_id, who), who)
    conflict = None if done.problem is None else blocked_move(done.problem)
    return jsonify({**answer, "ok": done.ok, "problem": conflict or answer["problem"]})


def _now(draft_id: int) -> Response:
    who = actor()
    return jsonify(state_json(read_widely(draft_state, draft_id, who), who))
