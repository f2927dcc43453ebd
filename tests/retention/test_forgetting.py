"""What was kept long enough goes, out of the history too, and the journal stays whole and tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, RuleBroken, engine, reading, run, transaction
from geo_grid.journal import NewChangeset, check_chain, read_entries
from geo_grid.phones import Holder, vault_of
from geo_grid.retention import StillServing, Whom, due, find_phone, forget_due, forget_person, held_about
from geo_grid.settings import Settings
from tests import databases
from tests.db.conftest import plant

PHONE = "13800000001"
OLD = (
    "INSERT INTO workers (code, name, phone, left_on) VALUES ('W1', 'Alice', %(phone)s, current_date - 2000)",
    "UPDATE workers SET name = 'Alice B.' WHERE code = 'W1'",
    "INSERT INTO workers (code, name, phone, left_on) VALUES ('W2', 'Bob', NULL, current_date - 20),"
    " ('W3', 'Cai', NULL, NULL)",
    "UPDATE households SET phone = %(home)s, contact_id = (SELECT id FROM workers WHERE code = 'W3') WHERE code = 'H1'",
    "INSERT INTO jobs (kind, actor, state, finished_at) VALUES ('boards', 'a', 'done', now() - interval '100 days'),"
    " ('boards', 'a', 'done', now()), ('boards', 'a', 'queued', NULL)",
    "INSERT INTO inspections (site_id, site_code, grid_id, done_on, by, request)"
    " SELECT n, 'R', id, current_date - n, 'a', n"
    " FROM grids, unnest(ARRAY[10, 2000, 2001]) AS n WHERE code = 'MA'",
    "INSERT INTO inspection_findings (inspection_id, says) SELECT id, 'open' FROM inspections WHERE request = '2001'",
    "INSERT INTO inspection_photos (inspection_id, width, height, jpeg) SELECT id, 1, 1, 'x' FROM inspections",
)


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Settings]:
    """The small county with somebody who left long ago, somebody who left lately, and old things."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        plant(settings)
        with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("alice", "edit")) as conn:
            vault = vault_of(conn)
            sealed = {
                "phone": vault.seal(Holder.WORKER, "W1", PHONE),
                "home": vault.seal(Holder.HOUSEHOLD, "H1", PHONE),
            }
            for statement in OLD:
                conn.exec_driver_sql(statement, sealed)
        with engine(settings, DbRole.ADMIN).begin() as conn:
            conn.exec_driver_sql(
                "INSERT INTO sign_ins (at, username, address, outcome)"
                " SELECT now() - n * interval '1 day', 'a', 'b', 'wrong' FROM unnest(ARRAY[1, 190, 400]) AS n"
            )
        yield settings


def whole(settings: Settings) -> bool:
    """Whether the journal's chain is unbroken."""
    with engine(settings, DbRole.ACCESS).connect() as conn:
        return check_chain(conn).broken is None


def test_what_goes_is_shown_and_that_goes_and_no_more(county: Settings) -> None:
    with reading(engine(county, DbRole.LOADER)) as conn:
        shown = due(conn, county)
    assert {one.kind: one.count for one in shown} == {"sign_ins": 1, "jobs": 1, "photos": 1, "departed": 1}
    assert forget_due(county) == shown
    assert forget_due(county) == [replace(one, count=0) for one in shown]
    with engine(county, DbRole.LOADER).connect() as conn:
        assert conn.exec_driver_sql("SELECT code, name FROM workers ORDER BY code").all() == [
            ("W1", "—"), ("W2", "Bob"), ("W3", "Cai")
        ]  # fmt: skip
        traces = "SELECT count(*) FROM worker_history WHERE code = 'W1' AND (name LIKE 'Alice%%' OR phone IS NOT NULL)"
        assert conn.exec_driver_sql(traces).scalar() == 0
        assert conn.exec_driver_sql("SELECT count(*) FROM inspection_photos").scalar() == 2
    assert whole(county)
    with engine(county, DbRole.ACCESS).connect() as conn:
        kinds = [entry.kind for entry in read_entries(conn, actor="geo-grid retain")]
    assert kinds[0] == "retention"
    assert "redaction" in kinds


def test_a_person_is_told_what_is_held_and_is_forgotten(county: Settings) -> None:
    pool = engine(county, DbRole.LOADER)
    with reading(pool) as conn:
        assert (Whom.HOUSEHOLD, "H1") in find_phone(conn, f" {PHONE} ")
        assert held_about(conn, Whom.HOUSEHOLD, "H1").phone == PHONE
    assert run(pool, lambda conn: forget_person(conn, Whom.HOUSEHOLD, "H1", "alice", "they asked")) == 1
    with reading(pool) as conn:
        found = held_about(conn, Whom.HOUSEHOLD, "H1")
        assert (found.phone, found.former_phones) == (None, ())
        assert (Whom.HOUSEHOLD, "H1") not in find_phone(conn, PHONE)
    assert whole(county)


def test_who_still_serves_is_not_forgotten(county: Settings) -> None:
    with pytest.raises(StillServing):
        run(engine(county, DbRole.LOADER), lambda conn: forget_person(conn, Whom.WORKER, "W3", "alice", "x"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT forget_sign_ins(179)",
        "SELECT set_config('geo_grid.forgetting', 'UPDATE worker_history', true); UPDATE worker_history SET name = 'x'",
        "SELECT set_config('geo_grid.forgetting', 'DELETE sign_ins', true); DELETE FROM sign_ins",
        "SELECT forget_people('posts', ARRAY[1], 'a', 'b')",
    ],
)
@pytest.mark.parametrize("role", [DbRole.LOADER, DbRole.ADMIN], ids=lambda role: role.name.lower())
def test_nobody_forgets_more_than_that(county: Settings, role: DbRole, statement: str) -> None:
    with pytest.raises(RuleBroken), transaction(engine(county, role)) as conn:
        conn.exec_driver_sql(statement)


def test_an_image_changed_behind_the_journals_back_is_still_found(county: Settings) -> None:
    with engine(county, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql("ALTER TABLE worker_history DISABLE TRIGGER USER")
        conn.exec_driver_sql("UPDATE worker_history SET name = 'forged' WHERE code = 'W1'")
        conn.exec_driver_sql("ALTER TABLE worker_history ENABLE TRIGGER USER")
    assert not whole(county)
