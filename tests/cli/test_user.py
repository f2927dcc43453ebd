"""`geo-grid user` and `geo-grid db backup`: what an administrator does where the server runs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from geo_grid import access
from geo_grid.access import AccountRole
from geo_grid.db import DbRole, engine, run
from geo_grid.settings import Settings
from tests.cli.programs import geo_grid

Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program(database: Settings) -> Program:
    """The program at a database of its own."""
    return lambda *words, **more: geo_grid(*words, GEO_GRID_DATABASE_URL=str(database.database_url), **more)


def test_an_account_is_made_given_a_role_and_let_in_no_more(program: Program, database: Settings) -> None:
    made = program("user", "add", "alice", "--name", "Alice", "--role", "gis-staff", "--from", "2026-03-01")
    found = re.search(r"its first password is ([a-z0-9]{4}(-[a-z0-9]{4}){3})$", made.stdout.strip())
    assert found is not None, made.stderr
    attempt = run(engine(database, DbRole.ACCESS), lambda conn: access.sign_in(conn, "alice", found[1], "here"))
    assert attempt.key is not None
    assert program("user", "role", "alice", "审批员").returncode == 0
    listed = json.loads(program("user", "list", "--json").stdout)["accounts"]
    assert [one["username"] for one in listed] == ["alice"]
    assert [one["role"] for one in listed[0]["roles"]] == ["GIS_STAFF", "APPROVER"]
    assert listed[0]["roles"][0]["from"] == "2026-03-01"
    assert program("user", "disable", "alice").returncode == 0
    with engine(database, DbRole.ACCESS).connect() as conn:
        assert access.whose(conn, attempt.key) is None


def test_what_cannot_be_is_one_sentence_and_makes_no_account(program: Program, database: Settings) -> None:
    for words, code, sentence in (
        (("role", "nobody", "planner"), 3, "there is no account nobody"),
        (("add", "bob", "--role", "king"), 2, "there is no role 'king': choose one of"),
        (("add", "bob", "--role", "planner", "--grid", "999"), 3, "there is no grid 999"),
    ):
        refused = program("user", *words)
        assert refused.returncode == code
        assert sentence in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert run(engine(database, DbRole.ACCESS), access.all_accounts) == []


def test_a_backup_is_written_held_against_the_database_and_told_when_it_differs(
    program: Program, database: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "county.backup"
    written = program("db", "backup", str(file), "--json")
    assert written.returncode == 0, written.stderr
    assert json.loads(written.stdout)["bytes"] == file.stat().st_size
    assert json.loads(program("db", "verify", str(file), "--json").stdout)["same"] is True
    run(
        engine(database, DbRole.ACCESS),
        lambda conn: access.add_account(conn, "bob", "Bob", "a long walk home", by="test"),
    )
    differs = program("db", "verify", str(file), "--json")
    assert differs.returncode != 0
    assert "accounts" in json.loads(differs.stdout)["differing"]
    assert "differs from the backup" in differs.stderr
    again = program("db", "backup", str(file))
    assert again.returncode != 0
    assert "--force" in again.stderr


def test_every_role_has_a_name_for_the_command_line() -> None:
    from geo_grid.cli.user import role_named

    for role in AccountRole:
        assert role_named(role.zh) is role_named(role.en.lower().replace(" ", "-")) is role_named(role.code) is role
