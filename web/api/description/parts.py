"""The shapes of answers that several addresses share: errors, drafts, their effect and their map."""

from __future__ import annotations

from typing import Any

from geo_grid.redraw import Flow, GridEffect, HouseholdMove, PostMove, SiteMove, Totals
from geo_grid.vocabulary import Stage, Tier
from web.api.description.schemas import POSITION, Schemas

ERROR = {"$ref": "#/components/schemas/Error"}
REFUSAL = {"$ref": "#/components/schemas/RefusedError"}
DRAFT = {"$ref": "#/components/schemas/Draft"}
LISTED = {"$ref": "#/components/schemas/ListedDraft"}
STATE = {"$ref": "#/components/schemas/DraftState"}
WORKED = {"$ref": "#/components/schemas/Worked"}
SHEET = {"$ref": "#/components/schemas/Sheet"}
REBASED = {"$ref": "#/components/schemas/Rebased"}
EDGES = {"$ref": "#/components/schemas/Edges"}
APPLIED = {"$ref": "#/components/schemas/Applied"}
COLLECTION = {"$ref": "#/components/schemas/FeatureCollection"}
PROBLEM = {"anyOf": [{"$ref": "#/components/schemas/Refusal"}, {"type": "null"}]}
EFFECTS = {"type": "array", "items": {"$ref": "#/components/schemas/GridEffect"}}

_TEXT, _WHOLE, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_WHOLE = {"type": ["integer", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}


def parts(schemas: Schemas) -> dict[str, Any]:
    """The shared shapes by name; the dataclasses they refer to are gathered in `schemas`."""
    sheet = {
        "grids": tuple[GridEffect, ...],
        "flows": tuple[Flow, ...],
        "households": tuple[HouseholdMove, ...],
        "sites": tuple[SiteMove, ...],
        "posts": tuple[PostMove, ...],
        "notes": tuple[str, ...],
        "totals": Totals,
    }
    effect = {
        "preview": {"anyOf": [SHEET, {"type": "null"}]},
        "map": {"anyOf": [{"$ref": "#/components/schemas/DraftMap"}, {"type": "null"}]},
        "problem": PROBLEM,
    }
    return {
        "Error": schemas.of({"status": int, "error": str, "detail": str}),
        "RefusedError": schemas.of({"status": int, "error": str, "detail": str})
        | {"properties": {"status": _WHOLE, "error": _TEXT, "detail": _TEXT, "refusal": _named("Refusal")}},
        "Refusal": _refusal(),
        "Draft": _draft(schemas, with_moves=True),
        "ListedDraft": _draft(schemas, with_moves=False),
        "DraftMove": _draft_move(),
        "DraftState": _object({"draft": DRAFT, **effect, "behind": {"type": "array", "items": _named("Behind")}}),
        "Behind": {
            "description": "A grid of the draft that somebody changed since; the draft's moves still work on it.",
            **_object({"grid": _TEXT, "name": _TEXT, "actor": _MAYBE_TEXT, "at": _TEXT}),
        },
        "Worked": _object({"draft": DRAFT, **effect, "new_codes": _TEXTS}),
        "Rebased": _object({"draft": DRAFT, **effect, "ok": _FLAG}),
        "Edges": _edges(schemas),
        "Sheet": {"description": "The consequence sheet.", **schemas.of(sheet)},
        "DraftMap": _object({"after": COLLECTION, "before": COLLECTION, "border": COLLECTION}),
        "Applied": _object({"changeset_id": _WHOLE, "version": _WHOLE, "codes": _TEXTS, "draft": DRAFT}),
        "FeatureCollection": _object(
            {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object"}}}
        ),
    }


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(parts: dict[str, Any]) -> dict[str, Any]:
    """An object with those keys, all of them always there."""
    return {"type": "object", "properties": parts, "required": list(parts)}


def _refusal() -> dict[str, Any]:
    """Why something is refused."""
    return {
        "description": "Why a move or a step is refused. `reason` names the sentence, `facts` are its figures.",
        "type": "object",
        "properties": {
            "kind": _TEXT,
            "message": _TEXT,
            "reason": _TEXT,
            "facts": {"type": "object"},
            "grids": _TEXTS,
            "place": {"anyOf": [POSITION, {"type": "null"}]},
            "stale": _FLAG,
            "position": {**_WHOLE, "description": "which move of the draft is in the way"},
            "grid": _MAYBE_TEXT,
            "actor": {**_MAYBE_TEXT, "description": "who changed the grid in the way"},
            "at": _MAYBE_TEXT,
        },
        "required": ["kind", "message", "grids", "place", "stale"],
    }


def _draft(schemas: Schemas, *, with_moves: bool) -> dict[str, Any]:
    """A draft of a redraw; in lists without its moves."""
    always: dict[str, Any] = {
        "id": _WHOLE,
        "name": _TEXT,
        "note": _TEXT,
        "author": _TEXT,
        "stage": schemas.of(Stage),
        "stage_word": _TEXT,
        "shared": _FLAG,
        "locked": _TEXTS,
        "revision": _WHOLE,
        "base_version": _WHOLE,
        "created_at": _TEXT,
        "changed_at": _TEXT,
        "effective_on": _MAYBE_TEXT,
        "reason": _TEXT,
        **dict.fromkeys(("submitted_by", "checked_by", "approved_by", "applied_by"), _MAYBE_TEXT),
        "changeset_id": _MAYBE_WHOLE,
        "undoes": _MAYBE_WHOLE,
        "undone_by": {**_MAYBE_WHOLE, "description": "the redraw that undid it and still holds"},
        "may_change": _FLAG,
    }
    if with_moves:
        always |= {"can_undo": _FLAG, "can_redo": _FLAG, "moves": {"type": "array", "items": _named("DraftMove")}}
    return _object(always)


def _draft_move() -> dict[str, Any]:
    """A move as a draft keeps it."""
    return _object(
        {
            "position": _WHOLE,
            "kind": _TEXT,
            "move": _named("Move"),
            "undone": _FLAG,
            "author": _TEXT,
            "at": _TEXT,
            "at_words": _TEXT,
            "sentence": _TEXT,
        }
    )


def _edges(schemas: Schemas) -> dict[str, Any]:
    """Borders as edges with a grid on either side."""
    side = {**_TEXT, "description": "the grid on that side; empty outside the county"}
    line = {"type": "array", "items": POSITION}
    arc = _object({"left": side, "right": side, "level": schemas.of(Tier), "line": line})
    nodes = {**line, "description": "where edges end; an editor keeps them where they are"}
    return {
        **_object({"arcs": {"type": "array", "items": arc}, "nodes": nodes, "names": {"type": "object"}}),
        "description": "The borders of a neighbourhood; both sides of an edge follow when it is dragged.",
    }
