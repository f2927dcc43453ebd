"""/api/risk-sites: a risk site read, added, changed and removed."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from geo_grid.errors import BadInput
from geo_grid.publish import RiskSiteSummary, risk_site_summary
from geo_grid.risks import SiteDraft
from geo_grid.vocabulary import Action
from web import site_edits
from web.access import needs
from web.api.description import declared, takes
from web.database import read

risk_sites = Blueprint("risk_sites", __name__)

_WORDS = {
    "name": declared.text("its name", required=True),
    "kind": declared.text("the code of its kind", most=30, required=True),
    "note": declared.text("what to know of it", most=1000),
}
_DRAWN = {"type": "object", "description": "a GeoJSON geometry in degrees: a point, a line or an area"}


@risk_sites.get("/risk-sites/<code>")
@takes(answer=RiskSiteSummary, refuses=(404,))
@needs(Action.SEE)
def risk_site(code: str) -> Response:
    """A risk site and the grids it lies in."""
    return jsonify(read(risk_site_summary, code))


@risk_sites.post("/risk-sites")
@takes(
    body={
        **_WORDS,
        "code": declared.text("its code; the next free one without it", most=40),
        "geometry": declared.Given(_DRAWN, "where it is", is_required=True),
    },
    answer={"code": str},
    status=201,
    refuses=(422,),
)
@needs(Action.EDIT_SITES)
def add_risk_site() -> tuple[Response, int]:
    """A new risk site."""
    return jsonify(code=site_edits.add(_draft(None))), 201


@risk_sites.put("/risk-sites/<code>")
@takes(
    body={**_WORDS, "geometry": declared.Given(_DRAWN, "where it is now; as it was without it")},
    answer=RiskSiteSummary,
    refuses=(404, 422),
)
@needs(Action.EDIT_SITES)
def change_risk_site(code: str) -> Response:
    """Other words for a risk site and, when one is given, another shape."""
    site_edits.change(_draft(code))
    return jsonify(read(risk_site_summary, code))


@risk_sites.delete("/risk-sites/<code>")
@takes(
    body={"reason": declared.text("why, kept in the journal", most=200, required=True)},
    answer={"removed": str},
    refuses=(404,),
)
@needs(Action.EDIT_SITES)
def remove_risk_site(code: str) -> Response:
    """A risk site taken away; its past stays."""
    site_edits.remove(code, _given_text(_given(), "reason")[:200])
    return jsonify(removed=code)


def _draft(code: str | None) -> SiteDraft:
    """The site that the request's JSON gives."""
    given = _given()
    shape = given.get("geometry")
    if shape is not None and not isinstance(shape, dict):
        raise BadInput.of("%(name)s must be a GeoJSON geometry", name="geometry")
    return SiteDraft(
        code=_given_text(given, "code", blank=True) if code is None else code,
        name=_given_text(given, "name"),
        kind=_given_text(given, "kind"),
        note=_given_text(given, "note", blank=True),
        drawn=json.dumps(shape) if shape else "",
    )


def _given() -> dict[str, Any]:
    """The request's JSON object."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput.of("send a JSON object")
    return given


def _given_text(given: dict[str, Any], name: str, *, blank: bool = False) -> str:
    """A text of the request's JSON; raises `BadInput` for what is none, and for a blank one unless that may be."""
    text = given.get(name, "")
    if not isinstance(text, str) or "\x00" in text or not (text.strip() or blank):
        raise BadInput.of("%(name)s must be a text", name=name)
    return text.strip()
