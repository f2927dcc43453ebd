"""/who: who is responsible at a place on any day, to be read and printed."""

from __future__ import annotations

from flask import Blueprint, render_template

from geo_grid.publish import who
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read
from web.sitemap import map_parts

responsible = Blueprint("responsible", __name__)

#: Half the side of what the small map shows, in degrees.
REACH_DEGREES = 0.004


@responsible.get("/who")
@needs(Action.SEE)
def place() -> str:
    """The grids that hold `?lon=&lat=`, the special grid first, with their posts, risk sites and facilities."""
    lon, lat, day = params.degrees("lon", 180), params.degrees("lat", 90), params.day_or_none("at")
    answer = read(who, lon, lat, day)
    around = (lon - REACH_DEGREES, lat - REACH_DEGREES, lon + REACH_DEGREES, lat + REACH_DEGREES)
    point = {"type": "Point", "coordinates": [lon, lat]}
    return render_template("who/place.html", answer=answer, **map_parts(geometry=point, bounds=around))
