"""/api/redraws and /api/redraws/<id>: the list, one draft with its effect, making and changing it, comparing two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from geo_grid import redraw
from geo_grid.redraw import Stage
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.api.description import declared, parts, takes
from web.api.redraws import given
from web.database import read, read_widely, write_widely
from web.params import BadParameter
from web.redraws.state import draft_json, draft_state, sheet_json, state_json
from web.session import actor

drafts = Blueprint("drafts", __name__)

MOST_DRAFTS = 200


@drafts.get("")
@takes(
    query={
        "stage": declared.STAGE,
        "before": declared.whole("only those with a smaller number"),
        "limit": declared.whole("how many at most", most=MOST_DRAFTS),
    },
    answer={"drafts": {"type": "array", "items": parts.LISTED}},
)
@needs(Action.SEE_REDRAWS)
def listing() -> Response:
    """The drafts the asker may see, newest first; `?stage=` those of one stage, `?before=` those older than an id."""
    who = actor()
    stage = _stage(params.text_or_none("stage"))
    before = params.count("before", 0, 2**31) if params.text("before") else None
    limit = params.count("limit", 50, MOST_DRAFTS)
    found = read(lambda conn: redraw.list_drafts(conn, who, stage=stage, limit=limit, before=before))
    return jsonify(drafts=[_line(draft_json(draft, who, {})) for draft in found])


@drafts.post("")
@takes(
    body={
        "name": declared.text("what it is called", required=True),
        "note": declared.text("why it is made", most=2000),
        "shared": declared.flag("whether others may draw in it"),
    },
    answer={"draft": parts.DRAFT},
    status=201,
)
@needs(Action.DRAW)
def create() -> tuple[Response, int]:
    """A new draft with the given `name`, and `note` and `shared` if given."""
    who, asked = actor(), given.body()
    name, note = given.text(asked, "name"), given.text(asked, "note")
    shared = bool(given.flag_or_none(asked, "shared"))
    made = write_widely(lambda conn: redraw.create_draft(conn, who, name, note=note, shared=shared))
    return jsonify(draft=draft_json(made, who, {})), 201


@drafts.get("/<int:draft_id>")
@takes(answer=parts.STATE, refuses=(404,))
@needs(Action.SEE_REDRAWS)
def one(draft_id: int) -> Response:
    """The draft, the effect of its moves and the map after them."""
    who = actor()
    return jsonify(state_json(read_widely(draft_state, draft_id, who), who))


@drafts.put("/<int:draft_id>")
@takes(
    body={
        "revision": replace(declared.REVISION, is_required=True),
        "name": declared.text("its new name"),
        "note": declared.text("its new note", most=2000),
        "shared": declared.flag("whether others may draw in it"),
        "locked": declared.codes("the grids that nothing may go into or out of"),
    },
    answer=parts.STATE,
    refuses=(404, 409, 422),
)
@needs(Action.DRAW)
def change(draft_id: int) -> Response:
    """Change the draft's `name`, `note`, `shared` or `locked` grids; `revision` is the one that was looked at."""
    who, asked = actor(), given.body()
    changes: dict[str, Any] = {
        "name": given.text_or_none(asked, "name"),
        "note": given.text_or_none(asked, "note"),
        "shared": given.flag_or_none(asked, "shared"),
        "locked": given.codes_or_none(asked, "locked"),
    }
    revision = given.number_or_none(asked, "revision")
    if revision is None:
        raise given.BadKey("revision", "the revision of the draft that was looked at")
    write_widely(lambda conn: redraw.change_draft(conn, draft_id, who, revision=revision, **changes))
    return one(draft_id)


@drafts.get("/<int:draft_id>/compare")
@takes(
    query={"with": declared.whole("the number of the other draft; without it, the net in force")},
    answer={
        "differences": tuple[redraw.Difference, ...],
        "households": int,
        "persons": int,
        "a": parts.SHEET,
        "b": {"anyOf": [parts.SHEET, {"type": "null"}]},
    },
    refuses=(404, 409),
)
@needs(Action.SEE_REDRAWS)
def compare(draft_id: int) -> Response:
    """The grids that differ between this draft and the draft `?with=`, or the live net without it."""
    who = actor()
    other = params.count("with", 1, 2**31) if params.text("with") else None
    found = read_widely(lambda conn: redraw.compare(conn, draft_id, other, who))
    sheets = {name: None if sheet is None else sheet_json(sheet) for name, sheet in (("a", found.a), ("b", found.b))}
    return jsonify({**found.to_json(), **sheets})


def _stage(code: str | None) -> Stage | None:
    if code is None:
        return None
    try:
        return Stage[code]
    except KeyError:
        raise BadParameter("stage", "one of %(choices)s", choices=", ".join(stage.code for stage in Stage)) from None


def _line(draft: dict[str, Any]) -> dict[str, Any]:
    """A draft as a list shows it, without its moves."""
    return {key: value for key, value in draft.items() if key not in {"moves", "can_undo", "can_redo"}}
