"""`geo_grid.access` decides and PostgreSQL agrees: which role writes which table, wherever it was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from geo_grid.access import COUNTY, Actor, RoleGiven, add_account, disable, give_role, may, seal_clerk, take_role
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, RightMissing, RuleBroken, engine, transaction
from geo_grid.errors import GeoGridError
from geo_grid.settings import Settings
from geo_grid.vocabulary import AccountRole, Action, Stage
from tests import databases
from tests.db import net

PLACE = "MA"
#: Actions that no role has to be given for.
EVERYBODYS = {Action.OPEN, Action.OWN_ACCOUNT}
#: What the lines say beside actions.
OWN_NAME = "UNDER_ONES_NAME"
#: Where a role was given: for the county, or for a grid, as an administrator's cannot be.
GROUNDS = (None, PLACE)


Line = tuple[str, str, str, str, list[str]]


@dataclass(frozen=True)
class Office:
    """The small county with an account for each role and ground, and one that has no role."""

    settings: Settings
    accounts: dict[tuple[AccountRole | None, str | None], int]

    def seal(self, role: AccountRole | None, grid: str | None = None, *, anywhere: bool = False) -> str:
        """The seal of an account."""
        with engine(self.settings, DbRole.ACCESS).connect() as conn:
            return seal_clerk(conn, self.accounts[role, grid], anywhere=anywhere)

    def refuses(self, seal: str, *statements: str) -> bool:
        """Whether the clerk is told that the account lacks the right; rolled back."""
        with engine(self.settings, DbRole.CLERK).connect() as conn:
            begun = conn.begin()
            try:
                put_on(conn, seal)
                for statement in statements:
                    conn.exec_driver_sql(statement)
            except RightMissing:
                return True
            finally:
                begun.rollback()
        return False


def put_on(conn: Connection, seal: str) -> None:
    conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (seal,))


def name_of(role: AccountRole | None, grid: str | None) -> str:
    return f"{'nobody' if role is None else role.code.lower()}.{'county' if grid is None else 'place'}"


@pytest.fixture(scope="module")
def office(cluster: Cluster) -> Iterator[Office]:
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            net.write_county(conn)
            net.add_household(conn, "H1", *net.place(0.5, 5.5), PLACE)
            conn.exec_driver_sql(
                "INSERT INTO redraws (name, author, stage, base_version, footprint, changeset_id)"
                " SELECT 'R', 'x', 'APPLIED', 1, '{}', min(id) FROM changesets"
            )
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            conn.exec_driver_sql("INSERT INTO changesets (actor, kind) VALUES ('x', 'redraw')")
        with transaction(engine(settings, DbRole.ACCESS)) as conn:
            accounts = {}
            for role in (None, *AccountRole):
                for grid in GROUNDS[: 1 if role is AccountRole.ADMINISTRATOR else 2]:
                    name = name_of(role, grid)
                    accounts[role, grid] = add_account(conn, name, name, "Ein langes Kennwort 7", by="test").id
                    if role is not None:
                        give_role(conn, name, RoleGiven(role, grid), by="test")
        yield Office(settings, accounts)


@pytest.fixture(scope="module")
def lines(office: Office) -> list[Line]:
    """(table, writing, columns, meant, actions) of every line."""
    with engine(office.settings, DbRole.ADMIN).connect() as conn:
        rows = conn.exec_driver_sql("SELECT name, writing, columns, meant, actions FROM geo_grid.clerk_lines()")
        return [tuple(row) for row in rows]  # type: ignore[misc]


def actor_of(role: AccountRole | None, grid: str | None) -> Actor:
    return Actor(name_of(role, grid), "", () if role is None else (RoleGiven(role, grid),), account=1)


def test_the_database_knows_who_may_do_what_in_the_county_and_anywhere(office: Office) -> None:
    """Every role × every action × given for the county or for a grid."""
    wrong = []
    with engine(office.settings, DbRole.ADMIN).connect() as conn:
        for (role, grid), account in office.accounts.items():
            for action in set(Action) - EVERYBODYS:
                for anywhere in (False, True):
                    query = "SELECT geo_grid.has_right(%s, %s, %s)"
                    known = conn.exec_driver_sql(query, (account, action.code, anywhere)).scalar_one()
                    if known is not may(actor_of(role, grid), action, None if anywhere else COUNTY):
                        wrong.append((role, grid, action, anywhere, known))
    assert wrong == []


def statements_of(conn: Connection, table: str, writing: str, columns: str) -> Iterator[str]:
    """Statements that would write nothing, as the triggers of whole statements are asked all the same."""
    some = conn.exec_driver_sql(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'geo_grid' AND table_name = %s"
        " AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position LIMIT 1",
        (table,),
    ).scalar_one()
    named = columns.split(", ") if columns else [some]
    for verb in writing.split(", "):
        if verb == "INSERT":
            chosen = ", ".join(named)
            yield f"INSERT INTO geo_grid.{table} ({chosen}) SELECT {chosen} FROM geo_grid.{table} WHERE false"
        elif verb == "DELETE":
            yield f"DELETE FROM geo_grid.{table} WHERE false"
        for column in named if verb == "UPDATE" else ():
            yield f"UPDATE geo_grid.{table} SET {column} = {column} WHERE false"


@pytest.fixture(scope="module")
def attempts(office: Office, lines: list[Line]) -> list[tuple[str, list[str]]]:
    """Every way of writing that a line for a whole table speaks of, and the actions that allow it."""
    with engine(office.settings, DbRole.ADMIN).connect() as conn:
        return [
            (said, actions)
            for table, writing, columns, meant, actions in lines
            if not meant
            for said in statements_of(conn, table, writing, columns)
        ]


@pytest.mark.parametrize("role", [None, *AccountRole])
def test_a_role_writes_the_tables_it_may_write_and_no_other(
    office: Office, attempts: list[tuple[str, list[str]]], role: AccountRole | None
) -> None:
    wrong = []
    for grid in [one for held, one in office.accounts if held is role]:
        for anywhere in (False, True):
            who, seal = actor_of(role, grid), office.seal(role, grid, anywhere=anywhere)
            for said, actions in attempts:
                # Handing posts over is a part of bringing a redraw into force, which these statements are not.
                asked = [Action[one] for one in actions if "@" not in one]
                allowed = any(may(who, one, None if anywhere else COUNTY) for one in asked)
                if office.refuses(seal, said) is allowed:
                    wrong.append((said, grid, anywhere, allowed))
    assert len(attempts) > 60
    assert wrong == []


@pytest.mark.parametrize("seal", ["", "0" * 64 + "|1|1|COUNTY|{}|{}|{}"])
def test_without_a_seal_of_its_own_the_clerk_writes_nothing(
    office: Office, attempts: list[tuple[str, list[str]]], seal: str
) -> None:
    assert [said for said, _ in attempts if not office.refuses(seal, said)] == []


def test_a_seal_of_scope_is_none_of_the_clerks_and_the_other_way_round(office: Office) -> None:
    with engine(office.settings, DbRole.ACCESS).connect() as conn:
        account = office.accounts[AccountRole.ADMINISTRATOR, None]
        scope = conn.exec_driver_sql("SELECT geo_grid.seal_scope(%s, 'MANAGE_STAFF')", (account,)).scalar_one()
    assert office.refuses(scope, "DELETE FROM workers WHERE false")
    with engine(office.settings, DbRole.SCOPED).connect() as conn:
        put_on(conn, office.seal(AccountRole.ADMINISTRATOR))
        assert conn.exec_driver_sql("SELECT count(*) FROM geo_grid.households").scalar() == 0


def draft(stage: Stage) -> str:
    """A statement that makes a redraw of that stage."""
    change = "(SELECT max(id) FROM changesets)" if stage is Stage.APPLIED else "NULL"
    day = "current_date" if stage in {Stage.APPROVED, Stage.APPLIED} else "NULL"
    return (
        "INSERT INTO redraws (name, author, stage, base_version, footprint, effective_on, changeset_id)"
        f" VALUES ('N', 'x', '{stage.code}', 1, '{{}}', {day}, {change})"
    )


@pytest.mark.parametrize("role", [None, *AccountRole])
def test_a_redraw_is_brought_to_a_stage_by_who_may(office: Office, role: AccountRole | None) -> None:
    who, seal = actor_of(role, None), office.seal(role)
    needed = dict.fromkeys(Stage, Action.DRAW) | {
        Stage.APPROVED: Action.APPROVE,
        Stage.REFUSED: Action.APPROVE,
        Stage.APPLIED: Action.APPLY,
    }
    for stage, action in needed.items():
        assert office.refuses(seal, draft(stage)) is not may(who, action, COUNTY), stage
        step = (
            "INSERT INTO redraw_steps (redraw_id, stage, actor, note)"
            f" SELECT id, '{stage.code}', '{who.username}', '' FROM redraws LIMIT 1"
        )
        assert office.refuses(seal, step) is not may(who, action, COUNTY), stage
    assert office.refuses(seal, "UPDATE redraws SET stage = 'DRAFT', changeset_id = NULL") is not (
        may(who, Action.DRAW, COUNTY) and may(who, Action.APPLY, COUNTY)
    )


@pytest.mark.parametrize("role", [None, *AccountRole])
def test_a_job_is_queued_by_who_may_do_its_work(office: Office, role: AccountRole | None) -> None:
    who, seal = actor_of(role, None), office.seal(role)
    for kind, action in (("load", Action.IMPORT), ("boards", Action.EXPORT)):
        job = f"INSERT INTO jobs (kind, actor) VALUES ('{kind}', '{who.username}')"
        assert office.refuses(seal, job) is not may(who, action, COUNTY), kind


def test_nobody_writes_under_anothers_name(office: Office) -> None:
    seal = office.seal(AccountRole.ADMINISTRATOR)
    for statement in (
        "INSERT INTO changesets (actor, kind) VALUES ('{}', 'edit')",
        "INSERT INTO jobs (kind, actor) VALUES ('load', '{}')",
        "INSERT INTO redraw_steps (redraw_id, stage, actor, note) SELECT id, 'DRAFT', '{}', '' FROM redraws LIMIT 1",
    ):
        assert office.refuses(seal, statement.format("reader.county"))
        assert not office.refuses(seal, statement.format("administrator.county"))


def test_who_applies_hands_posts_over_in_a_redraw_and_else_never(office: Office) -> None:
    seal, open_one = office.seal(AccountRole.APPROVER), "INSERT INTO changesets (actor, kind) VALUES ('{}', '{}')"
    for table in ("posts", "assignments"):
        ended = f"DELETE FROM {table} WHERE false"
        assert office.refuses(seal, ended)
        assert office.refuses(seal, open_one.format("approver.county", "edit"), ended)
        assert not office.refuses(seal, open_one.format("approver.county", "redraw"), ended)
    planner = office.seal(AccountRole.PLANNER)
    assert office.refuses(planner, open_one.format("planner.county", "redraw"))
    assert not office.refuses(planner, open_one.format("planner.county", "edit"))


def test_a_role_that_was_taken_writes_no_more_under_the_seal_it_had(office: Office) -> None:
    with transaction(engine(office.settings, DbRole.ACCESS)) as conn:
        for name in ("leaving", "barred"):
            office.accounts[AccountRole.ADMINISTRATOR, name] = add_account(
                conn, name, name, "Ein langes Kennwort 7", by="test"
            ).id
            give_role(conn, name, RoleGiven(AccountRole.ADMINISTRATOR), by="test")
    seals = {name: office.seal(AccountRole.ADMINISTRATOR, name) for name in ("leaving", "barred")}
    assert not any(office.refuses(seal, "DELETE FROM workers WHERE false") for seal in seals.values())
    with transaction(engine(office.settings, DbRole.ACCESS)) as conn:
        given = conn.exec_driver_sql(
            "SELECT id FROM roles_given WHERE account_id = %s", (office.accounts[AccountRole.ADMINISTRATOR, "leaving"],)
        ).scalar_one()
        take_role(conn, "leaving", given, by="test")
        disable(conn, "barred", by="test")
    assert all(office.refuses(seal, "DELETE FROM workers WHERE false") for seal in seals.values())


GRANTED = (
    "SELECT c.relname, a.privilege_type, '' FROM pg_class c, aclexplode(c.relacl) a"
    " WHERE c.relnamespace = 'geo_grid'::regnamespace AND a.grantee = 'geo_grid_clerk'::regrole"
    " AND a.privilege_type <> 'SELECT'"
    " UNION ALL SELECT c.relname, x.privilege_type, a.attname"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x"
    " WHERE c.relnamespace = 'geo_grid'::regnamespace AND x.grantee = 'geo_grid_clerk'::regrole"
)


def test_the_clerk_has_the_rights_of_its_lines_and_a_trigger_asks_at_each(office: Office, lines: list[Line]) -> None:
    with engine(office.settings, DbRole.ADMIN).connect() as conn:
        granted = {tuple(row) for row in conn.exec_driver_sql(GRANTED)}
        asked = conn.exec_driver_sql("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'right\\_%%'").scalar_one()
    wanted = {
        (table, verb, column)
        for table, writing, columns, meant, _ in lines
        for verb in writing.split(", ")
        for column in (columns.split(", ") if columns and verb != "DELETE" else [""])
        if not meant
    }
    assert granted == wanted
    assert asked == len(lines)
    known = {action.code for action in Action} | {OWN_NAME, "APPLY@redraw"}
    assert {one for *_, actions in lines for one in actions} <= known
    # A line with rows narrows one for the whole table: alone it would let everybody write the other rows.
    whole = {(table, verb) for table, writing, _, meant, _ in lines if not meant for verb in writing.split(", ")}
    assert {(table, verb) for table, writing, *_ in lines for verb in writing.split(", ")} == whole


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE workers DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "TRUNCATE workers",
        "DROP TRIGGER right_001 ON workers",
        "SELECT password FROM accounts",
        "SELECT key FROM scope_key",
        "SELECT geo_grid.seal_clerk(1, true)",
        "SELECT geo_grid.forget_people('workers', '{1}', 'x', 'x')",
        "INSERT INTO journal_entries (actor, kind) VALUES ('x', 'x')",
        "UPDATE households SET id = 7",
        "COPY workers FROM STDIN",
    ],
)
def test_the_clerk_cannot_get_round_the_question(office: Office, statement: str) -> None:
    with engine(office.settings, DbRole.CLERK).connect() as conn:
        put_on(conn, office.seal(AccountRole.ADMINISTRATOR))
        with pytest.raises((GeoGridError, DBAPIError)) as refused:
            conn.exec_driver_sql(statement)
    assert not isinstance(refused.value, RightMissing) or isinstance(refused.value, RuleBroken)
