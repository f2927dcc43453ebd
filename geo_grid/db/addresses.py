"""Where the database is, and as whom to log in."""

from __future__ import annotations

from enum import Enum

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from geo_grid.cluster import Cluster
from geo_grid.errors import BadInput
from geo_grid.settings import Settings

OWNER = "geo_grid_owner"
DRIVER = "postgresql+psycopg2"


class DbRole(Enum):
    """As whom the program speaks to the database."""

    ADMIN = "geo_grid_admin"
    LOADER = "geo_grid_loader"
    WEB = "geo_grid_web"
    SCOPED = "geo_grid_scoped"
    EDITOR = "geo_grid_editor"
    CLERK = "geo_grid_clerk"
    ACCESS = "geo_grid_access"


class BadDatabaseUrl(BadInput):
    """GEO_GRID_DATABASE_URL is not the address of a PostgreSQL database."""


def database_url(settings: Settings, role: DbRole) -> str:
    """The SQLAlchemy URL to log in with for `role`.

    The local cluster knows each role as a user of its own. In a database of somebody else's the URL's own user logs
    in, and takes on the role by `SET ROLE` at the start of the session.
    """
    if settings.database_url is None:
        return Cluster(settings.home).url(user=role.value)
    url = _external_url(settings.database_url)
    if role is not DbRole.ADMIN:
        url = with_options(url, f"-c role={role.value}")
    return url.render_as_string(hide_password=False)


def with_options(url: URL, options: str) -> URL:
    """`url` with libpq `options` added to those it has."""
    had = url.query.get("options", "")
    had = " ".join(had) if isinstance(had, tuple) else had
    return url.update_query_dict({"options": f"{had} {options}".strip()})


def _external_url(given: str) -> URL:
    """The operator's URL, spelled for our driver."""
    try:
        url = make_url(given)
    except ArgumentError as wrong:
        raise BadDatabaseUrl(
            "GEO_GRID_DATABASE_URL is not a database address: write postgresql://user:password@host:5432/database"
        ) from wrong
    if url.get_backend_name() not in {"postgresql", "postgres"} or not url.database:
        raise BadDatabaseUrl(
            "GEO_GRID_DATABASE_URL must name a PostgreSQL database: write postgresql://user:password@host:5432/database"
        )
    return url.set(drivername=DRIVER)
