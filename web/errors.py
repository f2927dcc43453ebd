"""From a kind of error to its HTTP status and the page or JSON that tells of it."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from geo_grid.access import Forbidden
from geo_grid.db import RightMissing
from geo_grid.errors import BadInput, GeoGridError, NotFound, Refused, Stale, Unavailable

Answer = tuple[Any, int, dict[str, str]]

#: The one table: what a caller can do about an error decides the status.
STATUS: dict[type[GeoGridError], int] = {
    BadInput: 400,
    NotFound: 404,
    Stale: 409,
    Forbidden: 403,
    RightMissing: 403,
    Refused: 422,
    Unavailable: 503,
}
RETRY_SECONDS = 5

TITLES = {
    400: lazy_gettext("This request cannot be read"),
    401: lazy_gettext("You are not signed in"),
    403: lazy_gettext("Your account may not do this"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("This address does not take such a request"),
    409: lazy_gettext("This has changed meanwhile"),
    410: lazy_gettext("This has changed meanwhile"),
    413: lazy_gettext("This is more than can be sent at once"),
    422: lazy_gettext("This would break a rule"),
    500: lazy_gettext("Something went wrong in the program"),
    503: lazy_gettext("The service is not available at the moment"),
}
ADVICE = {
    400: lazy_gettext("Check the address you typed, or start again from the map."),
    401: lazy_gettext("Sign in, then try again."),
    403: lazy_gettext("Sign in with another account, or ask an administrator for the role."),
    404: lazy_gettext("Check the code or the address, or look for it from the map."),
    405: lazy_gettext("Start again from the map."),
    409: lazy_gettext("Load the page again to see the present state."),
    410: lazy_gettext("Load the page again to see the present state."),
    413: lazy_gettext("Send less: smaller files, fewer photos, or a shorter line."),
    422: lazy_gettext("Ask for something else."),
    500: lazy_gettext("It has been logged. Try again; if it stays, tell the operator the time."),
    503: lazy_gettext("The database does not answer. It will be tried again; the page comes back by itself."),
}


def status_of(error: GeoGridError) -> int:
    """The HTTP status of an error, by the nearest kind in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def sentence_of(error: GeoGridError) -> str:
    """What an error says, in the reader's language as far as its sentence is known."""
    if not error.says:
        return gettext(str(error)) if str(error) else ""
    facts = {name: gettext(fact) if isinstance(fact, str) and fact else fact for name, fact in error.said_with.items()}
    source = getattr(error, "source", "")
    said = gettext(error.says) % facts if facts else gettext(error.says)
    return f"{source}: {said}" if source else said


def tell_errors(app: Flask) -> None:
    """Let `app` answer each kind of error in the reader's language: JSON under /api, a page elsewhere."""
    app.register_error_handler(GeoGridError, _tell_ours)
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(Exception, _tell_unknown)


def answer_error(status: int, detail: str) -> Answer:
    """The answer to a failed request: `detail` is one sentence, empty when there is nothing more to say."""
    title = TITLES.get(status, TITLES[500])
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(RETRY_SECONDS)} if status == 503 else {})
    if request.path.startswith(("/api/", "/tiles/", "/healthz", "/ogc/", "/metrics")):
        said = {"status": status, "error": str(title), "detail": detail or gettext("No more is known.")}
        if request.path.startswith("/ogc/"):
            said |= {"code": str(status), "description": said["detail"]}
        return jsonify(said), status, headers
    shown = {"title": title, "advice": ADVICE.get(status, ADVICE[500]), "detail": detail, "status": status}
    template = "panel/error.html" if request.path.startswith("/panel/") else "error.html"
    return render_template(template, **shown, retry_seconds=RETRY_SECONDS), status, headers


def _tell_ours(error: GeoGridError) -> Answer:
    status = status_of(error)
    if status >= 500:
        current_app.logger.error("%s %r: %s", request.method, request.path, error)
    return answer_error(status, sentence_of(error))


def _tell_http(error: HTTPException) -> Answer | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return answer_error(error.code, "")


def _tell_unknown(error: Exception) -> Answer:
    current_app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
    return answer_error(InternalServerError.code, "")
