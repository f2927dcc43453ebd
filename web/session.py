"""Who asks: the actor of the present request, by the session's key in the signed cookie."""

from __future__ import annotations

import time
from typing import cast

from flask import Flask, current_app, g, session

from geo_grid import access
from geo_grid.access import Action, Actor, Scope, SignedIn
from web.database import glance, keep, know_scope
from web.seals import Seals

#: The cookie holds nothing of the account: only the key of a session that lives in the database, where it can be ended.
KEY = "key"
EXTENSION, SEALS = "geo_grid_demo_flag", "geo_grid_seals"
KNOWN_SECONDS = 10.0


class DemoFlag:
    """Whether the database is a demo, asked for again every ten seconds."""

    def __init__(self) -> None:
        self._known = False
        self._until = 0.0

    def __bool__(self) -> bool:
        """Whether the database is a demo."""
        if time.monotonic() >= self._until:
            self._known = glance(access.is_demo)
            self._until = time.monotonic() + KNOWN_SECONDS
        return self._known


def know_actors(app: Flask) -> None:
    """Let `app` and its templates know who asks."""
    app.extensions[EXTENSION] = DemoFlag()
    app.extensions[SEALS] = Seals()
    know_scope(app, scope, _forget, clerk_seal)
    app.jinja_env.globals.update(actor=actor, may=may, may_for_county=may_for_county, is_demo=is_demo)


def actor() -> Actor:
    """The actor of this request: whoever signed in, else a visitor, who may read where the database is a demo."""
    who = signed_in()
    if who is not None:
        return who.actor
    return Actor.demo_visitor() if is_demo() else Actor.visitor()


def scope() -> Scope:
    """Where the actor may do what this request asks for: the county, or the subtrees of some grids."""
    if "scope" not in g:
        g.scope = _scope(actor(), g.get("action") or Action.SEE)
    return cast(Scope, g.scope)


def clerk_seal(anywhere: bool) -> str:
    """The seal under which the asker writes as the clerk; blank for who did not sign in, who writes nothing."""
    account = actor().account
    if account is None:
        return ""
    asked = (account, "ANYWHERE" if anywhere else "COUNTY", frozenset[str](), 0)
    make = lambda: glance(access.seal_clerk, account, anywhere=anywhere)  # noqa: E731
    return cast(Seals, current_app.extensions[SEALS]).seal(asked, make)


def signed_in() -> SignedIn | None:
    """Whose session this request carries; None when nobody is signed in."""
    if "signed_in" not in g:
        g.signed_in = _look()
    return cast("SignedIn | None", g.signed_in)


def may(action: str) -> bool:
    """Whether the actor may do the action of that name; for templates."""
    return actor().may(Action[action])


def may_for_county(action: str) -> bool:
    """Whether the actor may do it to what holds for the whole county, a rule for instance; for templates."""
    return actor().may(Action[action], access.COUNTY)


def demand_county(action: Action) -> None:
    """Nothing when the actor may do it to what holds for the whole county; else raises `Forbidden`."""
    access.demand(actor(), action, access.COUNTY)


def is_demo() -> bool:
    """Whether this is a demo, where everybody may read."""
    return bool(cast(DemoFlag, current_app.extensions[EXTENSION]))


def session_key() -> str | None:
    """The key of this request's session."""
    found = session.get(KEY)
    return found if isinstance(found, str) else None


def begin(key: str) -> None:
    """Let the browser carry the new session `key`; nothing of the one before stays, its form token neither."""
    session.clear()
    session[KEY] = key
    _forget()


def end() -> None:
    """End this request's session, in the database and in the browser."""
    key = session_key()
    if key is not None:
        keep(lambda conn: access.sign_out(conn, key))
    session.clear()
    _forget()


def _forget() -> None:
    """Let the request ask anew who asks."""
    for known in ("signed_in", "scope"):
        g.pop(known, None)


def _scope(who: Actor, action: Action) -> Scope:
    """Where `who` may do `action`; what everybody may do is done where they see."""
    asked = Action.SEE if action in {Action.OPEN, Action.OWN_ACCOUNT} else action
    tops = access.tops(who, asked)
    if tops is None:
        return Scope()
    signed = signed_in()
    if signed is None or who.account is None:
        return Scope(tops)
    account, version = who.account, signed.version
    seals = cast(Seals, current_app.extensions[SEALS])
    sealed = seals.seal((account, asked.code, tops, version), lambda: glance(access.seal_scope, account, asked.code))
    return Scope(tops, sealed, version)


def _look() -> SignedIn | None:
    """Whose session the cookie names; its use is noted once a minute."""
    key = session_key()
    found = None if key is None else glance(access.whose, key)
    if found is not None and found.is_old and key is not None:
        keep(lambda conn: access.keep_alive(conn, key))
    return found
