"""Tests that a dump of the database can be restored into an empty one and is the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from geo_grid.cluster import Cluster
from geo_grid.cluster.binaries import find_binaries
from geo_grid.db import DbRole, RuleBroken, database_url, engine, schema_status, transaction
from geo_grid.settings import Settings
from tests.databases import settings_for
from tests.db import net
from tests.db.conftest import Planted


def _address(url: URL) -> list[str]:
    return ["-h", str(url.query["host"]), "-p", str(url.query["port"]), "-U", str(url.username)]


def _digests(settings: Settings) -> dict[str, str]:
    """A digest of every table's rows."""
    with engine(settings, DbRole.ADMIN).connect() as conn:
        tables = conn.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind = 'r'"
        ).scalars()
        return {
            table: conn.exec_driver_sql(
                f"SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM geo_grid.{table} t"
            ).scalar()
            for table in tables
        }


@pytest.fixture
def restored(own_county: Planted, cluster: Cluster, tmp_path: Path) -> Settings:
    source = make_url(database_url(own_county.settings, DbRole.ADMIN))
    name = f"{source.database}_restored"
    maintenance = create_engine(cluster.url(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    binaries = find_binaries()
    dump = tmp_path / "county.dump"
    subprocess.run(
        [binaries.program("pg_dump"), *_address(source), "-Fc", "-f", dump, str(source.database)],
        check=True,
        timeout=60,
    )
    with maintenance.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    done = subprocess.run(
        [binaries.program("pg_restore"), *_address(source), "-d", name, "--exit-on-error", dump],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    yield settings_for(cluster, name)
    with maintenance.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_restored_database_is_the_same_and_still_proves(own_county: Planted, restored: Settings) -> None:
    assert _digests(restored) == _digests(own_county.settings)
    assert schema_status(restored).is_current
    with transaction(engine(restored, DbRole.LOADER)) as conn:
        net.redraw(conn, {"MA": own_county.county["MA"]})
    with pytest.raises(RuleBroken, match="G1"), transaction(engine(restored, DbRole.LOADER)) as conn:
        net.redraw(conn, {"MA": net.leaf(net.add_vertex(own_county.county["MA"].geom))})
