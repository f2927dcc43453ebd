"""Tests of transactions, their repetition and their keys."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, Duplicate, Repeat, engine, new_engine, reading, run, transaction
from geo_grid.db.addresses import database_url
from geo_grid.errors import GeoGridError
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings


def test_a_block_that_raises_changes_nothing(database: Settings) -> None:
    pool = engine(database, DbRole.LOADER)

    def add_and_fail(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W', 'Bob')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(pool, add_and_fail, NewChangeset("alice", "edit"))
    with reading(pool) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 0
        assert conn.exec_driver_sql("SELECT count(*) FROM changesets").scalar() == 0


def test_a_reader_sees_one_moment_and_cannot_write(database: Settings) -> None:
    pool = engine(database, DbRole.LOADER)
    with reading(pool) as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 0
        with transaction(pool) as conn:
            conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W', 'Bob')")
        assert reader.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 0
    with pytest.raises(Exception, match="read-only"), reading(pool) as reader:
        reader.exec_driver_sql("DELETE FROM workers")


def test_work_is_repeated_with_a_change_set_of_its_own(database: Settings) -> None:
    attempts = []

    def work(conn: Connection) -> str:
        attempts.append(conn.exec_driver_sql("SELECT geo_grid.current_changeset()").scalar())
        if len(attempts) < 3:
            raise Repeat("somebody else was first: repeat")
        return "done"

    assert run(engine(database, DbRole.LOADER), work, NewChangeset("alice", "edit")) == "done"
    assert len(set(attempts)) == 3
    with reading(engine(database, DbRole.WEB)) as conn:
        assert conn.exec_driver_sql("SELECT id FROM changesets").scalars().all() == attempts[-1:]


def test_of_many_requests_with_one_key_exactly_one_is_done(database: Settings) -> None:
    pool = engine(database, DbRole.LOADER)

    def add(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO workers (code, name) SELECT 'W' || count(*), 'Bob' FROM workers")

    def ask(_: int) -> type[GeoGridError] | None:
        try:
            run(pool, add, NewChangeset("alice", "edit", idempotency_key="once"))
        except GeoGridError as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(ask, range(6)))
    assert sorted(map(str, outcomes)) == sorted(map(str, [None, *[Duplicate] * 5]))
    with reading(pool) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 1


def test_a_pool_outlives_connections_that_were_cut_while_they_lay_unused(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["geo_grid.db.engine"], "TRUSTED_SECONDS", 0.0)
    pool = new_engine(database_url(database, DbRole.WEB))
    with pool.connect() as conn:
        session = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with engine(database, DbRole.ADMIN).connect() as conn:
        conn.exec_driver_sql("SELECT pg_terminate_backend(%s, 2000)", (session,))
    with pool.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tiers").scalar() == 6
    pool.dispose()


def test_a_session_has_its_role_and_its_search_path(database: Settings) -> None:
    for role in (DbRole.LOADER, DbRole.WEB):
        with engine(database, role).connect() as conn:
            user, path, jit = conn.exec_driver_sql(
                "SELECT current_user, current_setting('search_path'), current_setting('jit')"
            ).one()
            assert (user, path, jit) == (role.value, "geo_grid,public,pg_temp", "off")
