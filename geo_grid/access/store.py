"""The rows of accounts, roles given, sessions and sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

_ROLES = """
    SELECT coalesce(json_agg(json_build_object('id', r.id, 'role', r.role, 'grid', g.code,
               'since', lower(r.during), 'until', upper(r.during)) ORDER BY r.id), '[]')
      FROM geo_grid.roles_given r LEFT JOIN geo_grid.grids g ON g.id = r.grid_id
     WHERE r.account_id = a.id
"""

_SESSION = text(
    "SELECT id, username, name, must_change, is_old, given, version"
    " FROM geo_grid.session_of(:digest, CAST(:longest AS interval), CAST(:idle AS interval))"
)

_ACCOUNTS = f"""
SELECT a.id, a.username, a.name, a.must_change, a.is_demo, a.disabled_at, a.made_at, ({_ROLES}) AS given,
       (SELECT max(i.at) FROM geo_grid.sign_ins i WHERE i.username = a.username AND i.outcome = 'in') AS last_in
  FROM geo_grid.accounts a
"""  # noqa: S608  (our own words only)

#: How many wrong attempts one may make: (username and address, address alone, username alone) within the minute.
_LATELY = """
SELECT count(*) FILTER (WHERE username = :username AND address = :address) AS of_both,
       count(*) FILTER (WHERE address = :address) AS of_address,
       count(*) FILTER (WHERE username = :username) AS of_username
  FROM geo_grid.sign_ins
 WHERE at > clock_timestamp() - interval '1 minute' AND outcome <> 'in'
   AND (username = :username OR address = :address)
"""


def is_demo(conn: Connection) -> bool:
    """Whether this database is a demo, where everybody may read."""
    return bool(conn.execute(text("SELECT is_demo FROM geo_grid.deployment")).scalar_one_or_none())


def mark_demo(conn: Connection, *, demo: bool) -> None:
    """Note whether this database is a demo."""
    conn.execute(text("UPDATE geo_grid.deployment SET is_demo = :demo"), {"demo": demo})


def any_administrator(conn: Connection) -> bool:
    """Whether an account that works has the administrator's role for the county."""
    found = text(
        "SELECT EXISTS (SELECT FROM geo_grid.accounts a JOIN geo_grid.roles_given r ON r.account_id = a.id"
        " JOIN geo_grid.deployment d ON d.is_demo OR NOT a.is_demo"
        " WHERE a.disabled_at IS NULL AND r.role = 'ADMINISTRATOR' AND r.grid_id IS NULL"
        " AND r.during @> current_date)"
    )
    return bool(conn.execute(found).scalar_one())


def insert_account(conn: Connection, **values: Any) -> int:
    """The id of a new account; `values` are username, name, password, must_change, is_demo and made_by."""
    made = text(
        "INSERT INTO geo_grid.accounts (username, name, password, must_change, is_demo, made_by)"
        " VALUES (:username, :name, :password, :must_change, :is_demo, :made_by) RETURNING id"
    )
    return int(conn.execute(made, values).scalar_one())


def password_of(conn: Connection, username: str) -> Row[Any] | None:
    """(id, password, must_change, disabled_at, is_demo) of the account with that username."""
    found = text(
        "SELECT id, password, must_change, disabled_at, is_demo FROM geo_grid.accounts WHERE username = :username"
    )
    return conn.execute(found, {"username": username}).one_or_none()


def set_password(conn: Connection, account_id: int, password: str, *, must_change: bool) -> None:
    """Give an account another password's hash."""
    changed = text("UPDATE geo_grid.accounts SET password = :password, must_change = :must_change WHERE id = :id")
    conn.execute(changed, {"id": account_id, "password": password, "must_change": must_change})


def set_disabled(conn: Connection, account_id: int, *, disabled: bool) -> None:
    """Disable an account, or let it sign in again."""
    at = "clock_timestamp()" if disabled else "NULL"
    conn.execute(text(f"UPDATE geo_grid.accounts SET disabled_at = {at} WHERE id = :id"), {"id": account_id})  # noqa: S608


def accounts(conn: Connection) -> Sequence[Row[Any]]:
    """Every account with its roles, by username."""
    return conn.execute(text(f"{_ACCOUNTS} ORDER BY a.username LIMIT 5000")).all()


def account(conn: Connection, username: str) -> Row[Any] | None:
    """The account with that username, with its roles."""
    return conn.execute(text(f"{_ACCOUNTS} WHERE a.username = :username"), {"username": username}).one_or_none()


def grid_id(conn: Connection, code: str) -> int | None:
    """The id of the grid in force with that code."""
    found = text("SELECT id FROM geo_grid.grids WHERE code = :code AND retired_at IS NULL")
    return conn.execute(found, {"code": code}).scalar_one_or_none()


