"""Accounts: made, given roles, given passwords, disabled; each act is entered into the journal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from geo_grid.access import store
from geo_grid.access.model import RoleGiven
from geo_grid.access.passwords import demand_strong, hashed, is_right
from geo_grid.errors import BadInput, NotFound, Refused
from geo_grid.journal import NewEntry, enter
from geo_grid.vocabulary import AccountRole

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in, with all roles given to them, past and future ones too."""

    id: int
    username: str
    name: str
    must_change: bool
    is_demo: bool
    disabled_at: datetime | None
    made_at: datetime
    last_in: datetime | None
    given: tuple[RoleGiven, ...]


class LastAdministrator(Refused):
    """The act would leave nobody who can keep the accounts."""

    def __init__(self) -> None:
        super().__init__("nobody could keep the accounts any more: make somebody else an administrator first")


def add_account(
    conn: Connection,
    username: str,
    name: str,
    password: str,
    *,
    by: str,
    must_change: bool = True,
    is_demo: bool = False,
) -> Account:
    """A new account without a role. Raises `BadInput` for a username that is taken or has wrong signs."""
    username, name = tidy_username(username), " ".join(name.split())
    if not USERNAME.fullmatch(username):
        raise BadInput("a username has 2 to 40 of the signs a-z, 0-9, '.', '_', '-': choose another one")
    if not 0 < len(name) <= 100:
        raise BadInput("a name has 1 to 100 characters: correct it")
    if store.password_of(conn, username) is not None:
        raise BadInput.of("the username %(username)s is taken: choose another one", username=username)
    if not is_demo:
        demand_strong(password, username)
    store.insert_account(
        conn,
        username=username,
        name=name,
        password=hashed(password),
        must_change=must_change,
        is_demo=is_demo,
        made_by=by,
    )
    enter(conn, NewEntry(by, "account-added", username, {"name": name}))
    return account_named(conn, username)


def account_named(conn: Connection, username: str) -> Account:
    """The account with that username; raises `NotFound`."""
    row = store.account(conn, tidy_username(username))
    if row is None:
        raise NotFound.of("there is no account %(username)s: see the list of accounts", username=username)
    return _account(row)


def all_accounts(conn: Connection) -> list[Account]:
    """Every account, by username."""
    return [_account(row) for row in store.accounts(conn)]


def give_role(conn: Connection, username: str, given: RoleGiven, *, by: str) -> None:
    """Give an account a role, from today when `since` is None. Raises `NotFound` for an unknown grid."""
    account = account_named(conn, username)
    ground = None if given.grid is None else store.grid_id(conn, given.grid)
    if given.grid is not None and ground is None:
        raise NotFound.of("there is no grid %(grid)s: check its code on the map", grid=given.grid)
    if given.role is AccountRole.ADMINISTRATOR and ground is not None:
        raise BadInput("an administrator keeps the accounts of the whole county: leave out the grid")
    if given.until is not None and given.since is not None and given.until <= given.since:
        raise BadInput("the role ends before it begins: correct the days")
    store.give_role(conn, account.id, given.role.code, grid_id=ground, since=given.since, until=given.until, by=by)
    enter(conn, NewEntry(by, "role-given", account.username, _facts(given)))


def take_role(conn: Connection, username: str, given_id: int, *, by: str) -> None:
    """Take a role from an account. Raises `LastAdministrator` when nobody could keep the accounts any more."""
    account = account_named(conn, username)
    given = next((one for one in account.given if one.id == given_id), None)
    was_kept = store.any_administrator(conn)
    if given is None or not store.take_role(conn, account.id, given_id):
        raise NotFound.of("%(username)s has no such role: load the page again", username=username)
    _demand_administrator(conn, was_kept=was_kept)
    enter(conn, NewEntry(by, "role-taken", account.username, _facts(given)))


def set_password(
    conn: Connection, username: str, password: str, *, by: str, must_change: bool = False, but_session: bytes = b""
) -> None:
    """Give an account another password; whoever is signed in with it is not any more, except `but_session`."""
    account = account_named(conn, username)
    if account.is_demo:
        raise Refused("the passwords of demo accounts are the same for everybody: make an account of your own")
    demand_strong(password, account.username)
    store.set_password(conn, account.id, hashed(password), must_change=must_change)
    store.close_sessions(conn, account.id, but=but_session)
    enter(conn, NewEntry(by, "password-set", account.username))


def change_password(conn: Connection, username: str, present: str, wanted: str, *, session: bytes) -> None:
    """Change one's own password; every other session of the account ends. Raises `BadInput` for a wrong one."""
    row = store.password_of(conn, tidy_username(username))
    if row is None or not is_right(present, row.password):
        raise BadInput("your present password is not that one: try again")
    set_password(conn, username, wanted, by=tidy_username(username), but_session=session)


def disable(conn: Connection, username: str, *, by: str) -> None:
    """Let nobody sign in with the account any more; its sessions end at once."""
    account = account_named(conn, username)
    was_kept = store.any_administrator(conn)
    store.set_disabled(conn, account.id, disabled=True)
    store.close_sessions(conn, account.id)
    _demand_administrator(conn, was_kept=was_kept)
    enter(conn, NewEntry(by, "account-disabled", account.username))


def enable(conn: Connection, username: str, *, by: str) -> None:
    """Let an account that was disabled sign in again."""
    account = account_named(conn, username)
    store.set_disabled(conn, account.id, disabled=False)
    enter(conn, NewEntry(by, "account-enabled", account.username))


def tidy_username(username: str) -> str:
    """A username as it is stored: small letters, no blanks around it."""
    return username.strip().lower()


def given_of(rows: list[dict[str, Any]]) -> tuple[RoleGiven, ...]:
    """The roles given, from their JSON."""
    return tuple(
        RoleGiven(AccountRole[row["role"]], row["grid"], _day(row["since"]), _day(row["until"]), row["id"])
        for row in rows
    )


def _account(row: Row[Any]) -> Account:
    """A row of the list of accounts."""
    given = given_of(row.given)
    return Account(
        row.id,
        row.username,
        row.name,
        row.must_change,
        row.is_demo,
        row.disabled_at,
        row.made_at,
        row.last_in,
        given,
    )


def _day(text: str | None) -> date | None:
    """A day of JSON."""
    return None if text is None else date.fromisoformat(text)


def _facts(given: RoleGiven) -> dict[str, Any]:
    """A role given, as the journal tells it."""
    since, until = (None if day is None else day.isoformat() for day in (given.since, given.until))
    return {"role": given.role.code, "grid": given.grid, "since": since, "until": until}


def _demand_administrator(conn: Connection, *, was_kept: bool) -> None:
    """Raises `LastAdministrator` when there was one and none is left."""
    if was_kept and not store.any_administrator(conn):
        raise LastAdministrator
