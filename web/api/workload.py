"""/api/workload: loads of places and leaves by the workload formula, in households."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify

from geo_grid.errors import BadInput
from geo_grid.vocabulary import Action, LoadTerm, Tier
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.coverage import coverage_now
from web.workload import breaks_of, workload_now

workload = Blueprint("workload", __name__)

_NUMBER = {"type": "number"}
_TERM = {"type": "object", "properties": {"amount": _NUMBER, "load": _NUMBER}, "required": ["amount", "load"]}
_PLACE = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "name": {"type": "string"},
        "load": {**_NUMBER, "description": "in households"},
        "terms": {"type": "object", "properties": {term.code: _TERM for term in LoadTerm}},
    },
    "required": ["code", "name", "load", "terms"],
}
_WEIGHTS = {"type": "object", "properties": {term.code: _NUMBER for term in LoadTerm}}
_LEAVES = {"type": "object", "additionalProperties": _NUMBER, "description": "by the id of the grid"}


@workload.get("/workload")
@takes(
    query={"tier": declared.TIER},
    answer={"day": date, "weights": _WEIGHTS, "places": {"type": "array", "items": _PLACE}},
)
@needs(Action.SEE)
def places() -> Response:
    """The loads of the grids of `?tier=` (default TOTAL), each with all in it: amounts and products by term."""
    name = params.text("tier") or Tier.TOTAL.code
    if name not in Tier.__members__:
        raise BadInput.of(
            "there is no tier %(name)s: tier takes one of %(known)s",
            name=name,
            known=", ".join(Tier.__members__),
        )
    found = workload_now()
    grids = sorted(found.county.of_tier(Tier[name]), key=lambda one: one.code)
    below = {grid.code: found.below[found.county.index[grid.code]] for grid in grids}
    return jsonify(
        day=found.county.day.isoformat(),
        weights={term.code: found.weights[term] for term in LoadTerm},
        places=[
            {
                "code": grid.code,
                "name": grid.name,
                "load": round(found.load_of(below[grid.code]), 3),
                "terms": {
                    term.code: {"amount": round(amount, 4), "load": round(load, 4)}
                    for term, (amount, _, load) in found.terms(below[grid.code]).items()
                },
            }
            for grid in grids
        ],
    )


@workload.get("/workload/leaves")
@takes(answer={"leaves": _LEAVES, "limits": {"type": "array", "items": _NUMBER}})
@needs(Action.SEE)
def leaves() -> Response:
    """The load of every leaf by the grid's id, and the limits of the map's classes."""
    found, ids = workload_now(), coverage_now().ids
    loads = {str(ids[found.county.grids[one].code]): round(float(found.loads[one]), 1) for one in found.leaves.tolist()}
    return jsonify(leaves=loads, limits=breaks_of(found))
