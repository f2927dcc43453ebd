"""The database's roles: an owner that never logs in, and one for each way in which the program works (`DbRole`)."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.db.addresses import OWNER, DbRole
from geo_grid.errors import Unavailable

SESSION_ROLES = tuple(role.value for role in DbRole if role is not DbRole.ADMIN)
ROLES = (OWNER, *SESSION_ROLES)
RIGHTS = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
#: COPY into a table with row-level security takes the right to go past it, which a superuser alone can give; without it
#: the loader goes a longer way (`db.staging`).
PAST_SCOPE = DbRole.LOADER.value


class RolesMissing(Unavailable):
    """The roles are not there, and the user that connects may not make them."""

    def __init__(self, user: str, statements: list[str]) -> None:
        self.statements = statements
        super().__init__(
            f"the user {user} may not make the database roles: let an administrator run once: {' '.join(statements)}"
        )


def ensure_roles(conn: Connection, *, local: bool) -> None:
    """The roles, made if missing; in the local cluster all but the owner log in by themselves.

    Elsewhere the connecting user takes them on, so it becomes a member; where it may not, `RolesMissing` tells which
    statements an administrator has to run.
    """
    _make_missing(conn)
    if local:
        _let_log_in(conn)
    elif not _is_superuser(conn):
        _join(conn)


def _make_missing(conn: Connection) -> None:
    """Each role that is not there yet; another upgrade may make it at the same moment."""
    for role in ROLES:
        if _knows(conn, role):
            continue
        if not _may_make_roles(conn):
            raise RolesMissing(_user(conn), _statements(conn))
        conn.exec_driver_sql(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN {RIGHTS}; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    if _is_superuser(conn) and not _has(conn, PAST_SCOPE, "rolbypassrls"):
        conn.exec_driver_sql(f"ALTER ROLE {PAST_SCOPE} BYPASSRLS")


def _let_log_in(conn: Connection) -> None:
    """The session roles of the local cluster with LOGIN; altered only when needed, as it locks a shared row."""
    for role in SESSION_ROLES:
        if not _has(conn, role, "rolcanlogin"):
            conn.exec_driver_sql(f"ALTER ROLE {role} LOGIN")


def _join(conn: Connection) -> None:
    """Membership of the connecting user in the roles it has to take on."""
    for role in ROLES:
        if conn.exec_driver_sql("SELECT pg_has_role(%s, 'MEMBER')", (role,)).scalar():
            continue
        if not _may_make_roles(conn):
            raise RolesMissing(_user(conn), _statements(conn))
        conn.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")


def _statements(conn: Connection) -> list[str]:
    """What an administrator has to run so that the connecting user need not make roles."""
    missing = [f"CREATE ROLE {role} NOLOGIN {RIGHTS};" for role in ROLES if not _knows(conn, role)]
    return [*missing, f'GRANT {", ".join(ROLES)} TO "{_user(conn)}";']


def _knows(conn: Connection, role: str) -> bool:
    return bool(conn.exec_driver_sql("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", (role,)).scalar())


def _has(conn: Connection, role: str, right: str) -> bool:
    """Whether a role has an attribute of pg_roles."""
    return bool(conn.exec_driver_sql(f"SELECT {right} FROM pg_roles WHERE rolname = %s", (role,)).scalar())  # noqa: S608


def _is_superuser(conn: Connection) -> bool:
    return bool(conn.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar())


def _may_make_roles(conn: Connection) -> bool:
    return bool(
        conn.exec_driver_sql("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").scalar()
    )


def _user(conn: Connection) -> str:
    return str(conn.exec_driver_sql("SELECT current_user").scalar())
