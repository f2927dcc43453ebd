"""Which action each address asks for, declared beside its view, and the one place that lets a request through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from geo_grid.access import Forbidden
from geo_grid.errors import Refused
from geo_grid.vocabulary import Action
from web.errors import Answer, answer_error
from web.session import actor as asking
from web.session import signed_in

View = TypeVar("View", bound=Callable[..., Any])
MARK, OPENED_BY = "needed_action", "opened_by"
#: What answers programs: who is not signed in is told so instead of being led to the page where one does.
FOR_PROGRAMS = ("/api/", "/tiles/", "/panel/", "/ogc/", "/metrics")
#: Where an account goes that must change its password first.
OWN_PAGES = frozenset({"account.own", "account.change_password", "account.leave"})


class Undeclared(Refused):
    """An address declares no action, so nobody may use it."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"the address {endpoint} declares no action: its programmer must add `needs`")


def needs(action: Action, *, unless: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """The decorator of a view that only who may do `action` is answered by; it stands directly above the function.

    A request of which `unless` holds is answered whoever asks: it carries something that opens this one address.
    """

    def declare(view: View) -> View:
        setattr(view, MARK, action)
        setattr(view, OPENED_BY, unless)
        return view

    return declare


def needed(view: object) -> Action | None:
    """The action that a view asks for; None when it declares none."""
    found = getattr(view, MARK, None)
    return found if isinstance(found, Action) else None


def guard_addresses(app: Flask) -> None:
    """Let `app` answer only what the actor may ask for; what declares no action is refused to everybody."""
    app.before_request(let_through)


def let_through() -> Response | Answer | None:
    """None when the actor may have this answer; else where to sign in, or the refusal."""
    if request.endpoint is None:
        return None
    action = needed(current_app.view_functions[request.endpoint])
    g.action = action
    if action is Action.OPEN or _is_opened(current_app.view_functions[request.endpoint]):
        return None
    if action is None:
        current_app.logger.error("%s", Undeclared(request.endpoint))
        return answer_error(403, str(Undeclared(request.endpoint)))
    who = signed_in()
    if who is not None and who.must_change and request.endpoint not in OWN_PAGES:
        return _elsewhere("account.own", gettext("Change your password first."))
    if asking().may(action):
        return None
    if who is None:
        return _elsewhere("account.sign_in", gettext("Sign in, then try again."))
    current_app.logger.warning("%s may not %s: %s %r", who.actor.username, action.code, request.method, request.path)
    raise Forbidden(action)


def _is_opened(view: object) -> bool:
    """Whether the request carries what opens the address of a view to whoever asks."""
    opened_by = getattr(view, OPENED_BY, None)
    return opened_by is not None and bool(opened_by())


def _elsewhere(endpoint: str, sentence: str) -> Response | Answer:
    """The way to the page `endpoint` for people, and 401 for programs."""
    if request.path.startswith(FOR_PROGRAMS):
        return answer_error(401, sentence)
    wish = {"next": request.full_path.rstrip("?")} if request.method == "GET" and request.path != "/" else {}
    return redirect(url_for(endpoint) + (f"?{urlencode(wish)}" if wish else ""), 303)


def safe_target(wish: str | None) -> str:
    """The address of this site that `wish` names; the map for anything that could lead elsewhere."""
    home = url_for("map.county_map")
    if not wish or len(wish) > 2000 or not wish.startswith("/") or not wish.isprintable():
        return home
    parts = urlsplit(wish)
    if parts.scheme or parts.netloc or wish[1:2] in {"/", "\\"}:
        return home
    return wish
