"""What a database must offer before our schema can stand in it: versions, extensions, a schema of our own."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.db.addresses import OWNER, DbRole
from geo_grid.errors import Refused, Unavailable

OLDEST_POSTGRES = 14
OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist")


class PostgisMissing(Unavailable):
    """PostGIS is not there, too old, or where we cannot see it."""


def ensure_ground(conn: Connection) -> None:
    """The extensions and the schema, made where they are missing."""
    _check_server(conn)
    for name in EXTENSIONS:
        _ensure_extension(conn, name)
    _check_postgis(conn)
    _ensure_schema(conn)
    _trust_boxes(conn)
    _keep_temporary_tables_to_the_loader(conn)


def _check_server(conn: Connection) -> None:
    number = int(conn.exec_driver_sql("SHOW server_version_num").scalar_one())
    if number // 10000 < OLDEST_POSTGRES:
        raise Unavailable(
            f"the database runs PostgreSQL {number // 10000}: geo_grid needs {OLDEST_POSTGRES} or newer, upgrade it"
        )


def _ensure_extension(conn: Connection, name: str) -> None:
    if conn.exec_driver_sql("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = %s)", (name,)).scalar():
        return
    if not conn.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = %s)", (name,)
    ).scalar():
        raise PostgisMissing(
            f"the database server has no {name} extension: install PostGIS 3.3 or newer "
            "(Debian: apt-get install postgresql-postgis), then repeat"
        )
    if not _may_create_extension(conn, name):
        raise PostgisMissing(
            f"the database has no {name} extension and this user may not make it: "
            f"let an administrator run: CREATE EXTENSION {name} SCHEMA public;"
        )
    conn.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public")


def _may_create_extension(conn: Connection, name: str) -> bool:
    """Whether the connecting user is a superuser, or may create in the database and the extension is trusted."""
    return bool(
        conn.exec_driver_sql(
            "SELECT rolsuper OR (has_database_privilege(current_database(), 'CREATE') AND EXISTS ("
            "  SELECT FROM pg_available_extension_versions WHERE name = %s AND trusted))"
            " FROM pg_roles WHERE rolname = current_user",
            (name,),
        ).scalar()
    )


def _check_postgis(conn: Connection) -> None:
    version, schema = conn.exec_driver_sql(
        "SELECT extversion, extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'postgis'"
    ).one()
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_POSTGIS:
        raise PostgisMissing(f"the database has PostGIS {version}: upgrade it to 3.3 or newer, then repeat")
    if schema != "public":
        raise PostgisMissing(
            f"PostGIS lies in the schema {schema}: use a database that has it in public "
            "(CREATE EXTENSION postgis SCHEMA public)"
        )


def _ensure_schema(conn: Connection) -> None:
    owner = conn.exec_driver_sql(
        "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'geo_grid'"
    ).scalar()
    if owner is not None and owner != OWNER:
        raise Refused(
            f"the database has a schema geo_grid that belongs to {owner}: use another database, or rename that schema"
        )
    if owner is None:
        if not conn.exec_driver_sql("SELECT has_database_privilege(current_database(), 'CREATE')").scalar():
            raise Unavailable(
                "this user may not make a schema in the database: let an administrator run: "
                f"CREATE SCHEMA geo_grid AUTHORIZATION {OWNER};"
            )
        conn.exec_driver_sql(f"CREATE SCHEMA geo_grid AUTHORIZATION {OWNER}")


def _trust_boxes(conn: Connection) -> None:
    """The comparison of boxes (`&&`) declared to leak nothing, where a superuser asks.

    It looks at two boxes, answers yes or no and raises nothing that depends on them (PostGIS 3.3,
    gserialized_gist_2d.c). Only then may an index of places be asked before it is known which rows somebody of a
    subtree sees; without it their maps are slower and show the same.
    """
    trusted = (
        "SELECT proleakproof FROM pg_proc WHERE oid = 'public.geometry_overlaps(geometry, geometry)'::regprocedure"
    )
    is_superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    if not conn.exec_driver_sql(trusted).scalar() and conn.exec_driver_sql(is_superuser).scalar():
        conn.exec_driver_sql("ALTER FUNCTION public.geometry_overlaps(geometry, geometry) LEAKPROOF")


def _keep_temporary_tables_to_the_loader(conn: Connection) -> None:
    """The right to make temporary tables taken from everybody and given to the loader, who stages imports in them.

    Only the database's owner can do this; in somebody else's database their rules stay as they are.
    """
    database = conn.exec_driver_sql(
        "SELECT quote_ident(datname) FROM pg_database"
        " WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER')"
    ).scalar()
    if database is not None:
        conn.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        conn.exec_driver_sql(f"GRANT TEMPORARY ON DATABASE {database} TO {DbRole.LOADER.value}")
