"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from geo_grid import access
from geo_grid.access import Action, TooManyAttempts
from geo_grid.errors import BadInput
from web.access import needs, safe_target
from web.database import keep, look_up
from web.errors import sentence_of
from web.session import actor, begin, end, is_demo, session_key, signed_in
from web.views.provided import provider

account = Blueprint("account", __name__)


@account.get("/sign-in")
@needs(Action.OPEN)
def sign_in() -> str | Response:
    """The page to sign in on; in a demo with one button for each role."""
    if signed_in() is not None:
        return redirect(safe_target(request.args.get("next")), 303)
    return _page("", 200)[0]


@account.post("/sign-in")
@needs(Action.OPEN)
def enter() -> Response | tuple[str, int]:
    """Signs in with username and password; ten attempts a minute."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    attempt = keep(lambda conn: access.sign_in(conn, username, password, request.remote_addr or ""))
    if attempt.key is None:
        status = 429 if isinstance(attempt.failure, TooManyAttempts) else 401
        return _page(_(str(attempt.failure)), status)
    begin(attempt.key)
    return redirect(safe_target(request.form.get("next")), 303)


@account.post("/sign-in/demo")
@needs(Action.OPEN)
def enter_demo() -> Response:
    """Signs in to a demo account, which only a demo has."""
    username = request.form.get("username", "")
    key = keep(lambda conn: access.sign_in_to_demo(conn, username, request.remote_addr or ""))
    begin(key)
    return redirect(safe_target(request.form.get("next")), 303)


@account.post("/sign-out")
@needs(Action.OPEN)
def leave() -> Response:
    """Ends the session."""
    end()
    response = redirect(url_for("account.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@account.get("/account")
@needs(Action.OWN_ACCOUNT)
def own() -> str:
    """One's own account: name, roles, and another password."""
    who = signed_in()
    shown = look_up(access.account_named, actor().username)
    return render_template(
        "account/own.html",
        account=shown,
        must_change=who is not None and who.must_change,
        sessions=[] if shown.is_demo else look_up(access.open_sessions, shown.id),
        present=access.mark_of(access.digest_of(session_key() or "")),
    )


@account.post("/account/password")
@needs(Action.OWN_ACCOUNT)
def change_password() -> Response:
    """Changes one's own password; all other sessions of the account end."""
    try:
        keep(
            lambda conn: access.change_password(
                conn,
                actor().username,
                request.form.get("present", ""),
                _wanted(),
                session=access.digest_of(session_key() or ""),
            )
        )
    except BadInput as wrong:
        flash(sentence_of(wrong), "bad")
        return redirect(url_for("account.own"), 303)
    flash(_("Your password is changed; wherever else you were signed in, you are not any more."), "good")
    return redirect(url_for("account.own"), 303)


@account.post("/account/sessions")
@needs(Action.OWN_ACCOUNT)
def end_elsewhere() -> Response:
    """Ends one of one's own sessions, or all but the present one."""
    mark = request.form.get("mark") or None
    shown = look_up(access.account_named, actor().username)
    keep(lambda conn: access.end_sessions(conn, shown.id, session_key() or "", mark=mark))
    flash(_("Whoever used it is signed out."), "good")
    return redirect(url_for("account.own"), 303)


def _wanted() -> str:
    """The new password, typed twice alike."""
    first, second = request.form.get("password", ""), request.form.get("again", "")
    if first != second:
        raise BadInput(_("The two new passwords differ: type the same twice."))
    return first


def _page(failure: str, status: int) -> tuple[str, int]:
    """The page to sign in on."""
    shown = {
        "failure": failure,
        "next": request.values.get("next", ""),
        "username": request.form.get("username", ""),
        "demo_accounts": look_up(access.demo_accounts) if is_demo() else [],
        "demo_password": access.DEMO_PASSWORD,
        "provider": provider(),
        "needs_first": not is_demo() and not look_up(access.any_administrator),
    }
    return render_template("account/sign_in.html", **shown), status
