"""Databases for tests: made once as templates in a cluster of the tests' own, then cloned."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from geo_grid.cluster import Cluster
from geo_grid.db import dispose_engines, upgrade
from geo_grid.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".geo_grid" / "test"

SCHEMA_SOURCES = (ROOT / "geo_grid" / "db", ROOT / "geo_grid" / "vocabulary.py", ROOT / "migrations")
ACCESS_SOURCES = (ROOT / "geo_grid" / "access", ROOT / "geo_grid" / "cli" / "demo.py")
SAMPLE_SOURCES = (
    *SCHEMA_SOURCES,
    *ACCESS_SOURCES,
    *(
        ROOT / "geo_grid" / name
        for name in (
            "partition",
            "grids",
            "households",
            "staffing",
            "risks",
            "facilities",
            "inspections",
            "visits",
            "intake",
            "checks",
        )
    ),
    ROOT / "geo_grid" / "county.py",
    ROOT / "sample_shapes",
)

#: The key of the advisory lock under which templates are made: one test process makes them, the others wait.
TEMPLATE_LOCK = int.from_bytes(b"template", "big") >> 1


def settings_for(cluster: Cluster, database: str) -> Settings:
    """Settings that name `database` of the tests' cluster by its address, as an operator would."""
    return Settings(database_url=cluster.url(database=database), home=HOME / "home")


def digest_of(sources: Iterable[Path]) -> str:
    """A short digest of all files below `sources`."""
    digest = sha256()
    for source in sources:
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def template(cluster: Cluster, kind: str, sources: Iterable[Path], fill: Callable[[Settings], object]) -> str:
    """The name of the template of that kind for the present sources; made and filled when it is not there."""
    name = f"template_{kind}_{digest_of(sources)}"
    with _maintenance(cluster) as conn:
        conn.exec_driver_sql(f"SELECT pg_advisory_lock({TEMPLATE_LOCK})")
        if not _exists(conn, name):
            _drop_like(conn, f"template_{kind}_")
            unfinished = f"{name}_unfinished"
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
            conn.exec_driver_sql(f"CREATE DATABASE {unfinished} TEMPLATE template0")
            fill(settings_for(cluster, unfinished))
            dispose_engines(settings_for(cluster, unfinished))
            conn.exec_driver_sql(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def empty_template(cluster: Cluster) -> str:
    """The template with the schema and nothing in it."""
    return template(cluster, "empty", (*SCHEMA_SOURCES, *ACCESS_SOURCES), _make_empty)


def sample_template(cluster: Cluster) -> str:
    """The template with the sample county, loaded from `sample_shapes/` through the importer."""
    return template(cluster, "sample", SAMPLE_SOURCES, _load_sample)


@contextmanager
def clone(cluster: Cluster, source: str) -> Iterator[Settings]:
    """Settings of a private copy of the database `source`, dropped at the end."""
    name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with _maintenance(cluster) as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {source}{_by_files(conn)}")
        # Settings of a database do not travel with its template.
        conn.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
        conn.exec_driver_sql(f"GRANT TEMPORARY ON DATABASE {name} TO geo_grid_loader")
    try:
        yield settings_for(cluster, name)
    finally:
        dispose_engines(settings_for(cluster, name))
        with _maintenance(cluster) as conn:
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def drop_leftovers(cluster: Cluster) -> None:
    """Drop the databases of test processes that are gone."""
    with _maintenance(cluster) as conn:
        for (name,) in conn.exec_driver_sql("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%%'").all():
            if not Path(f"/proc/{name.split('_')[1]}").exists():
                conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _maintenance(cluster: Cluster) -> Iterator[Connection]:
    """A connection outside any of the tests' databases, each statement its own transaction."""
    pool = create_engine(make_url(cluster.url(database="postgres")), poolclass=NullPool)
    with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        yield conn


def _by_files(conn: Connection) -> str:
    """Has a template copied as files, as before PostgreSQL 15: through the log it takes twenty times the processor."""
    version = conn.exec_driver_sql("SHOW server_version_num").scalar_one()
    return " STRATEGY FILE_COPY" if int(version) >= 150000 else ""


def _make_empty(settings: Settings) -> None:
    """The schema, marked as a demo so that pages can be read without signing in."""
    from geo_grid.access import mark_demo
    from geo_grid.db import DbRole, engine

    upgrade(settings)
    with engine(settings, DbRole.ACCESS).begin() as conn:
        mark_demo(conn, demo=True)


def _load_sample(settings: Settings) -> None:
    """The sample county and the demo's accounts."""
    from geo_grid.cli.demo import mark_as_demo
    from geo_grid.intake import load

    upgrade(settings)
    load(settings, [ROOT / "sample_shapes"])
    mark_as_demo(settings)


def _exists(conn: Connection, name: str) -> bool:
    return bool(conn.exec_driver_sql(f"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')").scalar())


def _drop_like(conn: Connection, prefix: str) -> None:
    """Drop the templates of earlier sources."""
    names = conn.exec_driver_sql(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')").all()
    for (name,) in names:
        conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
