"""/api/version, /api/overview and /api/net: at which state the data is, the county in figures, and whether it holds."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, jsonify

from geo_grid.vocabulary import Action
from web.access import needs
from web.api.description import takes
from web.database import read_widely
from web.overview import Overview, overview_now
from web.present import present_version
from web.soundness import Verdicts

versions = Blueprint("versions", __name__)


@versions.get("/version")
@takes(answer={"version": int})
@needs(Action.SEE)
def version() -> Response:
    """The version of the data, a part of every tile's address."""
    return jsonify(version=present_version())


@versions.get("/overview")
@takes(answer=Overview)
@needs(Action.SEE)
def overview() -> Response:
    """The county in figures."""
    return jsonify(overview_now())


@versions.get("/net")
@takes(answer={"invariants_broken": int})
@needs(Action.SEE)
def net() -> Response:
    """How many invariants the data breaks; 0 says that the net has no overlap and no gap."""
    return jsonify(invariants_broken=read_widely(cast(Verdicts, current_app.extensions["verdicts"]).broken))
