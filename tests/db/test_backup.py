"""Backup, restore and verify: what comes back is what was there, and one changed byte is found."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, database_url, dispose_engines, engine, schema_status, transaction, upgrade
from geo_grid.db.backup import BadBackup, NotEmpty, back_up, restore, verify
from geo_grid.db.scheduled import back_up_if_due, backups_in
from geo_grid.errors import Refused
from geo_grid.settings import Settings
from tests.databases import settings_for
from tests.db import net
from tests.db.conftest import Planted


@pytest.fixture
def bare(own_county: Planted, cluster: Cluster) -> Iterator[Settings]:
    """A database with nothing in it at all."""
    name = f"{make_url(database_url(own_county.settings, DbRole.ADMIN)).database}_bare"
    maintenance = create_engine(cluster.url(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield settings_for(cluster, name)
    dispose_engines(settings_for(cluster, name))
    with maintenance.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_what_is_restored_is_what_was_backed_up_and_still_proves(
    own_county: Planted, bare: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "county.backup"
    made = back_up(own_county.settings, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["county.backup"]
    compared = restore(bare, file)
    assert compared.is_same
    assert compared.manifest == made
    assert verify(bare, file).is_same
    assert schema_status(bare).is_current
    with transaction(engine(bare, DbRole.LOADER)) as conn:
        net.redraw(conn, {"MA": own_county.county["MA"]})


def test_one_changed_byte_in_the_database_is_found(own_county: Planted, tmp_path: Path) -> None:
    file = tmp_path / "county.backup"
    back_up(own_county.settings, file)
    assert verify(own_county.settings, file).is_same
    with engine(own_county.settings, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql("UPDATE geo_grid.households SET address = address || '.' WHERE code = 'H1'")
    assert verify(own_county.settings, file).differing == {"households": (3, 3)}


@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.97, 0.9999])
def test_one_changed_byte_in_the_file_is_found(own_county: Planted, tmp_path: Path, share: float) -> None:
    file = tmp_path / "county.backup"
    back_up(own_county.settings, file)
    content = bytearray(file.read_bytes())
    content[int(len(content) * share)] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(BadBackup, match="damaged"):
        verify(own_county.settings, file)


def test_nothing_is_restored_over_a_county(own_county: Planted, tmp_path: Path) -> None:
    file = tmp_path / "county.backup"
    back_up(own_county.settings, file)
    with pytest.raises(NotEmpty, match="empty"):
        restore(own_county.settings, file)
    with pytest.raises(Refused, match="--force"):
        back_up(own_county.settings, file)


def test_a_database_just_made_counts_as_empty(own_county: Planted, bare: Settings, tmp_path: Path) -> None:
    back_up(own_county.settings, tmp_path / "county.backup")
    upgrade(bare)
    assert restore(bare, tmp_path / "county.backup").is_same


def test_a_file_of_something_else_is_told_from_a_backup(own_county: Planted, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(BadBackup, match="no backup"):
        verify(own_county.settings, tmp_path / "notes.txt")


def test_a_backup_is_made_once_a_day_and_the_latest_are_kept(own_county: Planted, tmp_path: Path) -> None:
    chosen = own_county.settings.model_copy(update={"backup_folder": tmp_path / "kept", "backups_kept": 2})
    first = datetime(2026, 3, 1, 3, tzinfo=UTC)
    made = [back_up_if_due(chosen, first + timedelta(hours=hours)) for hours in (0, 23, 24, 30, 48)]
    assert [file is not None for file in made] == [True, False, True, False, True]
    assert [path for _, path in backups_in(tmp_path / "kept")] == [made[2], made[4]]
    assert verify(chosen, tmp_path / "kept" / "geo_grid-20260303T030000Z.backup").is_same
