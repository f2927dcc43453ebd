"""/accounts: where an administrator keeps the accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid import access
from geo_grid.access import RIGHTS, AccountRole, Action, RoleGiven
from geo_grid.errors import BadInput, NotFound, Refused
from web.access import needs
from web.database import keep, look_up
from web.errors import sentence_of
from web.session import actor

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")


@accounts.get("")
@needs(Action.MANAGE_ACCOUNTS)
def overview() -> str:
    """All accounts, what each role may do, and a form for a new account."""
    shown = look_up(access.all_accounts)
    return render_template("account/accounts.html", accounts=shown, roles=AccountRole, rights=RIGHTS)


@accounts.post("")
@needs(Action.MANAGE_ACCOUNTS)
def add() -> Response | str:
    """Makes an account and shows its first password, once."""
    username, password = request.form.get("username", ""), access.made_up()
    given = _given() if request.form.get("role") else None

    def work(conn: Connection) -> None:
        access.add_account(conn, username, request.form.get("name", ""), password, by=actor().username)
        if given is not None:
            access.give_role(conn, username, given, by=actor().username)

    if not _done(lambda: keep(work)):
        return redirect(url_for("accounts.overview"), 303)
    return _shown(username, password)


@accounts.get("/<username>")
@needs(Action.MANAGE_ACCOUNTS)
def one(username: str) -> str:
    """An account with its roles, and what can be done with it."""
    return _shown(username)


@accounts.post("/<username>/roles")
@needs(Action.MANAGE_ACCOUNTS)
def give(username: str) -> Response:
    """Gives the account a role: for the county or a grid, from a day, to a day."""
    return _do(username, lambda: keep(lambda conn: access.give_role(conn, username, _given(), by=actor().username)))


@accounts.post("/<username>/roles/<int:given>/take")
@needs(Action.MANAGE_ACCOUNTS)
def take(username: str, given: int) -> Response:
    """Takes a role from the account."""
    return _do(username, lambda: keep(lambda conn: access.take_role(conn, username, given, by=actor().username)))


@accounts.post("/<username>/password")
@needs(Action.MANAGE_ACCOUNTS)
def reset(username: str) -> Response | str:
    """Gives the account a password that is shown once and must be changed; its sessions end."""
    password, by = access.made_up(), actor().username
    if not _done(lambda: keep(lambda conn: access.set_password(conn, username, password, by=by, must_change=True))):
        return redirect(url_for("accounts.one", username=username), 303)
    return _shown(username, password)


@accounts.post("/<username>/disable")
@needs(Action.MANAGE_ACCOUNTS)
def disable(username: str) -> Response:
    """Lets nobody sign in with the account; its sessions end at once."""
    return _do(username, lambda: keep(lambda conn: access.disable(conn, username, by=actor().username)))


@accounts.post("/<username>/enable")
@needs(Action.MANAGE_ACCOUNTS)
def enable(username: str) -> Response:
    """Lets an account that was disabled sign in again."""
    return _do(username, lambda: keep(lambda conn: access.enable(conn, username, by=actor().username)))


def _shown(username: str, password: str | None = None) -> str:
    """The page of an account, with a password that was just made."""
    shown = look_up(access.account_named, username)
    return render_template("account/one.html", account=shown, password=password, roles=AccountRole)


def _do(username: str, work: Callable[[], Any]) -> Response:
    """Does `work`, says how it went, and leads back to the account's page."""
    if _done(work):
        flash(_("Done."), "good")
    return redirect(url_for("accounts.one", username=username), 303)


def _done(work: Callable[[], Any]) -> bool:
    """Whether `work` could be done; else the reason is said on the next page."""
    try:
        work()
    except (BadInput, Refused, NotFound) as wrong:
        flash(sentence_of(wrong), "bad")
        return False
    return True


def _given() -> RoleGiven:
    """The role that the form describes."""
    role = request.form.get("role", "")
    if role not in AccountRole.__members__:
        raise BadInput(_("Choose a role."))
    grid = request.form.get("grid", "").strip() or None
    return RoleGiven(AccountRole[role], grid, _day("since"), _day("until"))


def _day(name: str) -> date | None:
    """A day of the form; None when it was left empty."""
    given = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BadInput(_("Write days as 2026-03-01.")) from None
