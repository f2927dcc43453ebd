"""The language switch: `?lang=` on any page sets the cookie and shows the page again without it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from web.language import COOKIE, LANGUAGES

#: Addresses that answer no page of their own.
NO_PAGES = ("/api/", "/tiles/", "/static/", "/panel/", "/ogc/", "/healthz", "/metrics")
YEAR_SECONDS = 365 * 24 * 3600


def remember_choice() -> Response | None:
    """The redirect that keeps a chosen language; None when none was chosen."""
    wish = request.args.get("lang")
    if (
        wish not in LANGUAGES
        or request.endpoint is None
        or request.method != "GET"
        or request.path.startswith(NO_PAGES)
    ):
        return None
    rest = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    target = request.path + ("?" + urlencode(rest) if rest else "")
    response = redirect("/" + target.lstrip("/"), 303)
    response.set_cookie(COOKIE, wish, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _is_page() -> bool:
    """Whether this request asks for a whole page."""
    return request.method == "GET" and not request.path.startswith(NO_PAGES)
