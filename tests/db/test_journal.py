"""Tests of the journal."""

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, Duplicate, RuleBroken, engine, transaction
from geo_grid.journal import NewChangeset, changeset_by_key, latest_changesets, open_changeset, read_changeset, sum_up
from geo_grid.settings import Settings


def test_a_change_carries_the_change_set_of_its_transaction(database: Settings) -> None:
    with transaction(engine(database, DbRole.LOADER), changeset=NewChangeset("alice", "edit", "a note")) as conn:
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W1', 'Bob')")
    with engine(database, DbRole.WEB).connect() as conn:
        (latest,) = latest_changesets(conn)
        assert (latest.actor, latest.kind, latest.note, latest.version) == ("alice", "edit", "a note", 2)
        assert conn.exec_driver_sql("SELECT changeset_id, op, name FROM worker_history").all() == [
            (latest.id, "I", "Bob")
        ]


def test_a_key_used_twice_is_refused(conn: Connection) -> None:
    opened = open_changeset(conn, NewChangeset("alice", "import", idempotency_key="k1"))
    found = changeset_by_key(conn, "k1")
    assert found is not None
    assert found == read_changeset(conn, opened)
    conn.exec_driver_sql("SET LOCAL geo_grid.changeset = ''")
    with pytest.raises(Duplicate, match="k1"):
        open_changeset(conn, NewChangeset("alice", "import", idempotency_key="k1"))


def test_a_transaction_has_one_change_set(conn: Connection) -> None:
    open_changeset(conn, NewChangeset("alice", "edit"))
    with pytest.raises(RuleBroken, match="already has change set"):
        open_changeset(conn, NewChangeset("alice", "edit"))


def test_what_a_change_set_sums_up_can_be_completed_until_its_transaction_ends(database: Settings) -> None:
    pool = engine(database, DbRole.LOADER)
    with transaction(pool) as conn:
        opened = open_changeset(conn, NewChangeset("alice", "import"))
        sum_up(conn, opened, {"grids": 3})
        assert read_changeset(conn, opened).summary == {"grids": 3}
    with pytest.raises(RuleBroken, match="what happened stays written"), transaction(pool) as conn:
        sum_up(conn, opened, {"grids": 4})


def test_nothing_else_of_a_change_set_is_ever_rewritten(database: Settings) -> None:
    with (
        pytest.raises(RuleBroken, match="what happened stays written"),
        transaction(engine(database, DbRole.ADMIN), changeset=NewChangeset("alice", "import")) as conn,
    ):
        conn.exec_driver_sql("UPDATE geo_grid.changesets SET actor = 'bob'")
