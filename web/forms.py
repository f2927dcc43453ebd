"""Forms: the session they live in, and the token without which nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

from flask import Flask, request
from flask_babel import gettext as _
from flask_wtf import CSRFProtect

from geo_grid.errors import BadInput
from geo_grid.settings import Settings
from web.secret_key import secret_key

SESSION_HOURS = 12


def guard_forms(app: Flask, settings: Settings) -> None:
    """Let `app` refuse every request that writes without the token of its session (form field or X-CSRFToken)."""
    app.config.update(
        SECRET_KEY=secret_key(settings),
        # The prefix lets a browser take the cookie by https from this very host alone (RFC 6265bis, 4.1.3.2).
        SESSION_COOKIE_NAME="__Host-geo_grid_session" if settings.https else "geo_grid_session",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    app.before_request(_refuse_nameless)  # before the token is looked for among the names
    CSRFProtect(app)


def _refuse_nameless() -> None:
    """Nothing, unless a part of a form has no name: Flask-WTF 1.3 looks for the token in names and fails at None."""
    if request.method in {"POST", "PUT", "PATCH", "DELETE"} and None in cast("Iterable[str | None]", request.form):
        raise BadInput(_("a part of the form has no name: send a name with each"))
