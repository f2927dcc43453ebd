"""/sign-in/provider: signing in and out through the provider of the settings; without one there is nothing here."""

from __future__ import annotations

from dataclasses import asdict
from hmac import compare_digest
from typing import cast

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from geo_grid import access
from geo_grid.access import Action
from web.access import needs, safe_target
from web.database import keep
from web.provider import Asked, NotProven, Provider, ProviderAway
from web.session import begin

provided = Blueprint("provided", __name__, url_prefix="/sign-in/provider")

ASKED, NEXT, EXTENSION = "asked", "asked_next", "geo_grid_provider"
SENTENCES = (
    lazy_gettext("the sign-in service does not answer as it should: sign in with a password, or try again later"),
    lazy_gettext("the sign-in service's answer could not be proven: start again from the page to sign in on"),
    lazy_gettext("the sign-in service knows you, but nobody made you an account here: ask an administrator"),
)


def provider() -> Provider | None:
    """The provider of the settings, None when there is none."""
    return cast("Provider | None", current_app.extensions.get(EXTENSION))


@provided.get("")
@needs(Action.OPEN)
def go() -> AnyResponse:
    """Leads to the provider."""
    asked_of = provider() or abort(404)
    try:
        address, asked = asked_of.way_in(_back())
    except ProviderAway as away:
        return _failed(away, 503)
    session[ASKED], session[NEXT] = asdict(asked), safe_target(request.args.get("next"))
    return redirect(address, 303)


@provided.get("/back")
@needs(Action.OPEN)
def come_back() -> AnyResponse:
    """Signs in who comes back from the provider, when it is who was sent there and there is an account."""
    asked_of = provider() or abort(404)
    kept, target = session.pop(ASKED, None), session.pop(NEXT, None)
    try:
        asked = Asked(**kept) if isinstance(kept, dict) else None
        given, code = request.args.get("state", ""), request.args.get("code", "")
        if asked is None or not code or not compare_digest(given.encode(), asked.state.encode()):
            raise NotProven("the state is not what was sent")
        username = asked_of.who_came(_back(), asked, code)
    except NotProven as wrong:
        return _failed(wrong, 403)
    except ProviderAway as away:
        return _failed(away, 503)
    attempt = keep(lambda conn: access.sign_in_by_provider(conn, username, request.remote_addr or ""))
    if attempt.key is None:
        return Response(_page(_(str(attempt.failure))), 403)
    begin(attempt.key)
    return redirect(safe_target(target), 303)


@provided.get("/out")
@needs(Action.OPEN)
def out() -> AnyResponse:
    """Leads to where one signs out at the provider too."""
    asked_of = provider() or abort(404)
    try:
        return redirect(asked_of.way_out(_home()) or _home(), 303)
    except ProviderAway:
        return redirect(_home(), 303)


def _back() -> str:
    """The address to which the provider sends browsers back; it has to be entered there."""
    return url_for("provided.come_back", _external=True)


def _home() -> str:
    """The page to sign in on, with its host."""
    return url_for("account.sign_in", _external=True)


def _failed(wrong: NotProven | ProviderAway, status: int) -> Response:
    """The page that says what went wrong; the reason is for the operator's log."""
    current_app.logger.warning("sign-in through the provider failed: %r", wrong.why)
    return Response(_page(_(str(wrong))), status)


def _page(failure: str) -> str:
    """The page that says why one is not signed in."""
    return render_template("account/provider.html", failure=failure)
