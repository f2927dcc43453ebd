"""/api/inspections/due and /api/hazard-zones: what is to be inspected, and the zones, for programs."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify

from geo_grid.hazards import Zone, read_zone, read_zones
from geo_grid.inspections import Inspection, read_inspections
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.database import read
from web.rounds import rounds_now
from web.views.inspections import WHOSE, chosen_duties

inspections = Blueprint("inspections", __name__)

MOST = 5000

_TEXT = {"type": "string"}
_DAY = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
_DUTY = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("site", "name", "kind", "grid", "tier"), _TEXT),
        "last": {**_DAY, "description": "when it was inspected last"},
        "due_on": _DAY,
        "days_late": {"type": "integer"},
        "keeper": {"type": ["string", "null"], "description": "the worker whose duty it is"},
    },
    "required": ["site", "name", "kind", "grid", "tier", "last", "due_on", "days_late", "keeper"],
}


@inspections.get("/inspections/due")
@takes(
    query={
        "whose": declared.Given({"type": "string", "enum": list(WHOSE)}, "all, one's own, or those on one's ground"),
        "tier": declared.TIER,
        "under": declared.text("the code of a grid above"),
        "limit": declared.whole("how many at most", most=MOST),
    },
    answer={"day": date, "duties": {"type": "array", "items": _DUTY}},
)
@needs(Action.SEE)
def due() -> Response:
    """What is to be inspected, due first at the front; `?whose=`, `?tier=`, `?under=` as on the page, `?limit=`."""
    rounds = rounds_now()
    found = chosen_duties(rounds)[: params.count("limit", 500, MOST)]
    duties = [
        {
            "site": one.site.code,
            "name": one.site.name,
            "kind": one.site.kind.code,
            "grid": one.grid,
            "tier": one.tier.code,
            "last": one.last,
            "due_on": one.due_on,
            "days_late": one.days_late(rounds.day),
            "keeper": one.keeper.worker if one.keeper else None,
        }
        for one in found
    ]
    return jsonify(day=rounds.day, duties=duties)


@inspections.get("/inspections")
@takes(
    query={"site": declared.text("the code of a risk site"), "limit": declared.whole("how many at most", most=1000)},
    answer={"inspections": tuple[Inspection, ...]},
)
@needs(Action.SEE)
def latest() -> Response:
    """The latest inspections, those of `?site=` when given."""
    most = params.count("limit", 100, 1000)
    return jsonify(inspections=read(read_inspections, site=params.text_or_none("site"), most=most))


@inspections.get("/hazard-zones")
@takes(answer={"zones": tuple[Zone, ...]})
@needs(Action.SEE)
def zones() -> Response:
    """All hazard zones with their households counted."""
    return jsonify(zones=read(read_zones))


@inspections.get("/hazard-zones/<code>")
@takes(answer=Zone, refuses=(404,))
@needs(Action.SEE)
def zone(code: str) -> Response:
    """One hazard zone."""
    return jsonify(read(read_zone, code))
