"""The journal's chain: nobody rewrites it, and who gets round the database is found out."""

from __future__ import annotations

import pytest

from geo_grid.db import DbRole, RuleBroken, engine, transaction
from geo_grid.journal import ChainReport, NewChangeset, NewEntry, check_chain, enter, read_entries
from geo_grid.settings import Settings


@pytest.fixture
def kept(database: Settings) -> Settings:
    """A database with a change of Alice's, and Bob who read a phone."""
    with transaction(engine(database, DbRole.LOADER), changeset=NewChangeset("alice", "edit", "hired Carl")) as conn:
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W1', 'Carl')")
    with engine(database, DbRole.ACCESS).begin() as conn:
        enter(conn, NewEntry("bob", "phone-revealed", "H1", {"reason": "water main", "grid": "G1"}))
    return database


def verdict(settings: Settings) -> ChainReport:
    with engine(settings, DbRole.ACCESS).connect() as conn:
        return check_chain(conn)


def test_changes_and_reveals_stand_in_one_chain(kept: Settings) -> None:
    with engine(kept, DbRole.WEB).connect() as conn:
        latest, first = read_entries(conn)
        assert [entry.actor for entry in read_entries(conn, about="G1")] == ["bob"]
        assert [entry.actor for entry in read_entries(conn, actor="alice")] == ["alice"]
        assert read_entries(conn, before=first.seq) == []
    assert (first.kind, first.facts["note"], latest.about) == ("change", "hired Carl", "H1")
    assert verdict(kept) == ChainReport(2, None)


def test_a_change_that_goes_on_after_its_proof_is_whole_too(kept: Settings) -> None:
    with transaction(engine(kept, DbRole.LOADER), changeset=NewChangeset("alice", "edit")) as conn:
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W2', 'Dora')")
        conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W3', 'Eve')")
    assert verdict(kept).broken is None
    with engine(kept, DbRole.WEB).connect() as conn:
        assert len(read_entries(conn)) == 3


@pytest.mark.parametrize("role", [DbRole.ACCESS, DbRole.LOADER, DbRole.WEB])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE geo_grid.journal_entries SET actor = 'eve'", "DELETE FROM geo_grid.journal_entries",
     "TRUNCATE geo_grid.journal_entries", "UPDATE geo_grid.journal_head SET seq = 0",
     "INSERT INTO geo_grid.journal_entries (seq, actor, kind) VALUES (1, 'eve', 'x')"],
)  # fmt: skip
def test_no_role_rewrites_the_journal(kept: Settings, role: DbRole, statement: str) -> None:
    with pytest.raises(RuleBroken), engine(kept, role).begin() as conn:
        conn.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE geo_grid.journal_entries SET actor = 'eve' WHERE seq = 1", 1),
        ("DELETE FROM geo_grid.journal_entries WHERE seq = 1", 2),
        ("DELETE FROM geo_grid.journal_entries WHERE seq = 2", 2),
        ("UPDATE geo_grid.worker_history SET name = 'Eve'", 1),
        ("DELETE FROM geo_grid.worker_history", 1),
    ],
)
def test_what_an_administrator_of_the_machine_rewrites_is_found(kept: Settings, statement: str, found: int) -> None:
    with engine(kept, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql(statement)
    assert verdict(kept).broken == found
