"""Tests of making and upgrading a database, ours or somebody else's."""

from __future__ import annotations

import importlib
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from geo_grid.cluster import Cluster
from geo_grid.db import (
    BadDatabaseUrl,
    DbRole,
    SchemaTooNew,
    Unreachable,
    dispose_engines,
    engine,
    ensure_current,
    schema_status,
    transaction,
    upgrade,
)
from geo_grid.db.crs import CrsFixed
from geo_grid.db.ground import PostgisMissing
from geo_grid.db.roles import RolesMissing
from geo_grid.errors import Refused, Unavailable
from geo_grid.settings import Settings
from geo_grid.vocabulary import PARENT_TIERS, Tier
from tests.databases import HOME, settings_for
from tests.db.conftest import Planted


@contextmanager
def _admin(cluster: Cluster, database: str = "postgres") -> Iterator[object]:
    pool = create_engine(cluster.url(database=database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with pool.connect() as conn:
        yield conn


@pytest.fixture
def bare(cluster: Cluster) -> Iterator[str]:
    """The name of a database with nothing in it at all."""
    name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with _admin(cluster) as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield name
    dispose_engines(settings_for(cluster, name))
    with _admin(cluster) as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_bare_database_gets_the_schema_once(cluster: Cluster, bare: str) -> None:
    settings = settings_for(cluster, bare)
    with pytest.raises(Refused, match="geo-grid db upgrade"):
        ensure_current(settings)
    first, second = upgrade(settings), upgrade(settings)
    assert (first.before, first.changed) == (None, True)
    assert (second.before, second.after, second.changed) == (first.after, first.after, False)
    assert schema_status(settings).is_current
    ensure_current(settings, DbRole.WEB)


def test_upgrades_at_once_take_turns(cluster: Cluster, bare: str) -> None:
    settings = settings_for(cluster, bare)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: upgrade(settings), range(4)))
    assert sorted(report.changed for report in reports) == [False, False, False, True]


