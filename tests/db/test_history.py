"""Tests that the past can be read as it was, and cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from geo_grid.db import DbRole, RuleBroken, engine, transaction
from geo_grid.journal import NewChangeset, data_version
from geo_grid.settings import Settings
from tests.db import net
from tests.db.conftest import Planted

WORKERS_AS_OF = """
    SELECT code, name FROM (
        SELECT DISTINCT ON (h.id) h.op, h.code, h.name
        FROM worker_history h JOIN data_versions v USING (changeset_id)
        WHERE v.version <= %s ORDER BY h.id, v.version DESC, h.seq DESC
    ) AS latest WHERE op <> 'D' ORDER BY code
"""

CHANGES = st.lists(
    st.lists(
        st.tuples(st.sampled_from("IUD"), st.integers(0, 4), st.sampled_from(["Alice", "Bob", "Charlie"])),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=6,
)


@given(CHANGES)
@rules(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_workers_as_of_any_version_are_what_they_were(database: Settings, changes: list[list[Any]]) -> None:
    pool = engine(database, DbRole.LOADER)
    pictures = []
    for changeset in changes:
        with transaction(pool, changeset=NewChangeset("alice", "edit")) as conn:
            for op, number, name in changeset:
                _change_worker(conn, op, f"W{number}", name)
        pictures.append(_workers(pool))
    with pool.connect() as conn:
        for version, picture in pictures:
            assert conn.exec_driver_sql(WORKERS_AS_OF, (version,)).all() == picture


def _change_worker(conn: Connection, op: str, code: str, name: str) -> None:
    if op == "D":
        conn.exec_driver_sql("DELETE FROM workers WHERE code = %s", (code,))
    elif op == "U":
        conn.exec_driver_sql("UPDATE workers SET name = %s WHERE code = %s", (name, code))
    else:
        conn.exec_driver_sql(
            "INSERT INTO workers (code, name) VALUES (%s, %s) ON CONFLICT (code) DO NOTHING", (code, name)
        )


def _workers(pool: Engine) -> tuple[int, list[Any]]:
    with pool.connect() as conn:
        return data_version(conn), list(conn.exec_driver_sql("SELECT code, name FROM workers ORDER BY code").all())


def test_the_map_as_of_a_moment_is_whole(own_county: Planted) -> None:
    pool = engine(own_county.settings, DbRole.LOADER)
    with pool.connect() as conn:
        before = conn.exec_driver_sql("SELECT clock_timestamp()").scalar()
    with transaction(pool) as conn:
        vertex = net.place(2, 5)
        net.redraw(
            conn,
            {c: net.leaf(net.move_vertex(own_county.county[c].geom, vertex, 3, 0)) for c in ("MA", "MB")},
        )
    with pool.connect() as conn:
        then, now = (
            conn.exec_driver_sql(
                "SELECT count(*), sum(ST_Area(own)), count(*) FILTER (WHERE ST_Area(own) = 4 * 64 * 64)"
                " FROM grid_versions v WHERE valid @> " + moment
            ).one()
            for moment in (f"'{before}'::timestamptz", "clock_timestamp()")
        )
        gaps = conn.exec_driver_sql(
            "SELECT count(*) FROM grid_versions a JOIN grid_versions b ON a.grid_id = b.grid_id AND a.id < b.id"
            " WHERE upper(a.valid) <> lower(b.valid)"
        ).scalar()
    assert (then[0], then[1]) == (now[0], now[1])
    assert then[2] == now[2] + 2
    assert gaps == 0


def test_direct_sql_gets_a_change_set_of_its_own(own_county: Planted) -> None:
    with transaction(engine(own_county.settings, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql("UPDATE households SET address = 'x' WHERE code = 'H1'")
        conn.exec_driver_sql("UPDATE households SET address = 'y' WHERE code = 'H2'")
    with engine(own_county.settings, DbRole.WEB).connect() as conn:
        kinds = conn.exec_driver_sql(
            "SELECT c.kind, c.actor, count(*) FROM household_history h JOIN changesets c ON c.id = h.changeset_id"
            " GROUP BY c.id ORDER BY c.id"
        ).all()
    assert kinds == [("setup", "alice", 3), ("direct", "geo_grid_admin", 2)]


def test_an_update_that_changes_nothing_leaves_no_trace(own_county: Planted) -> None:
    pool = engine(own_county.settings, DbRole.LOADER)
    with pool.connect() as conn:
        before = data_version(conn), conn.exec_driver_sql("SELECT count(*) FROM household_history").scalar()
    with transaction(pool) as conn:
        conn.exec_driver_sql("UPDATE households SET address = address")
        conn.exec_driver_sql("UPDATE households SET address = 'x' WHERE code = 'nobody'")
    with pool.connect() as conn:
        after = data_version(conn), conn.exec_driver_sql("SELECT count(*) FROM household_history").scalar()
    assert before == after


def test_each_transaction_makes_one_version_however_often_it_is_proved(own_county: Planted) -> None:
    pool = engine(own_county.settings, DbRole.LOADER)
    with transaction(pool) as conn:
        conn.exec_driver_sql("UPDATE households SET address = 'x'")
        conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        conn.exec_driver_sql("UPDATE households SET address = 'y'")
        conn.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        net.redraw(conn, {"MA": own_county.county["MA"]})
    with pool.connect() as conn:
        assert data_version(conn) == 3
        assert conn.exec_driver_sql("SELECT max(version) FROM data_versions").scalar() == 3


def test_nothing_is_left_to_settle(own_county: Planted) -> None:
    with engine(own_county.settings, DbRole.ADMIN).connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM unsettled").scalar() == 0


APPEND_ONLY = ("changesets", "data_versions", "lineage", "grid_codes", "household_history", "worker_history")


@pytest.mark.parametrize("role", [DbRole.LOADER, DbRole.WEB, DbRole.ADMIN], ids=lambda role: role.name.lower())
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = DEFAULT"])
def test_the_past_cannot_be_changed(planted: Planted, table: str, role: DbRole, verb: str) -> None:
    column = {"data_versions": "at", "grid_codes": "code", "lineage": "households"}.get(table, "id")
    statement = verb.format(table, "note" if table == "changesets" else column)
    with pytest.raises(RuleBroken), transaction(engine(planted.settings, role)) as conn:
        conn.exec_driver_sql(statement)


def test_a_change_set_of_another_transaction_cannot_be_borrowed(planted: Planted) -> None:
    with (
        pytest.raises(RuleBroken, match="belongs to another transaction"),
        transaction(engine(planted.settings, DbRole.LOADER)) as conn,
    ):
        conn.exec_driver_sql("SET LOCAL geo_grid.changeset = '1'; UPDATE households SET address = 'x'")
