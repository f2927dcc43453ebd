"""/api/session and /api/openapi.json: who asks with which token, and what can be asked for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from flask_wtf.csrf import generate_csrf

from geo_grid.vocabulary import Action
from web.access import needs
from web.api.description import description, takes
from web.session import actor

session = Blueprint("session", __name__)


@session.get("/session")
@takes(answer={"username": str, "name": str, "is_signed_in": bool, "may": tuple[Action, ...], "csrf_token": str})
@needs(Action.OPEN)
def who_asks() -> Response:
    """Who asks, what they may do somewhere at least, and the token that whatever writes must carry."""
    who = actor()
    may: list[str] = [action.code for action in Action if who.may(action)]
    known: dict[str, Any] = {"username": who.username, "name": who.name, "is_signed_in": who.is_signed_in, "may": may}
    return jsonify(**known, csrf_token=generate_csrf())


@session.get("/openapi.json")
@takes(
    answer={"openapi": str, "info": {"type": "object"}, "paths": {"type": "object"}, "components": {"type": "object"}}
)
@needs(Action.OPEN)
def openapi() -> Response:
    """The description of every address under /api, in OpenAPI 3.1."""
    return jsonify(description(current_app))
