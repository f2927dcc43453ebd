"""/api/redraws/<id>/moves and beside it: adding a move, trying one, taking steps back and on."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid import redraw
from geo_grid.errors import NotFound, Refused
from geo_grid.redraw import Worked
from geo_grid.vocabulary import Action
from web.access import needs
from web.api.description import declared, parts, takes
from web.api.redraws import given
from web.database import read_widely, write_widely
from web.redraws.state import blocked_move, draft_json, drawn, names_in, preview_json, problem_of, sheet_json
from web.session import actor

moves = Blueprint("moves", __name__)


@moves.post("/<int:draft_id>/moves")
@takes(body={"move": declared.MOVE, "revision": declared.REVISION}, answer=parts.WORKED, refuses=(404, 409, 422))
@needs(Action.DRAW)
def add(draft_id: int) -> Response:
    """Add the `move` to the draft and answer the effect of all moves; what was undone before is dropped."""
    who, asked = actor(), given.body()
    move, revision = given.move(asked), given.number_or_none(asked, "revision")
    return _answer(write_widely(lambda conn: _drawn(redraw.add_move(conn, draft_id, who, move, revision=revision))))


@moves.post("/<int:draft_id>/try")
@takes(body={"move": declared.MOVE}, answer=parts.WORKED, refuses=(404, 409, 422))
@needs(Action.DRAW)
def attempt(draft_id: int) -> Response:
    """The effect of the draft with the `move` added, with nothing written."""
    who, move = actor(), given.move(given.body())
    return _answer(read_widely(lambda conn: _drawn(redraw.try_move(conn, draft_id, who, move))))


@moves.post("/<int:draft_id>/count")
@takes(body={"move": declared.MOVE}, answer={"grids": parts.EFFECTS, "refusal": parts.PROBLEM}, refuses=(404, 409))
@needs(Action.DRAW)
def count(draft_id: int) -> Response:
    """Households and area of the grids that the `move` would touch, with nothing written: quick enough while drawing.

    A move that would be refused is no error here: the answer's `refusal` says why.
    """
    who, move = actor(), given.move(given.body())
    try:
        grids = read_widely(lambda conn: redraw.counts_while_drawing(conn, draft_id, who, move))
    except Refused as wrong:
        return jsonify(grids=[], refusal=problem_of(wrong))
    return jsonify(grids=grids, refusal=None)


@moves.post("/<int:draft_id>/undo-move")
@takes(body={"revision": declared.REVISION}, answer=parts.WORKED, refuses=(404, 409, 422))
@needs(Action.DRAW)
def undo(draft_id: int) -> Response:
    """Take the last move back; it can be had again."""
    who, revision = actor(), given.number_or_none(given.body(), "revision")
    return _answer(write_widely(lambda conn: _drawn(redraw.undo_move(conn, draft_id, who, revision=revision))))


@moves.post("/<int:draft_id>/redo-move")
@takes(body={"revision": declared.REVISION}, answer=parts.WORKED, refuses=(404, 409, 422))
@needs(Action.DRAW)
def redo(draft_id: int) -> Response:
    """Have the move again that was taken back last."""
    who, revision = actor(), given.number_or_none(given.body(), "revision")
    return _answer(write_widely(lambda conn: _drawn(redraw.redo_move(conn, draft_id, who, revision=revision))))


@moves.get("/<int:draft_id>/moves/<int:position>")
@takes(answer={"position": int, "preview": parts.SHEET}, refuses=(404, 409, 422))
@needs(Action.SEE_REDRAWS)
def one(draft_id: int, position: int) -> Response:
    """The effect of the draft's moves up to and with the one at `position`, on the grids which that one names."""
    who = actor()
    draft = read_widely(redraw.read_draft, draft_id, who)
    standing = [move for move in draft.moves if not move.undone and move.position <= position]
    if not standing or standing[-1].position != position:
        raise NotFound(f"draft {draft_id} has no standing move {position}: look at its list of moves")
    effect = sheet_json(read_widely(redraw.preview_moves, tuple(move.move for move in standing)))
    before = (
        sheet_json(read_widely(redraw.preview_moves, tuple(move.move for move in standing[:-1])))
        if standing[1:]
        else {}
    )
    earlier = {grid["code"]: grid for grid in before.get("grids", [])}
    grids = [
        {**grid, "before": earlier[grid["code"]]["after"] if grid["code"] in earlier else grid["before"]}
        for grid in effect["grids"]
        if earlier.get(grid["code"], {}).get("after") != grid["after"] or grid["code"] not in earlier
    ]
    return jsonify(position=position, preview={**effect, "grids": grids})


def _drawn(worked: Worked) -> Worked:
    """The answer with its map drawn while the connection is open."""
    if worked.preview is not None:
        drawn(worked.preview)
    return worked


def _answer(worked: Worked) -> Response:
    who = actor()
    names = read_widely(names_in, worked.draft, worked.preview)
    return jsonify(
        draft=draft_json(worked.draft, who, names),
        **preview_json(worked.preview),
        new_codes=worked.new_codes,
        problem=None if worked.problem is None else blocked_move(worked.problem),
    )
