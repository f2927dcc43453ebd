"""Signing in and out, and whose session a request carries."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from geo_grid.access import store
from geo_grid.access.accounts import given_of, tidy_username
from geo_grid.access.model import Actor
from geo_grid.access.passwords import hashed, is_outdated, is_right, made_up
from geo_grid.errors import BadInput, Refused

#: A session ends after a working day, or when nobody used it for two hours.
LONGEST, IDLE = "12 hours", "2 hours"
#: Failed attempts within a minute, before the next one is not even looked at.
MOST_OF_BOTH, MOST_OF_ADDRESS, MOST_OF_USERNAME = 10, 50, 30


class WrongPassword(BadInput):
    """No account that may sign in has that username and password; which of the two is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("the username or the password is wrong: try again, or ask an administrator for a new password")


class TooManyAttempts(Refused):
    """Somebody tries passwords too quickly."""

    def __init__(self) -> None:
        super().__init__("too many attempts to sign in: wait a minute, then try again")


class NoAccount(Refused):
    """Whom the provider vouches for has no account here that may sign in."""

    def __init__(self) -> None:
        super().__init__("the sign-in service knows you, but nobody made you an account here: ask an administrator")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of an attempt to sign in: a session's key when it succeeded."""

    key: str | None
    failure: BadInput | Refused | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that still holds: its mark (half of the digest of its key, in hexadecimal), when, and from where."""

    mark: str
    began_at: datetime
    seen_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session a key opens; `is_old` when it should be noted that it was used.

    `version` is the map's (`publish.data_version`) at the moment at which the session was looked up.
    """

    actor: Actor
    must_change: bool
    is_old: bool
    version: int


def sign_in(conn: Connection, username: str, password: str, address: str) -> Attempt:
    """A new session, or why there is none; either way the attempt is written down, so the caller must commit.

    An unknown username takes as long as a wrong password.
    """
    username = tidy_username(username)
    if _is_throttled(conn, username, address):
        store.note_attempt(conn, username, address, "throttled")
        return Attempt(None, TooManyAttempts())
    row = store.password_of(conn, username)
    barred = row is not None and (row.disabled_at is not None or (row.is_demo and not store.is_demo(conn)))
    right = is_right(password, None if row is None else row.password)
    if row is None or not right or barred:
        store.note_attempt(conn, username, address, "disabled" if right and barred else "wrong")
        return Attempt(None, WrongPassword())
    if is_outdated(row.password):
        store.set_password(conn, row.id, hashed(password), must_change=False)
    store.note_attempt(conn, username, address, "in")
    return Attempt(_open(conn, row.id, address))


def sign_in_by_provider(conn: Connection, username: str, address: str) -> Attempt:
    """A new session of an account that stands already, for whom a provider vouches; the attempt is written down.

    No account is made and no role given. A first password that was never changed is void from now on.
    """
    username = tidy_username(username)
    row = store.password_of(conn, username)
    if row is None or row.disabled_at is not None or row.is_demo:
        store.note_attempt(conn, username[:100], address, "wrong" if row is None else "disabled")
        return Attempt(None, NoAccount())
    if row.must_change:
        store.set_password(conn, row.id, hashed(made_up()), must_change=False)
    store.note_attempt(conn, username, address, "in")
    return Attempt(_open(conn, row.id, address))


def sign_in_to_demo(conn: Connection, username: str, address: str) -> str:
    """The key of a new session of a demo account, which needs no password; raises `WrongPassword` elsewhere."""
    row = store.password_of(conn, tidy_username(username))
    if row is None or not row.is_demo or row.disabled_at is not None or not store.is_demo(conn):
        raise WrongPassword
    store.note_attempt(conn, tidy_username(username), address, "in")
    return _open(conn, row.id, address)


def whose(conn: Connection, key: str) -> SignedIn | None:
    """Whose session `key` opens; None when it opens none."""
    row = store.session(conn, digest_of(key), longest=LONGEST, idle=IDLE)
    if row is None:
        return None
    who = Actor(row.username, row.name, given_of(row.given), row.id)
    return SignedIn(who, row.must_change, row.is_old, row.version)


def keep_alive(conn: Connection, key: str) -> None:
    """Note that a session was used."""
    store.touch_session(conn, digest_of(key))


def sign_out(conn: Connection, key: str) -> None:
    """End a session."""
    store.close_session(conn, digest_of(key))


def open_sessions(conn: Connection, account_id: int) -> list[OpenSession]:
    """The sessions of an account that still hold, the last used first."""
    rows = store.sessions_of(conn, account_id, longest=LONGEST, idle=IDLE)
    return [OpenSession(mark_of(row.digest), row.began_at, row.seen_at, row.address) for row in rows]


def end_sessions(conn: Connection, account_id: int, present: str, *, mark: str | None = None) -> None:
    """End the session with that mark, or all but the one whose key is `present`; what is gone already is no error."""
    kept = mark_of(digest_of(present))
    for row in store.sessions_of(conn, account_id, longest=LONGEST, idle=IDLE):
        if mark_of(row.digest) == mark or (mark is None and mark_of(row.digest) != kept):
            store.close_session(conn, row.digest)


def mark_of(digest: bytes) -> str:
    """What a page names a session by."""
    return bytes(digest[:16]).hex()


def digest_of(key: str) -> bytes:
    """What the database knows of a session's key: who reads the table cannot use it."""
    return hashlib.sha256(key.encode()).digest()


def _open(conn: Connection, account_id: int, address: str) -> str:
    """The key of a new session."""
    store.close_old_sessions(conn, longest=LONGEST)
    key = secrets.token_urlsafe(32)
    store.open_session(conn, digest_of(key), account_id, address[:100])
    return key


def _is_throttled(conn: Connection, username: str, address: str) -> bool:
    """Whether there were too many attempts within the last minute."""
    lately = store.attempts_lately(conn, username, address)
    return bool(
        lately.of_both >= MOST_OF_BOTH or lately.of_address >= MOST_OF_ADDRESS or lately.of_username >= MOST_OF_USERNAME
    )
