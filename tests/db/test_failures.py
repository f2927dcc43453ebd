"""Tests that what the driver reports comes out as one of our kinds of error."""

from __future__ import annotations

from collections.abc import Callable

import psycopg2
import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, Duplicate, Full, Lost, Repeat, RuleBroken, Unreachable, engine
from geo_grid.db.failures import translate
from geo_grid.db.staging import unload, unload_bytes
from geo_grid.errors import BadInput, GeoGridError, NotFound, Unavailable
from geo_grid.settings import Settings

STATES: dict[str, type[GeoGridError]] = {
    "40001": Repeat,
    "40P01": Repeat,
    "53100": Full,
    "53300": Unavailable,
    "57P01": Lost,
    "42501": RuleBroken,
    "42P01": Unavailable,
    "22003": BadInput,
    "GG001": RuleBroken,
}


@pytest.mark.parametrize(("state", "kind"), STATES.items())
def test_a_state_has_its_kind(conn: Connection, state: str, kind: type[GeoGridError]) -> None:
    with pytest.raises(kind) as raised:
        conn.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'what happened' USING ERRCODE = '{state}'; END $$")
    assert raised.type is kind
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"], ids=["NUL", "half a character"])
def test_a_text_that_cannot_be_stored_is_bad_input(conn: Connection, text: str) -> None:
    with pytest.raises(BadInput, match="cannot be stored"):
        conn.exec_driver_sql("SELECT %s", (text,))


def test_what_nobody_expects_stays_as_it_is(conn: Connection) -> None:
    assert translate(ValueError("x")) is None
    with pytest.raises(Exception, match="syntax error"):
        conn.exec_driver_sql("SELEC 1")


@pytest.mark.parametrize(
    ("statement", "kind", "sentence"),
    [
        ("INSERT INTO workers (code, name) VALUES ('W', 'A'), ('W', 'B')", Duplicate, "code W is there already"),
        ("INSERT INTO posts (grid_id, role) VALUES (77, 'LEADER')", NotFound, "there is no grid_id 77 in grids"),
        ("INSERT INTO workers (code, name) VALUES ('W', ' ')", RuleBroken, "a name must not be empty"),
        ("INSERT INTO workers (code) VALUES ('W')", RuleBroken, 'null value in column "name"'),
        ("INSERT INTO grids (code, tier) VALUES ('a b', 'SUB')", RuleBroken, "a code must be of the usual letters"),
    ],
)
def test_a_broken_constraint_is_said_plainly(
    conn: Connection, statement: str, kind: type[GeoGridError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        conn.exec_driver_sql(statement)


def test_nobodys_data_is_in_a_message(conn: Connection) -> None:
    with pytest.raises(RuleBroken) as refused:
        conn.exec_driver_sql("INSERT INTO workers (code, name, phone) VALUES ('W', ' Zhang', '13812345678')")
    assert "13812345678" not in str(refused.value)


def test_a_wrong_password_is_said_in_one_sentence(settings: Settings) -> None:
    import psycopg2

    text = 'connection to server at "h", port 5432 failed: FATAL:  password authentication failed for user "u"'
    found = translate(psycopg2.OperationalError(text), "postgresql://u:secret@h/county")
    assert isinstance(found, Unreachable)
    assert str(found) == "the database at h:5432/county refuses the user or password: correct GEO_GRID_DATABASE_URL"


def test_a_connection_lost_in_the_midst_of_a_copy_is_told_by_its_words() -> None:
    lost = psycopg2.DatabaseError("error with status PGRES_COPY_OUT and no message from the libpq")
    assert isinstance(translate(lost), Unreachable)


@pytest.mark.parametrize("bring_out", [unload, lambda conn, query: list(unload_bytes(conn, query))])
def test_a_connection_lost_in_a_copy_is_an_unreachable_database(
    settings: Settings, bring_out: Callable[[Connection, str], object]
) -> None:
    pool = engine(settings, DbRole.WEB)

    def lose_it() -> None:
        with pool.connect() as conn, conn.begin():
            pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with engine(settings, DbRole.ADMIN).connect() as admin:
                admin.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
            bring_out(conn, "SELECT 1")

    with pytest.raises(Unavailable, match=r"no database answers|went away"):
        lose_it()
    with pool.connect() as conn:
        assert unload(conn, "SELECT 1") == [["1"]]