def test_changed_functions_are_loaded_again(database: Settings) -> None:
    with transaction(engine(database, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql("COMMENT ON SCHEMA geo_grid IS 'functions of an older program'")
        conn.exec_driver_sql("DROP TRIGGER settle ON unsettled")
    assert not schema_status(database).is_current
    assert upgrade(database).changed
    with engine(database, DbRole.ADMIN).connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM pg_trigger WHERE tgname = 'settle'").scalar() == 1


def test_the_seeds_are_the_vocabulary(settings: Settings) -> None:
    with engine(settings, DbRole.WEB).connect() as conn:
        tiers = conn.exec_driver_sql("SELECT code, rank, letter, is_leaf FROM tiers ORDER BY rank").all()
        rules = conn.exec_driver_sql("SELECT parent_tier, tier FROM tier_rules").all()
        county = conn.exec_driver_sql("SELECT id, srid, geom FROM county").all()
    assert tiers == [(tier.code, tier.rank, tier.letter, tier.is_leaf) for tier in Tier]
    assert {tuple(rule) for rule in rules} == {(p.code, t.code) for t, parents in PARENT_TIERS.items() for p in parents}
    assert county == [(1, 4546, None)]


def test_a_newer_schema_is_refused(database: Settings) -> None:
    with transaction(engine(database, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match=r"9999.*install the newer program"):
        upgrade(database)
    with pytest.raises(SchemaTooNew):
        ensure_current(database, DbRole.WEB)


def test_an_empty_database_takes_another_crs_and_a_filled_one_does_not(database: Settings, own_county: Planted) -> None:
    other = database.model_copy(update={"srid": 4547})
    with pytest.raises(CrsFixed, match="GEO_GRID_SRID=4546"):
        upgrade(other)


def test_an_empty_database_takes_another_crs(database: Settings) -> None:
    upgrade(database.model_copy(update={"srid": 4547}))
    with engine(database, DbRole.WEB).connect() as conn:
        srids = conn.exec_driver_sql(
            "SELECT DISTINCT srid FROM public.geometry_columns WHERE f_table_schema = 'geo_grid' ORDER BY 1"
        ).scalars()
        assert list(srids) == [3857, 4547]
        assert conn.exec_driver_sql("SELECT srid FROM county").scalar() == 4547


@contextmanager
def _login(cluster: Cluster, database: str, *, attributes: str = "") -> Iterator[tuple[str, Settings]]:
    """A user without special rights who owns nothing, and settings to log in as that user."""
    name = f"someone_{uuid.uuid4().hex[:8]}"
    settings = Settings(database_url=cluster.url(user=name, database=database), home=HOME / "home")
    with _admin(cluster) as conn:
        conn.exec_driver_sql(f"CREATE ROLE {name} LOGIN {attributes}")
    try:
        yield name, settings
    finally:
        dispose_engines(settings)
        with _admin(cluster, database) as conn:
            conn.exec_driver_sql(f"REASSIGN OWNED BY {name} TO geo_grid_admin")
            conn.exec_driver_sql(f"DROP OWNED BY {name}")
        with _admin(cluster) as conn:
            conn.exec_driver_sql(f"DROP ROLE {name}")


def test_a_plain_user_is_told_which_statements_an_administrator_must_run(cluster: Cluster, bare: str) -> None:
    with _login(cluster, bare) as (name, settings):
        with pytest.raises(RolesMissing) as missing:
            upgrade(settings)
        assert missing.value.statements[-1] == (
            "GRANT geo_grid_owner, geo_grid_loader, geo_grid_web, geo_grid_scoped, geo_grid_editor, geo_grid_clerk,"
            " geo_grid_access"
            f' TO "{name}";'
        )
        with _admin(cluster, bare) as conn:
            conn.exec_driver_sql(missing.value.statements[-1])

        with pytest.raises(PostgisMissing, match="CREATE EXTENSION postgis SCHEMA public"):
            upgrade(settings)
        with _admin(cluster, bare) as conn:
            conn.exec_driver_sql("CREATE EXTENSION postgis SCHEMA public")
            conn.exec_driver_sql("CREATE EXTENSION btree_gist SCHEMA public")

        with pytest.raises(Unavailable, match="CREATE SCHEMA geo_grid AUTHORIZATION geo_grid_owner"):
            upgrade(settings)
        with _admin(cluster, bare) as conn:
            conn.exec_driver_sql("CREATE SCHEMA geo_grid AUTHORIZATION geo_grid_owner")

        assert upgrade(settings).changed
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W', 'Alice')")
            assert conn.exec_driver_sql("SELECT db_user FROM changesets").scalar() == name


def test_a_user_who_may_make_roles_needs_no_help(cluster: Cluster, bare: str) -> None:
    with _login(cluster, bare, attributes="CREATEROLE") as (name, settings):
        with _admin(cluster, bare) as conn:
            conn.exec_driver_sql(f"ALTER DATABASE {bare} OWNER TO {name}")
            conn.exec_driver_sql("CREATE EXTENSION postgis SCHEMA public")
        assert upgrade(settings).changed


def test_a_user_who_has_not_the_roles_cannot_take_them(cluster: Cluster, database: Settings) -> None:
    name = str(make_url(str(database.database_url)).database)
    with _login(cluster, name) as (_, settings), pytest.raises(Unavailable, match="geo_grid_loader"):
        engine(settings, DbRole.LOADER).connect()


def test_a_schema_of_somebody_elses_is_left_alone(cluster: Cluster, bare: str) -> None:
    with _admin(cluster, bare) as conn:
        conn.exec_driver_sql("CREATE SCHEMA geo_grid")
    with pytest.raises(Refused, match="belongs to geo_grid_admin"):
        upgrade(settings_for(cluster, bare))


def test_a_postgis_too_old_is_refused(cluster: Cluster, bare: str) -> None:
    with _admin(cluster, bare) as conn:
        conn.exec_driver_sql("CREATE EXTENSION postgis SCHEMA public")
        conn.exec_driver_sql("UPDATE pg_extension SET extversion = '3.2.9' WHERE extname = 'postgis'")
    with pytest.raises(PostgisMissing, match=r"PostGIS 3\.2\.9: upgrade it to 3\.3"):
        upgrade(settings_for(cluster, bare))


def test_a_server_without_postgis_is_named(cluster: Cluster, bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_grid.db.ground.EXTENSIONS", ("postgis_that_is_nowhere",))
    with pytest.raises(PostgisMissing, match="install PostGIS"):
        upgrade(settings_for(cluster, bare))


def test_a_postgis_elsewhere_than_public_is_named(cluster: Cluster, bare: str) -> None:
    with _admin(cluster, bare) as conn:
        conn.exec_driver_sql("CREATE SCHEMA elsewhere")
        conn.exec_driver_sql("CREATE EXTENSION postgis SCHEMA elsewhere")
    with pytest.raises(PostgisMissing, match="schema elsewhere"):
        upgrade(settings_for(cluster, bare))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://u:secret@127.0.0.1:9/county", "no database answers at 127.0.0.1:9/county"),
        ("postgresql:///county?host=/nowhere", "no database answers at /nowhere:5432/county"),
        ("postgresql://u:secret@no-such-host.invalid/county", "no database answers at no-such-host.invalid"),
    ],
)
def test_an_unreachable_database_is_said_in_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(Unreachable, match=sentence) as unreachable:
        upgrade(Settings(database_url=url))
    assert "secret" not in str(unreachable.value)
    assert "\n" not in str(unreachable.value)


def test_a_database_that_is_not_there_is_said_so(cluster: Cluster) -> None:
    with pytest.raises(Unreachable, match="does not exist: create it with createdb"):
        upgrade(settings_for(cluster, "no_such_database"))


@pytest.mark.parametrize("url", ["mysql://u@h/d", "nonsense", "postgresql://u@h", "sqlite:///x.db"])
def test_an_address_of_something_else_is_bad_input(url: str) -> None:
    with pytest.raises(BadDatabaseUrl, match="postgresql://user:password@host:5432/database"):
        upgrade(Settings(database_url=url))


def test_an_upgrade_gives_up_on_a_table_that_others_use(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("geo_grid.db.upgrade")
    monkeypatch.setattr(module, "LONGEST_WAIT", "100ms")
    with engine(database, DbRole.ADMIN).connect() as admin:
        admin.exec_driver_sql("COMMENT ON SCHEMA geo_grid IS 'older functions'")
        admin.commit()
        with engine(database, DbRole.ADMIN).connect() as reader:
            reader.exec_driver_sql("SELECT count(*) FROM geo_grid.unsettled")
            with pytest.raises(Unavailable, match="stop the server"):
                upgrade(database)
        assert upgrade(database).changed
