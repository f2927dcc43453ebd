"""/api/statistics: the figures of places, as the page, the files and the paper have them."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from geo_grid.errors import BadInput
from geo_grid.publish import PlaceFigures, place_figures
from geo_grid.vocabulary import Action, Tier
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.database import read

statistics = Blueprint("statistics", __name__)


@statistics.get("/statistics")
@takes(
    query={"tier": declared.TIER, "under": declared.text("the code of a grid above them")},
    answer={"tier": str, "places": tuple[PlaceFigures, ...]},
    refuses=(404,),
)
@needs(Action.SEE)
def places() -> Response:
    """The figures of the grids of `?tier=` (default TOTAL), of those below `?under=` when it is given, by code."""
    name = params.text("tier") or Tier.TOTAL.code
    if name not in Tier.__members__:
        raise BadInput.of(
            "there is no tier %(name)s: tier takes one of %(known)s",
            name=name,
            known=", ".join(Tier.__members__),
        )
    lines = read(place_figures, Tier[name], params.text_or_none("under"))
    return jsonify(tier=name, places=[asdict(line) for line in lines])
