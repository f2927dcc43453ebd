"""The catalogue gate of scope: every table says who sees which of its rows, and nothing goes round it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings

#: Tables of which no scoped role may read a word: they have no line, and no right was given.
NOBODYS = {"accounts", "roles_given", "sessions", "sign_ins", "journal_head", "unsettled", "scope_key"}
SCOPED = ("geo_grid_scoped", "geo_grid_editor")
#: Tables of which the seal names the rows that somebody sees who only reads.
SEALED = {"changesets", "risk_sites", "workers"}


@pytest.fixture(scope="module")
def catalogue(settings: Settings) -> Iterator[Connection]:
    with engine(settings, DbRole.ADMIN).connect() as conn:
        yield conn


def tables(catalogue: Connection) -> set[str]:
    """Every table of the schema."""
    rows = catalogue.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind IN ('r', 'p', 'f')"
    )
    return set(rows.scalars())


def lines(catalogue: Connection) -> dict[str, tuple[str, str, str, str, str]]:
    """The line of each table: reading, action, writing, stricter, why."""
    rows = catalogue.exec_driver_sql("SELECT * FROM geo_grid.scoped_tables()").all()
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: tuple(row[1:]) for row in rows}


def test_every_table_is_declared_scoped_or_public_with_a_reason(catalogue: Connection) -> None:
    """Who adds a table adds its line in db/sql/scope.sql."""
    assert set(lines(catalogue)) | NOBODYS == tables(catalogue)
    assert not set(lines(catalogue)) & NOBODYS
    for name, (reading, _, _, _, why) in lines(catalogue).items():
        assert (reading in {"true", "false"}) == bool(why), name


def test_row_level_security_is_on_for_every_table(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relrowsecurity"
    )
    assert rows.all() == []


def test_policies_are_those_of_the_lines_and_all_permissive(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT tablename, policyname, roles::text[], cmd, permissive FROM pg_policies WHERE schemaname = 'geo_grid'"
    ).all()
    expected = {(name, "county", frozenset(COUNTY), "ALL") for name in tables(catalogue)}
    for name, (_, _, writing, _, _) in lines(catalogue).items():
        expected.add((name, "seen", frozenset(SCOPED[1:] if name in SEALED else SCOPED), "SELECT"))
        if name in SEALED:
            expected.add((name, "sealed", frozenset(SCOPED[:1]), "SELECT"))
        if writing:
            given = (("added", "INSERT"), ("changed", "UPDATE"), ("taken", "DELETE"))
            expected |= {(name, policy, frozenset({"geo_grid_editor"}), command) for policy, command in given}
    assert {(name, policy, frozenset(roles), cmd) for name, policy, roles, cmd, _ in rows} == expected
    assert {permissive for *_, permissive in rows} == {"PERMISSIVE"}


COUNTY = ("geo_grid_loader", "geo_grid_web", "geo_grid_clerk", "geo_grid_access")


def test_the_scoped_roles_may_read_what_has_a_line_and_write_what_the_line_says(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT a.grantee::regrole::text, c.relname, a.privilege_type, '' FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = 'geo_grid'::regnamespace"
        " UNION ALL SELECT x.grantee::regrole::text, c.relname, x.privilege_type, a.attname"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x"
        " WHERE c.relnamespace = 'geo_grid'::regnamespace"
    ).all()
    found: dict[tuple[str, str], set[str]] = {}
    for role, table, right, column in rows:
        if role in SCOPED:
            found.setdefault((role, table), set()).add(f"{right} {column}".strip())
    wanted = {(role, name): {"SELECT"} for role in SCOPED for name in lines(catalogue)}
    for name, (_, _, writing, _, _) in lines(catalogue).items():
        wanted["geo_grid_editor", name] |= granted(writing)
    assert found == wanted


def granted(writing: str) -> set[str]:
    """`INSERT, UPDATE (a, b)` as the single rights {INSERT, UPDATE a, UPDATE b}."""
    rights, inside = set(), ""
    for word in writing.replace("(", " ( ").replace(")", " ) ").replace(",", " ").split():
        if word in {"INSERT", "UPDATE", "DELETE"}:
            verb = word
            rights.add(verb)
        elif word in {"(", ")"}:
            inside = word
            rights.discard(verb)
        elif inside == "(":
            rights.add(f"{verb} {word}")
    return rights


def test_the_scoped_roles_own_nothing_and_belong_to_nobody(catalogue: Connection) -> None:
    roles = catalogue.exec_driver_sql(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles"
        " WHERE rolname IN ('geo_grid_scoped', 'geo_grid_editor') ORDER BY 1"
    ).all()
    assert [tuple(row) for row in roles] == [("geo_grid_editor", False), ("geo_grid_scoped", False)]
    member = catalogue.exec_driver_sql(
        "SELECT m.roleid::regrole::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
        " WHERE r.rolname IN ('geo_grid_scoped', 'geo_grid_editor')"
    ).all()
    owned = catalogue.exec_driver_sql(
        "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
        " WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'"
        " AND r.rolname IN ('geo_grid_scoped', 'geo_grid_editor')"
    ).scalar()
    assert (member, owned) == ([], 0)


def test_only_the_loader_may_go_past_policies_and_it_answers_no_page(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'geo_grid_%%' AND rolbypassrls AND NOT rolsuper"
    )
    assert list(rows.scalars()) == ["geo_grid_loader"]


def test_there_is_no_view_without_its_callers_rights_and_no_stored_one(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND (relkind = 'm'"
        " OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))"
    )
    assert rows.all() == []


def test_a_scoped_role_calls_no_function_of_the_owner_but_those_of_scope(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT DISTINCT p.proname FROM pg_proc p, pg_roles r WHERE p.pronamespace = 'geo_grid'::regnamespace"
        " AND r.rolname IN ('geo_grid_scoped', 'geo_grid_editor') AND p.prosecdef"
        " AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    )
    allowed = {
        "asking",
        "free_workers",
        "reach",
        "reached_ground",
        "sealed_ids",
        "works_within",
        "current_changeset",
        "latest_number",
    }
    assert set(rows.scalars()) == allowed


def test_no_key_deletes_rows_that_its_user_cannot_see(catalogue: Connection) -> None:
    """ON DELETE CASCADE goes past policies, so a scoped role may not delete from a table that another hangs on so."""
    rows = catalogue.exec_driver_sql(
        "SELECT DISTINCT f.relname FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid"
        " WHERE c.contype = 'f' AND c.confdeltype <> 'a' AND c.connamespace = 'geo_grid'::regnamespace"
    )
    # A scoped role deletes such a row only where all that hangs on it lies in its own ground.
    covered = {name for name, (_, _, _, stricter, _) in lines(catalogue).items() if "ST_CoveredBy" in stricter}
    deletable = {name for name, (_, _, writing, _, _) in lines(catalogue).items() if "DELETE" in writing}
    assert set(rows.scalars()) & deletable <= covered
