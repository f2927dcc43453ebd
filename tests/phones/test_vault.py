"""Sealing and opening phones."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from geo_grid.db import DbRole, dispose_engines, engine
from geo_grid.phones import Holder, Vault, WrongKey, any_standing, is_sealed, seal_standing, vault_of
from geo_grid.settings import Settings

VAULT, OTHER = Vault(b"k" * 32), Vault(b"o" * 32)
TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: not is_sealed(text))


@given(TEXTS, TEXTS)
def test_what_was_sealed_opens_again_and_says_nothing_meanwhile(code: str, phone: str) -> None:
    sealed = VAULT.seal(Holder.HOUSEHOLD, code, phone)
    assert sealed is not None
    assert VAULT.open(Holder.HOUSEHOLD, code, sealed) == phone
    assert VAULT.seal(Holder.HOUSEHOLD, code, phone) == sealed
    assert VAULT.seal(Holder.HOUSEHOLD, code, sealed) == sealed


def test_a_seal_opens_only_for_its_holder_and_with_its_key() -> None:
    sealed = VAULT.seal(Holder.HOUSEHOLD, "H1", "13800000001")
    for vault, holder, code in (
        (OTHER, Holder.HOUSEHOLD, "H1"),
        (VAULT, Holder.WORKER, "H1"),
        (VAULT, Holder.HOUSEHOLD, "H2"),
    ):
        with pytest.raises(WrongKey, match="phone_key"):
            vault.open(holder, code, sealed)
        assert vault.open_or_keep(holder, code, sealed) == sealed
    assert sealed != VAULT.seal(Holder.HOUSEHOLD, "H2", "13800000001")


def test_none_and_blanks_are_no_phones() -> None:
    assert VAULT.seal_all(Holder.WORKER, ["a", "b"], [None, ""]) == [None, ""]
    assert VAULT.open(Holder.WORKER, "a", None) is None


def test_the_key_is_kept_to_its_owner(tmp_path: Path, database: Settings) -> None:
    chosen = database.model_copy(update={"home": tmp_path / "home"})
    dispose_engines(database)
    with engine(chosen, DbRole.WEB).connect() as conn:
        sealed = vault_of(conn).seal(Holder.WORKER, "W1", "13800000001")
        assert vault_of(conn).open(Holder.WORKER, "W1", sealed) == "13800000001"
    dispose_engines(chosen)
    assert stat.S_IMODE((tmp_path / "home" / "phone_key").stat().st_mode) == 0o600


def test_every_phone_of_a_loaded_county_is_sealed(sample_database: Settings) -> None:
    with engine(sample_database, DbRole.ADMIN).connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM geo_grid.households WHERE phone <> ''").scalar_one() > 1000
        assert conn.exec_driver_sql("SELECT count(*) FROM geo_grid.workers WHERE phone <> ''").scalar_one() > 100
        assert not any_standing(conn)


def test_phones_of_an_older_database_are_sealed_in_its_history_too(sample_clone: Settings) -> None:
    with engine(sample_clone, DbRole.ADMIN).begin() as conn:
        opened = _open_some(conn)
        assert any_standing(conn)
        assert seal_standing(conn, vault_of(conn)) == opened
        assert not any_standing(conn)
        kept = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"
        assert conn.exec_driver_sql(kept).scalar_one() == 0


def _open_some(conn: Connection) -> int:
    """How many rows got a phone that stands open, as an older program would have left them."""
    conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
    changed = 0
    for table in ("households", "household_history", "workers", "worker_history"):
        query = (
            f"UPDATE geo_grid.{table} SET phone = '13800000001' WHERE id IN (SELECT min(id) + 3 FROM geo_grid.{table})"
        )
        changed += conn.exec_driver_sql(query).rowcount
    conn.exec_driver_sql("SET LOCAL session_replication_role = origin")
    return changed
