"""/api/assignments: many grids given to workers in one step, looked at first, and taken back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from geo_grid.errors import BadInput
from geo_grid.staffing.bulk import WhyNot, leaves_in_ring, plan_giving
from geo_grid.vocabulary import Action, Role
from web.access import needs
from web.api.description import declared, takes
from web.api.description.schemas import LINE
from web.assigning import do, giving_of, may_staff
from web.database import read
from web.staffed import people_now
from web.views.assigning import undo_change

assignments = Blueprint("assignments", __name__)

_TEXT = {"type": "string"}
_CODES = {"type": "array", "items": _TEXT}
_DAY = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
_GIVING = {
    "grids": declared.codes("the grids that are given"),
    "workers": declared.Given(_CODES, "who gets them; several share them out"),
    "role": declared.Given({"type": "string", "enum": ["", *(role.code for role in Role)]}, "the post in each grid"),
    "contact": declared.flag("they become the contact of the households"),
    "since": declared.day("from when on; today without it"),
    "until": declared.day("the last day"),
    "replace": declared.flag("whoever is in a post leaves it on that day"),
}
_CONFLICT = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("grid", "worker", "name", "other"), _TEXT),
        "why": {"type": "string", "enum": [why.value for why in WhyNot]},
        "since": _DAY,
        "until": _DAY,
    },
    "required": ["grid", "why", "worker", "name", "other", "since", "until"],
}
_BOTH = {
    "type": "object",
    "properties": {"before": {"type": "integer"}, "after": {"type": "integer"}},
    "required": ["before", "after"],
}
_LINE = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "households": {"type": "integer"}, "worker": {"type": "string"}},
    "required": ["code", "households", "worker"],
}
_PLANNED = {
    "grids": {"type": "array", "items": _LINE},
    "conflicts": {"type": "array", "items": _CONFLICT},
    "replaced": {"type": "array", "items": _CONFLICT},
    "households": {"type": "object", "additionalProperties": _BOTH, "description": "by the code of the worker"},
}


@assignments.post("/assignments/leaves")
@takes(body={"ring": declared.Given(LINE, "the ring's corners", is_required=True)}, answer={"grids": _CODES})
@needs(Action.MANAGE_STAFF)
def inside() -> Response:
    """The leaves of which more than half lies in `ring`, a list of [lon, lat]."""
    ring = _body().get("ring")
    if not isinstance(ring, list) or not all(_is_place(corner) for corner in ring):
        raise BadInput.of("ring must be a list of [longitude, latitude]")
    return jsonify(grids=read(leaves_in_ring, [(float(lon), float(lat)) for lon, lat in ring]))


@assignments.post("/assignments/preview")
@takes(body=_GIVING, answer=_PLANNED, refuses=(404,))
@needs(Action.MANAGE_STAFF)
def preview() -> Response:
    """What assigning would do: who gets which grid, the conflicts, and the workers' households before and after."""
    people, given = people_now(), _body()
    plan = read(lambda conn: plan_giving(conn, giving_of(given, people.county.day), may_staff(people)))
    return jsonify(
        grids=[{"code": one.code, "households": one.households, "worker": one.worker} for one in plan.grids],
        conflicts=[one.to_json() for one in plan.conflicts],
        replaced=[one.to_json() for one in plan.replaced],
        households={worker: {"before": both[0], "after": both[1]} for worker, both in plan.loads.items()},
    )


@assignments.post("/assignments")
@takes(
    body=_GIVING,
    answer={"changeset": int, "posts": int, "households": int, "released": int},
    refuses=(404, 409, 422),
)
@needs(Action.MANAGE_STAFF)
def assign() -> Response:
    """All of it in one transaction, or a refusal that names what is in the way."""
    people = people_now()
    change, done = do(people, giving_of(_body(), people.county.day))
    return jsonify(changeset=change, posts=done.posts, households=done.households, released=done.released)


@assignments.post("/assignments/<int:changeset>/undo")
@takes(answer={"restored": {"type": "object", "additionalProperties": {"type": "integer"}}}, refuses=(404, 409, 422))
@needs(Action.MANAGE_STAFF)
def undo(changeset: int) -> Response:
    """A change of staffing taken back."""
    return jsonify(restored=undo_change(changeset))


def _body() -> dict[str, Any]:
    """The request's JSON object."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput.of("send a JSON object")
    return given


def _is_place(corner: object) -> bool:
    """Whether something is a pair of numbers."""
    return isinstance(corner, list) and len(corner) == 2 and all(isinstance(one, int | float) for one in corner)
