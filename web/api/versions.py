"""/api/version and /api/overview: at which state the data is, and the county in figures."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, jsonify

from geo_grid.publish import data_version
from web.database import read
from web.overview import Overviews

versions = Blueprint("versions", __name__)


@versions.get("/version")
def version() -> Response:
    """The version of the data, a part of every tile's address."""
    return jsonify(version=read(data_version))


@versions.get("/overview")
def overview() -> Response:
    """The county in figures."""
    return jsonify(read(cast(Overviews, current_app.extensions["overviews"]).at_present))
