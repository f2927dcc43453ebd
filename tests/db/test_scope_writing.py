"""Ways round scope when writing, tried as the application's own role: none changes a row of another subtree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput, BeyondScope, GeoGridError, NotFound
from geo_grid.staffing import rename
from tests.db.scoped_town import CANARY, THEIRS, Town, said

Attempt = Callable[[Connection, Town], Any]


def rows(query: str) -> Attempt:
    """How many rows a statement touches."""
    return lambda conn, town: conn.exec_driver_sql(query.format(**town.ids)).rowcount


UNTOUCHED: dict[str, Attempt] = {
    "update": rows("UPDATE households SET contact_id = NULL WHERE code = 'H2'"),
    "update by a join": rows("UPDATE households h SET contact_id = NULL FROM grids g WHERE h.grid_id = {MB}"),
    "returning": rows("UPDATE households SET contact_id = NULL WHERE code = 'H2' RETURNING phone"),
    "end a post": rows("UPDATE posts SET ended_on = '2026-01-01' WHERE grid_id = {MB}"),
    "delete": rows("DELETE FROM assignments WHERE post_id IN (SELECT max(id) FROM posts) AND worker_id = 2"),
    "delete using": rows("DELETE FROM assignments a USING posts p WHERE p.id = a.post_id AND p.grid_id = {MB}"),
    "rename": rows("UPDATE workers SET name = 'x' WHERE code = 'W2'"),
    "lock": rows("SELECT FROM posts WHERE grid_id = {MB} FOR UPDATE"),
    "end a waiver": rows("UPDATE waivers SET ended_at = now() WHERE grid_id = {MB}"),
}


@pytest.mark.parametrize("what", UNTOUCHED)
def test_a_hidden_row_is_not_there_to_be_changed(town: Town, what: str) -> None:
    with town.edits() as conn:
        assert UNTOUCHED[what](conn, town) == 0


REFUSED = {
    "a post elsewhere": "INSERT INTO posts (grid_id, role) VALUES ({MB}, 'PART_TIME')",
    "a post moved away": "UPDATE posts SET grid_id = {MB}",
    "a post moved away and told": "UPDATE posts SET grid_id = {MB} RETURNING *",
    "on conflict": "INSERT INTO posts (grid_id, role) VALUES ({MB}, 'LEADER')"
    " ON CONFLICT (grid_id, role, seat) DO UPDATE SET ended_on = NULL RETURNING *",
    "an assignment elsewhere": "INSERT INTO assignments (post_id, worker_id, during) VALUES (2, 1, '[2030-01-01,)')",
    "a waiver elsewhere": "INSERT INTO waivers (rule, grid_id, reason, by, until) SELECT"
    " code, {MB}, 'x', 'x', '2030-01-01' FROM coverage_rules LIMIT 1",
    "a change under another's name": "INSERT INTO changesets (actor, kind) VALUES ('theirs', 'edit')",
    "a household": "INSERT INTO households (code, address, point, grid_id)"
    " SELECT 'H9', '', point, {MB} FROM households",
    "a household's phone": "UPDATE households SET phone = '1'",
    "a household's grid": "UPDATE households SET grid_id = {MB}",
    "a grid": "UPDATE grids SET code = 'X'",
    "a version": "INSERT INTO grid_versions SELECT * FROM grid_versions",
    "a rule of the county": "UPDATE coverage_rules SET is_on = false",
    "the county's name": "UPDATE county SET name = 'x'",
    "history": "INSERT INTO household_history (changeset_id, op) VALUES (1, 'I')",
    "the journal": "INSERT INTO journal_entries (actor, kind) VALUES ('mine', 'change')",
    "an import": "INSERT INTO jobs (kind, actor) VALUES ('load', 'mine')",
    "bulk": "COPY posts FROM STDIN",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_anothers_cannot_be_written(town: Town, what: str) -> None:
    with town.edits() as conn, pytest.raises((GeoGridError, DBAPIError)) as refusal:
        conn.exec_driver_sql(REFUSED[what].format(**town.ids))
    message = str(refusal.value)
    assert CANARY not in message
    assert "name of W2" not in message


def test_ones_own_can_be_written(town: Town) -> None:
    """The gate is no wall: the same statements on one's own rows work."""
    with town.edits() as conn:
        assert rows("INSERT INTO posts (grid_id, role) VALUES ({MA}, 'PART_TIME')")(conn, town) == 1
        assert rows("UPDATE posts SET ended_on = NULL")(conn, town) == 2
        assert rows("UPDATE households SET contact_id = (SELECT id FROM workers WHERE code = 'W1')")(conn, town) == 1
        assert rows("UPDATE workers SET name = 'Alice' WHERE code = 'W1'")(conn, town) == 1
        assert rows("INSERT INTO workers (code, name) VALUES ('W3', 'Carol')")(conn, town) == 1
        assert said(conn, "SELECT code FROM geo_grid.workers ORDER BY 1") == "[('W1',), ('W3',)]"


def test_a_worker_who_also_works_elsewhere_is_not_ones_own_to_rename(town: Town) -> None:
    with engine(town.settings, DbRole.LOADER).begin() as conn:
        conn.exec_driver_sql("INSERT INTO posts (grid_id, role) VALUES (%s, 'PART_TIME')", (town.ids[THEIRS],))
        conn.exec_driver_sql(
            "INSERT INTO assignments (post_id, worker_id, during)"
            " SELECT p.id, w.id, '[2020-01-01,)' FROM posts p, workers w WHERE p.role = 'PART_TIME' AND w.code = 'W1'"
        )
    try:
        with town.edits() as conn, pytest.raises(BeyondScope):
            rename(conn, "W1", "Alice")
    finally:
        with engine(town.settings, DbRole.LOADER).begin() as conn:
            conn.exec_driver_sql(
                "DELETE FROM assignments a USING posts p WHERE p.id = a.post_id AND p.role = 'PART_TIME'"
            )


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO workers (code, name) VALUES ('W2', 'x')", BadInput),
        ("UPDATE households SET contact_id = 99", NotFound),
    ],
)
def test_an_error_of_a_key_tells_that_a_row_is_there_and_no_more(
    town: Town, statement: str, error: type[Exception]
) -> None:
    """PostgreSQL states this leak itself (its rowsecurity.sql): uniqueness holds over hidden rows too."""
    with town.edits() as conn, pytest.raises(error) as told:
        conn.exec_driver_sql(statement)
    assert CANARY not in str(told.value)
    assert "name of W2" not in str(told.value)
