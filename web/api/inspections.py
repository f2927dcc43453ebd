"""/api/inspections/due and /api/hazard-zones: what is to be inspected, and the zones, for programs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid.hazards import read_zone, read_zones
from geo_grid.inspections import read_inspections
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read
from web.rounds import rounds_now
from web.views.inspections import chosen_duties

inspections = Blueprint("inspections", __name__)

MOST = 5000


@inspections.get("/inspections/due")
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
@needs(Action.SEE)
def latest() -> Response:
    """The latest inspections, those of `?site=` when given."""
    most = params.count("limit", 100, 1000)
    return jsonify(inspections=read(read_inspections, site=params.text_or_none("site"), most=most))


@inspections.get("/hazard-zones")
@needs(Action.SEE)
def zones() -> Response:
    """All hazard zones with their households counted."""
    return jsonify(zones=read(read_zones))


@inspections.get("/hazard-zones/<code>")
@needs(Action.SEE)
def zone(code: str) -> Response:
    """One hazard zone."""
    return jsonify(read(read_zone, code))