def chain(conn: Connection, code: str) -> list[str]:
    """The codes of a grid and of all above it, narrow to wide; empty for a grid that is not in force."""
    found = text("""
        WITH RECURSIVE up AS (
            SELECT v.grid_id, v.parent_id, 1 AS place
              FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id
             WHERE g.code = :code AND upper_inf(v.valid)
             UNION ALL
            SELECT v.grid_id, v.parent_id, up.place + 1
              FROM up JOIN geo_grid.grid_versions v ON v.grid_id = up.parent_id AND upper_inf(v.valid)
        )
        SELECT g.code FROM up JOIN geo_grid.grids g ON g.id = up.grid_id ORDER BY up.place
    """)
    return list(conn.execute(found, {"code": code}).scalars())


def give_role(
    conn: Connection,
    account_id: int,
    role: str,
    *,
    grid_id: int | None,
    since: date | None,
    until: date | None,
    by: str,
) -> None:
    """Give an account a role, on the ground of a grid or in the county."""
    given = text(
        "INSERT INTO geo_grid.roles_given (account_id, role, grid_id, during, given_by)"
        " VALUES (:account, :role, :grid, daterange(CAST(:since AS date), CAST(:until AS date)), :by)"
    )
    values = {"account": account_id, "role": role, "grid": grid_id, "since": since, "until": until, "by": by}
    conn.execute(given, values)


def take_role(conn: Connection, account_id: int, given_id: int) -> bool:
    """Whether there was such a role of that account, which it now has no more."""
    taken = text("DELETE FROM geo_grid.roles_given WHERE id = :id AND account_id = :account")
    return conn.execute(taken, {"id": given_id, "account": account_id}).rowcount > 0


def seal_clerk(conn: Connection, account_id: int, *, anywhere: bool) -> str:
    """The seal under which the account writes as the clerk; `anywhere` for what the program weighs by itself."""
    query = text("SELECT geo_grid.seal_clerk(:account, :anywhere)")
    return str(conn.execute(query, {"account": account_id, "anywhere": anywhere}).scalar_one())


def seal_scope(conn: Connection, account_id: int, action: str) -> str:
    """The seal with which a scoped role of the database reaches what the account reaches for `action`.

    It holds for a quarter of an hour (db/sql/scope.sql).
    """
    sealed = text("SELECT geo_grid.seal_scope(:account, :action)")
    return str(conn.execute(sealed, {"account": account_id, "action": action}).scalar_one())


def open_session(conn: Connection, digest: bytes, account_id: int, address: str) -> None:
    """Note that somebody is signed in."""
    opened = text("INSERT INTO geo_grid.sessions (digest, account_id, address) VALUES (:digest, :account, :address)")
    conn.execute(opened, {"digest": digest, "account": account_id, "address": address})


def session(conn: Connection, digest: bytes, *, longest: str, idle: str) -> Row[Any] | None:
    """Whose session that is, with the roles in force today; None when there is none that still holds."""
    return conn.execute(_SESSION, {"digest": digest, "longest": longest, "idle": idle}).one_or_none()


def sessions_of(conn: Connection, account_id: int, *, longest: str, idle: str) -> Sequence[Row[Any]]:
    """(digest, began_at, seen_at, address) of the sessions of an account that still hold, the last used first."""
    found = text("""
        SELECT digest, began_at, seen_at, address FROM geo_grid.sessions
         WHERE account_id = :account AND began_at > clock_timestamp() - CAST(:longest AS interval)
           AND seen_at > clock_timestamp() - CAST(:idle AS interval)
         ORDER BY seen_at DESC, began_at DESC LIMIT 200
    """)
    return conn.execute(found, {"account": account_id, "longest": longest, "idle": idle}).all()


def touch_session(conn: Connection, digest: bytes) -> None:
    """Note that the session was used now."""
    touched = text("UPDATE geo_grid.sessions SET seen_at = clock_timestamp() WHERE digest = :digest")
    conn.execute(touched, {"digest": digest})


def close_session(conn: Connection, digest: bytes) -> None:
    """End a session."""
    conn.execute(text("DELETE FROM geo_grid.sessions WHERE digest = :digest"), {"digest": digest})


def close_sessions(conn: Connection, account_id: int, *, but: bytes = b"") -> None:
    """End every session of an account, except the one with the digest `but`."""
    closed = text("DELETE FROM geo_grid.sessions WHERE account_id = :account AND digest <> :but")
    conn.execute(closed, {"account": account_id, "but": but})


def close_old_sessions(conn: Connection, *, longest: str) -> None:
    """Forget the sessions that ran out."""
    closed = text("DELETE FROM geo_grid.sessions WHERE began_at < clock_timestamp() - CAST(:longest AS interval)")
    conn.execute(closed, {"longest": longest})


def note_attempt(conn: Connection, username: str, address: str, outcome: str) -> None:
    """Write down an attempt to sign in."""
    noted = text("INSERT INTO geo_grid.sign_ins (username, address, outcome) VALUES (:username, :address, :outcome)")
    conn.execute(noted, {"username": username[:100], "address": address[:100], "outcome": outcome})


def attempts_lately(conn: Connection, username: str, address: str) -> Row[Any]:
    """(of_both, of_address, of_username): the attempts within the last minute that failed."""
    return conn.execute(text(_LATELY), {"username": username[:100], "address": address[:100]}).one()
