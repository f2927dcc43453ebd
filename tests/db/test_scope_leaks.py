"""Ways round scope when reading, tried as the application's own roles: none tells of a row of another subtree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg2
import pytest
from sqlalchemy.exc import DBAPIError

from geo_grid.db import DbRole, RuleBroken, engine, reading
from geo_grid.errors import GeoGridError
from tests.db.scoped_town import CANARY, THEIRS, Town, said

# What is read ---------------------------------------------------------------------------------------------------------

#: Queries of a supervisor whose whole answer is given; each would tell more if a policy had a hole.
READ = {
    "count": ("SELECT count(*) FROM households", "[(1,)]"),
    "codes": ("SELECT code FROM households", "[('H1',)]"),
    "key of a hidden row": ("SELECT phone FROM households WHERE code = 'H2'", "[]"),
    "id of a hidden row": ("SELECT code FROM households WHERE id = 2", "[]"),
    "grids": ("SELECT code FROM grids ORDER BY 1", "[('MA',)]"),
    "versions": ("SELECT count(*) FROM grid_versions", "[(1,)]"),
    "codes once given": ("SELECT code FROM grid_codes", "[('MA',)]"),
    "the way up": ("SELECT g.code FROM grid_versions v JOIN grids g ON g.id = v.parent_id", "[]"),
    "outer join": ("SELECT h.code, w.code FROM workers w LEFT JOIN households h ON true", "[('H1', 'W1')]"),
    "workers": ("SELECT code FROM workers", "[('W1',)]"),
    "posts": ("SELECT count(*) FROM posts", "[(1,)]"),
    "assignments": ("SELECT count(*) FROM assignments", "[(1,)]"),
    "history of households": ("SELECT DISTINCT code FROM household_history", "[('H1',)]"),
    "history of workers": ("SELECT DISTINCT code FROM worker_history", "[('W1',)]"),
    "history of assignments": ("SELECT count(*) FROM assignment_history", "[(1,)]"),
    "subquery in the list": ("SELECT (SELECT max(code) FROM households)", "[('H1',)]"),
    "existence": ("SELECT EXISTS (SELECT FROM households WHERE code = 'H2')", "[(False,)]"),
    "union": ("SELECT code FROM households UNION ALL SELECT code FROM households", "[('H1',), ('H1',)]"),
    "lateral": ("SELECT h.code FROM grids g, LATERAL (SELECT * FROM households) h", "[('H1',)]"),
    "recursion": (
        "WITH RECURSIVE r AS (SELECT id FROM grids UNION SELECT v.grid_id FROM r JOIN grid_versions v"
        " ON v.parent_id = r.id OR r.id = v.parent_id) SELECT count(*) FROM r",
        "[(1,)]",
    ),
    "window": ("SELECT lead(code) OVER (ORDER BY code) FROM households", "[(None,)]"),
    "whole row as text": ("SELECT count(*) FROM households h WHERE h::text LIKE '%%139%%'", "[(0,)]"),
    "row as json": ("SELECT count(*) FROM households h WHERE to_jsonb(h) ->> 'code' = 'H2'", "[(0,)]"),
    "xml of a table": ("SELECT table_to_xml('geo_grid.households', true, false, '')::text LIKE '%%H2%%'", "[(False,)]"),
    "xml of a query": (
        "SELECT query_to_xml('SELECT * FROM households', true, true, '')::text LIKE '%%H2%%'",
        "[(False,)]",
    ),
    "box of all points": ("SELECT count(*) FROM households WHERE point && (SELECT geom FROM county)", "[(1,)]"),
    "nearest": ("SELECT code FROM households ORDER BY point <-> (SELECT geom FROM county) LIMIT 9", "[('H1',)]"),
    "extent": (
        "SELECT ST_XMax(ST_Extent(point)) = (SELECT ST_X(point) FROM households WHERE code = 'H1') FROM households",
        "[(True,)]",
    ),
    "tile": (
        "SELECT count(*) FROM (SELECT ST_AsMVTGeom(point, ST_MakeEnvelope(0,0,9e9,9e9)) FROM households) t",
        "[(1,)]",
    ),
    "change sets": ("SELECT count(*) FROM changesets WHERE actor = 'theirs'", "[(0,)]"),
    "journal": ("SELECT count(*) FROM journal_entries WHERE about = 'theirs'", "[(0,)]"),
    "figures of the county": ("SELECT count(*) FROM coverage_days", "[(0,)]"),
    "imports": ("SELECT count(*) FROM import_runs", "[(0,)]"),
    "sample of a table": ("SELECT count(*) FROM households TABLESAMPLE SYSTEM (100)", "[(1,)]"),
    "place on the disk": ("SELECT count(*) FROM households WHERE ctid = '(0,2)' AND code = 'H2'", "[(0,)]"),
}


@pytest.mark.parametrize("what", READ)
def test_a_query_tells_of_ones_own_subtree_only(town: Town, what: str) -> None:
    query, expected = READ[what]
    with town.reads() as conn:
        answer = repr([tuple(row) for row in conn.exec_driver_sql(query)])
    assert answer == expected
    with reading(engine(town.settings, DbRole.WEB)) as conn:
        wider = repr([tuple(row) for row in conn.exec_driver_sql(query)])
    if what not in {"history of assignments"} | SAME:
        assert wider != expected, "the query tells the county no more: it tries nothing"


#: Queries that tell the county the same, as nothing of the kind was written.
SAME = {"figures of the county", "imports", "change sets", "window", "place on the disk", "extent", "journal"}


def test_without_a_seal_nothing_is_seen(town: Town) -> None:
    with reading(engine(town.settings, DbRole.SCOPED)) as conn:
        for table in ("grids", "grid_versions", "households", "workers", "posts", "assignments", "risk_sites"):
            assert conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


def test_an_account_without_a_role_sees_nothing(town: Town) -> None:
    with town.reads("nobody") as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM households").scalar() == 0


# Pooled connections ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["commit", "rollback", "savepoint"])
def test_the_next_user_of_a_pooled_connection_inherits_nothing(town: Town, ending: str) -> None:
    pool = engine(town.settings, DbRole.SCOPED)
    with pool.connect() as conn:
        begun = conn.begin()
        backend = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        if ending == "savepoint":
            with conn.begin_nested():
                conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (town.seal(),))
        else:
            conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (town.seal(),))
        assert conn.exec_driver_sql("SELECT count(*) FROM households").scalar() == 1
        begun.commit() if ending == "commit" else begun.rollback()
        assert conn.exec_driver_sql("SELECT count(*) FROM households").scalar() == 0
        assert conn.exec_driver_sql("SELECT pg_backend_pid()").scalar() == backend


def test_two_scopes_on_one_connection_see_each_their_own(town: Town) -> None:
    pool = engine(town.settings, DbRole.SCOPED)
    with pool.connect() as conn:
        for who, code in (("mine", "H1"), ("theirs", "H2"), ("mine", "H1")):
            with conn.begin():
                conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (town.seal(who),))
                assert said(conn, "SELECT code FROM geo_grid.households") == f"[('{code}',)]"


def test_a_prepared_statement_is_planned_for_nobody_in_particular(town: Town) -> None:
    with engine(town.settings, DbRole.SCOPED).connect() as conn:
        with conn.begin():
            conn.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
            conn.exec_driver_sql("PREPARE doors (text) AS SELECT code FROM households WHERE code LIKE $1")
        for who, code in (("mine", "H1"), ("theirs", "H2")):
            with conn.begin():
                conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (town.seal(who),))
                assert said(conn, "EXECUTE doors ('H_')") == f"[('{code}',)]"
        conn.exec_driver_sql("DEALLOCATE doors")
        conn.exec_driver_sql("RESET plan_cache_mode")


def test_a_cursor_opened_in_a_transaction_keeps_to_its_scope(town: Town) -> None:
    with town.reads() as conn:
        conn.exec_driver_sql("DECLARE doors CURSOR FOR SELECT code FROM households")
        conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (town.seal("theirs"),))
        assert said(conn, "FETCH ALL FROM doors") in {"[('H1',)]", "[('H2',)]"}


def test_workers_of_a_parallel_plan_have_the_scope_too(town: Town) -> None:
    with town.reads() as conn:
        for setting in ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0"):
            conn.exec_driver_sql(f"SET LOCAL {setting}")
        conn.exec_driver_sql("SET LOCAL force_parallel_mode = on")
        conn.exec_driver_sql("SET LOCAL enable_indexscan = off")
        assert conn.exec_driver_sql("SELECT count(*), max(code) FROM households").one() == (1, "H1")


# Seals ----------------------------------------------------------------------------------------------------------------


def forged(town: Town) -> dict[str, str]:
    """Seals that nobody gave."""
    mine, theirs = town.seal(), town.seal("theirs")
    digest, said_of_mine = mine.split("|", 1)
    everything = "{" + ",".join(map(str, town.ids.values())) + "}"
    return {
        "wider grids": f"{digest}|{said_of_mine.rpartition('|')[0]}|{everything}",
        "another's words under one's own digest": f"{digest}|{theirs.split('|', 1)[1]}",
        "no digest": f"{'0' * 64}|{said_of_mine}",
        "no words": digest,
        "an old one": f"{digest}|{said_of_mine.replace(said_of_mine.split('|')[0], '1', 1)}",
        "text that is no seal": "{" + str(town.ids[THEIRS]) + "}",
        "statements": "'; SELECT 1; --",
    }


KINDS = (
    *("wider grids", "another's words under one's own digest", "no digest", "no words", "an old one"),
    *("text that is no seal", "statements"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_seal_opens_nothing(town: Town, kind: str) -> None:
    with reading(engine(town.settings, DbRole.SCOPED), seal=forged(town)[kind]) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM households").scalar() == 0


# Functions, operators and what the planner tells ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        "1 / (CASE WHEN phone = '13900000777' THEN 0 ELSE 1 END) = 1",
        "CASE WHEN phone LIKE '139%%' THEN CAST(phone || 'x' AS integer) = 1 ELSE true END",
        "CAST(coalesce(phone, '0') AS smallint) < 10",
        "format('%%s', 1 / (length(code) - 2 + CASE code WHEN 'H1' THEN 1 ELSE 0 END)) <> ''",
        "ST_X(ST_Transform(point, CASE code WHEN 'H2' THEN 0 ELSE 4326 END)) > 0",
        "regexp_match(code, CASE code WHEN 'H2' THEN '(' ELSE 'H' END) IS NOT NULL",
    ],
)
def test_a_condition_that_fails_on_hidden_rows_never_meets_one(town: Town, condition: str) -> None:
    """What is not leakproof is asked after the policy, so that its error cannot tell of a row."""
    with town.reads() as conn:
        conn.exec_driver_sql(f"SELECT count(*) FROM households WHERE {condition}").scalar()
    with pytest.raises((GeoGridError, DBAPIError)), reading(engine(town.settings, DbRole.WEB)) as conn:
        conn.exec_driver_sql(f"SELECT count(*) FROM households WHERE {condition}").scalar()


def test_a_function_of_ones_own_cannot_be_made_to_look_on(town: Town) -> None:
    for role in (DbRole.SCOPED, DbRole.EDITOR):
        for where in ("geo_grid", "public", "pg_temp"):
            with pytest.raises(GeoGridError), engine(town.settings, role).begin() as conn:
                conn.exec_driver_sql(
                    f"CREATE FUNCTION {where}.f_leak(text) RETURNS bool COST 0.0000001 LANGUAGE plpgsql"
                    " AS $$ BEGIN RAISE NOTICE '%%', $1; RETURN true; END $$"
                )


@pytest.mark.parametrize("view", ["pg_stats", "pg_stats_ext"])
def test_statistics_of_columns_are_not_told(town: Town, view: str) -> None:
    with town.reads() as conn:
        query = f"SELECT count(*) FROM {view} WHERE schemaname = 'geo_grid' AND tablename = 'households'"
        assert conn.exec_driver_sql(query).scalar() == 0
    with pytest.raises(RuleBroken), town.reads() as conn:
        conn.exec_driver_sql("SELECT stavalues1 FROM pg_statistic LIMIT 1")


def test_a_plan_names_no_value_of_a_hidden_row(town: Town) -> None:
    with town.reads() as conn:
        plan = said(conn, "EXPLAIN (ANALYZE, VERBOSE, BUFFERS OFF) SELECT * FROM geo_grid.households")
    assert CANARY not in plan
    assert "rows=1" in plan
    assert "Rows Removed" not in plan or "Rows Removed by Filter: 1" in plan


def test_what_others_run_is_not_told(town: Town) -> None:
    with engine(town.settings, DbRole.WEB).connect() as other, town.reads() as conn:
        other.exec_driver_sql(f"SELECT '{CANARY}' AS phone")
        assert CANARY not in said(conn, "SELECT query FROM pg_stat_activity")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM accounts",
        "SELECT * FROM roles_given",
        "SELECT * FROM sessions",
        "SELECT * FROM sign_ins",
        "SELECT * FROM scope_key",
        "SELECT * FROM unsettled",
        "SELECT geo_grid.seal_scope(1, 'SEE')",
        "SELECT geo_grid.sealed('x')",
        "SELECT geo_grid.tops_of(1, 'SEE')",
        "SELECT geo_grid.subtrees_of('{1}')",
        "SELECT geo_grid.seal_part(5)",
        "SET ROLE geo_grid_web",
        "SET ROLE geo_grid_loader",
        "SET ROLE geo_grid_owner",
        "SET SESSION AUTHORIZATION geo_grid_loader",
        "ALTER ROLE geo_grid_scoped BYPASSRLS",
        "ALTER TABLE households DISABLE ROW LEVEL SECURITY",
        "DROP POLICY seen ON households",
        "CREATE POLICY wide ON households USING (true)",
        "COPY households TO PROGRAM 'cat'",
        "COPY households TO '/tmp/households'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/passwd')",
        "CREATE TEMP TABLE grids (id bigint)",
        "CREATE MATERIALIZED VIEW geo_grid.x AS SELECT * FROM households",
        "CREATE RULE x AS ON SELECT TO households DO INSTEAD SELECT 1",
        "TRUNCATE households",
        "LOCK TABLE households IN ACCESS EXCLUSIVE MODE",
        "SELECT * FROM households FOR UPDATE",
        "NOTIFY x; CREATE EXTENSION dblink",
    ],
)
def test_a_way_past_the_policies_is_refused(town: Town, statement: str) -> None:
    """As a login of its own, not by SET ROLE: what a session could take back would prove nothing."""
    with login(town, DbRole.SCOPED) as cursor, pytest.raises(psycopg2.Error):
        cursor.execute(statement)


@contextmanager
def login(town: Town, role: DbRole) -> Iterator[Any]:
    """A session that logged in as the role itself, in the scope of `mine`."""
    url = engine(town.settings, DbRole.ADMIN).url
    with engine(town.settings, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql(f"ALTER ROLE {role.value} LOGIN")
    conn = psycopg2.connect(
        dbname=url.database, user=role.value, host=url.query["host"], options="-c search_path=geo_grid,public"
    )
    try:
        with conn.cursor() as cursor:
            cursor.execute("SELECT set_config('geo_grid.scope', %s, true)", (town.seal(),))
            yield cursor
    finally:
        conn.close()


def test_copy_brings_out_no_more_than_a_query(town: Town) -> None:
    with login(town, DbRole.SCOPED) as cursor:
        sink = StringIO()
        cursor.copy_expert("COPY households TO STDOUT", sink)
        assert CANARY not in sink.getvalue()
        assert sink.getvalue().count("\n") == 1


def test_switching_row_security_off_is_an_error_and_no_answer(town: Town) -> None:
    with login(town, DbRole.SCOPED) as cursor:
        cursor.execute("SET row_security = off")
        with pytest.raises(psycopg2.Error, match="row-level security"):
            cursor.execute("SELECT * FROM households")
