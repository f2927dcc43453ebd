"""/api/search, /api/who and /api/households: what is found by words or lies at a place."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid.publish import (
    Hit,
    HouseholdSummary,
    Responsibility,
    household_summary,
    who,
)
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.database import read
from web.found import found

places = Blueprint("places", __name__)

MOST_HITS = 50


@places.get("/search")
@takes(
    query={
        "q": declared.text("a code, a name, an address, or a part of one"),
        "limit": declared.whole("how many at most", most=MOST_HITS),
    },
    answer={"hits": tuple[Hit, ...]},
)
@needs(Action.SEE)
def find() -> Response:
    """What `?q=` finds, best first."""
    return jsonify(hits=found(params.text("q"), params.count("limit", 20, MOST_HITS)))


@places.get("/who")
@takes(
    query={
        "lon": declared.degrees("longitude", 180),
        "lat": declared.degrees("latitude", 90),
        "at": declared.day("the day; today without it"),
    },
    answer=Responsibility,
    refuses=(404,),
)
@needs(Action.SEE)
def responsible() -> Response:
    """Who is responsible at `?lon=&lat=`, today or `?at=` a day."""
    return jsonify(read(who, params.degrees("lon", 180), params.degrees("lat", 90), params.day_or_none("at")))


@places.get("/households/<int:number>")
@takes(answer=HouseholdSummary, refuses=(404,))
@needs(Action.SEE)
def household(number: int) -> Response:
    """A household, phones masked."""
    return jsonify(read(household_summary, number))
