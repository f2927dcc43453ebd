"""/healthz for programs and /health for people: how the installation stands."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from geo_grid.db import DbRole, ensure_current
from geo_grid.errors import GeoGridError
from geo_grid.retention import due
from geo_grid.vocabulary import Action
from web.access import needs
from web.ailments import checks
from web.database import read, try_again, web_settings
from web.errors import Answer, answer_error

health = Blueprint("health", __name__)


@health.get("/healthz")
@needs(Action.OPEN)
def healthz() -> Response | Answer:
    """200 when all is right, else 503 with one sentence."""
    try:
        try_again(lambda: ensure_current(web_settings(), DbRole.WEB))
    except GeoGridError as wrong:
        return answer_error(503, str(wrong))
    return jsonify(status="ok")


@health.get("/health")
@needs(Action.SEE_HEALTH)
def page() -> str:
    """Every check of the installation, with what to do when it is not good, and what is kept for how long."""
    return render_template("health/page.html", checks=checks(), due=read(due, web_settings()))
