"""Tests that each role may do what it needs and no more."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, RuleBroken, engine, transaction
from geo_grid.db.schema import SCHEMA, metadata
from geo_grid.settings import Settings

LOADED = ("assignments", "facilities", "households", "posts", "risk_sites", "workers")

#: Everything that the loader and the web may do to tables, beyond reading them.
TABLE_RIGHTS = {
    *(("geo_grid_loader", table, right) for table in LOADED for right in ("INSERT", "UPDATE", "DELETE")),
    *(("geo_grid_loader", table, "INSERT") for table in ("grids", "grid_versions", "lineage")),
    *(("geo_grid_loader", "coverage_days", right) for right in ("INSERT", "UPDATE")),
    ("geo_grid_loader", "coverage_rules", "UPDATE"),
    ("geo_grid_loader", "workload_weights", "UPDATE"),
    *(
        ("geo_grid_loader", table, right)
        for table in ("jobs", "import_runs", "field_maps", "cleaning_rules")
        for right in ("INSERT", "UPDATE", "DELETE")
    ),
    ("geo_grid_loader", "waivers", "INSERT"),
    *(
        ("geo_grid_loader", table, right)
        for table in ("rhythms", "site_keepers", "visit_quotas", "hazard_zones", "account_workers", "risk_kinds")
        for right in ("INSERT", "UPDATE", "DELETE")
    ),
    *(
        ("geo_grid_loader", table, "INSERT")
        for table in ("inspections", "inspection_findings", "inspection_photos", "visits")
    ),
    *(("geo_grid_loader", "redraw_moves", right) for right in ("INSERT", "UPDATE", "DELETE")),
    *(("geo_grid_loader", "redraws", right) for right in ("INSERT", "UPDATE")),
    ("geo_grid_loader", "redraw_steps", "INSERT"),
    ("geo_grid_loader", "redraw_sheets", "INSERT"),
    *(("geo_grid_loader", "tile_shapes", right) for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")),
    *(("geo_grid_access", table, "DELETE") for table in ("roles_given", "sessions")),
}
COLUMN_RIGHTS = {
    *(("geo_grid_loader", "changesets", c, "INSERT") for c in ("actor", "kind", "note", "idempotency_key", "summary")),
    ("geo_grid_loader", "changesets", "summary", "UPDATE"),
    *(("geo_grid_loader", "county", column, "UPDATE") for column in ("name", "geom")),
    ("geo_grid_loader", "waivers", "ended_at", "UPDATE"),
    ("geo_grid_loader", "seasons", "season", "UPDATE"),
    *(("geo_grid_loader", "inspection_findings", c, "UPDATE") for c in ("closed_on", "closed_by", "closing")),
    *(("geo_grid_loader", "grids", column, "UPDATE") for column in ("code", "retired_at")),
    *(
        ("geo_grid_loader", "grid_versions", column, "UPDATE")
        for column in ("parent_id", "parent_tier", "name", "own", "geom", "valid")
    ),
    ("geo_grid_access", "deployment", "is_demo", "UPDATE"),
    ("geo_grid_access", "sessions", "seen_at", "UPDATE"),
    *(("geo_grid_access", "accounts", c, "UPDATE") for c in ("name", "password", "must_change", "disabled_at")),
    *(
        ("geo_grid_access", table, column, "INSERT")
        for table, columns in {
            "accounts": ("username", "name", "password", "must_change", "is_demo", "made_by"),
            "roles_given": ("account_id", "role", "grid_id", "during", "given_by"),
            "sessions": ("digest", "account_id", "address"),
            "sign_ins": ("username", "address", "outcome"),
            "journal_entries": ("actor", "kind", "about", "facts"),
        }.items()
        for column in columns
    ),
}
#: Functions that run with the owner's rights: triggers and what they call, and the way to the current change set.
DEFINERS = {
    *("adopt_changeset", "current_changeset", "give_codes", "guard_changed_versions", "guard_new_versions"),
    *(f"keep_{noun}_history" for noun in ("household", "worker", "post", "assignment", "risk_site", "facility")),
    *(
        "keep_hazard_zone_history",
        "note_changed_county",
        "note_changed_grid",
        "note_new_grids",
        "prove_doors",
        "prove_families",
    ),
    *("demand_grids", "prove_net", "prove_net_along", "renew_map"),
    *("forget_people", "forget_photos", "forget_sign_ins", "old_sign_ins"),
    *("chain_entry", "enter_change", "enter_version", "change_digest"),
    *(
        "note_unwritten",
        "prove_grounds",
        "prove_outline",
        "session_of",
        "settle",
        "touch",
        "touch_doors",
        "touch_versions",
    ),
}
#: Functions of scope, which tell a scoped role about its own subtrees only (tests/db/test_scope_catalogue.py).
SCOPED = {"asking", "free_workers", "reach", "reached_ground", "sealed_ids", "works_within"}
DEFINERS |= SCOPED | {"latest_number", "seal_part", "seal_scope", "sealed", "subtrees_of", "tops_of"}
DEFINERS |= {"changesets_in", "free_for", "ground_of", "sites_on", "workers_in"}
#: Functions of the clerk, who writes by the roles of an account (tests/db/test_clerk.py).
DEFINERS |= {"demand_right", "has_right", "seal_clerk"}
CALLABLE = {
    *(("geo_grid_scoped", name) for name in (SCOPED - {"works_within"}) | {"on_lattice", "standing_with_above"}),
    *(("geo_grid_editor", name) for name in SCOPED | {"on_lattice", "current_changeset", "moment"}),
    *((f"geo_grid_{role}", "standing_with_above") for role in ("editor", "loader", "web")),
    ("geo_grid_access", "seal_scope"),
    ("geo_grid_access", "seal_clerk"),
    *(("geo_grid_clerk", name) for name in ("asking", "reached_ground", "latest_number", "standing_with_above")),
    *(("geo_grid_clerk", name) for name in ("on_lattice", "map_version", "current_changeset", "moment", "ended")),
    *(("geo_grid_clerk", name) for name in ("begin_grids", "write_versions", "retire_grids", "move_households")),
    *(("geo_grid_clerk", name) for name in ("add_posts", "write_lineage", "prove_net")),
    *(("geo_grid_loader", name) for name in ("forget_people", "forget_photos", "forget_sign_ins", "old_sign_ins")),
    ("geo_grid_web", "old_sign_ins"),
    ("geo_grid_access", "session_of"),
    *((f"geo_grid_{role}", "map_version") for role in ("scoped", "editor", "web", "loader")),
    *((f"geo_grid_{role}", "latest_number") for role in ("editor", "loader")),
    *((f"geo_grid_{role}", "reached_ground") for role in ("web", "loader")),
    ("geo_grid_loader", "on_lattice"),
    ("geo_grid_web", "on_lattice"),
    ("geo_grid_loader", "current_changeset"),
    ("geo_grid_loader", "moment"),
    ("geo_grid_loader", "ended"),
    ("geo_grid_loader", "prove_net"),
    ("geo_grid_loader", "prove_net_along"),
    *(("geo_grid_loader", name) for name in ("begin_grids", "write_versions", "retire_grids", "move_households")),
    *(("geo_grid_loader", name) for name in ("add_posts", "write_lineage")),
    ("geo_grid_access", "change_digest"),
    ("geo_grid_access", "entry_digest"),
}
#: What neither the loader nor the web may read: passwords above all.
HIDDEN = {"unsettled", "accounts", "roles_given", "sessions", "sign_ins", "journal_head", "scope_key"}
#: What the keeper of accounts may read: not one household.
KEPT = {"deployment", "accounts", "roles_given", "sessions", "sign_ins", "journal_entries", "grids", "grid_versions"}
KEPT |= {"journal_head"}


@pytest.fixture
def catalogue(settings: Settings) -> Connection:
    with engine(settings, DbRole.ADMIN).connect() as conn:
        yield conn


def test_rights_to_tables_are_the_allowed_ones(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT a.grantee::regrole::text, c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = 'geo_grid'::regnamespace AND c.relkind IN ('r', 'v', 'm')"
        " AND a.grantee <> c.relowner AND a.grantee::regrole::text NOT IN"
        " ('geo_grid_scoped', 'geo_grid_editor', 'geo_grid_clerk')"
    ).all()
    reading = {(role, table, "SELECT") for role in ("geo_grid_loader", "geo_grid_web") for table in _tables() - HIDDEN}
    keeping = {("geo_grid_access", table, "SELECT") for table in KEPT}
    assert {tuple(row) for row in rows} == TABLE_RIGHTS | reading | keeping


def test_rights_to_columns_are_the_allowed_ones(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT x.grantee::regrole::text, c.relname, a.attname, x.privilege_type"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x"
        " WHERE c.relnamespace = 'geo_grid'::regnamespace"
        " AND x.grantee::regrole::text NOT IN ('geo_grid_editor', 'geo_grid_clerk')"
    ).all()
    assert {tuple(row) for row in rows} == COLUMN_RIGHTS


def test_functions_with_the_owners_rights_are_the_allowed_ones(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'geo_grid'::regnamespace AND prosecdef"
    ).all()
    assert {name for name, _ in rows} == DEFINERS
    for name, config in rows:
        assert "search_path=geo_grid, public, pg_temp" in (config or []), name


def test_every_function_finds_what_it_names_whatever_the_search_path(catalogue: Connection) -> None:
    """A function is parsed once (BEGIN ATOMIC, RETURN) or fixes its search path; else a restore can fail."""
    rows = catalogue.exec_driver_sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'geo_grid'::regnamespace AND prosqlbody IS NULL"
        " AND NOT coalesce('search_path=geo_grid, public, pg_temp' = ANY (proconfig), false)"
    ).all()
    assert rows == []


def test_functions_can_be_called_by_the_allowed_ones(catalogue: Connection) -> None:
    rows = catalogue.exec_driver_sql(
        "SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, p.proname"
        " FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " WHERE p.pronamespace = 'geo_grid'::regnamespace AND a.grantee <> p.proowner"
    ).all()
    assert {tuple(row) for row in rows} == CALLABLE


def test_everything_belongs_to_an_owner_that_never_logs_in(catalogue: Connection) -> None:
    owners = catalogue.exec_driver_sql(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace"
        " UNION SELECT DISTINCT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'geo_grid'::regnamespace"
    ).scalars()
    assert list(owners) == ["geo_grid_owner"]
    roles = catalogue.exec_driver_sql(
        "SELECT rolname, rolcanlogin AND rolname = 'geo_grid_owner' OR rolsuper OR rolcreaterole"
        " OR rolbypassrls AND rolname <> 'geo_grid_loader'"
        " OR rolcreatedb FROM pg_roles WHERE rolname LIKE 'geo_grid_%%' AND rolname <> 'geo_grid_admin' ORDER BY 1"
    ).all()
    names = ("access", "clerk", "editor", "loader", "owner", "scoped", "web")
    assert roles == [(f"geo_grid_{name}", False) for name in names]


def test_there_are_no_views_that_could_hide_whose_rights_apply(catalogue: Connection) -> None:
    views = catalogue.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind IN ('v', 'm')"
    ).all()
    assert views == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO workers (code, name) VALUES ('W', 'Eve')",
        "UPDATE households SET phone = ''",
        "DELETE FROM posts",
        "CREATE TEMP TABLE workers (id int)",
        "CREATE TABLE geo_grid.x (id int)",
        "CREATE TABLE public.x (id int)",
        "SELECT geo_grid.touch('commit', ARRAY[0])",
        "SELECT geo_grid.current_changeset()",
        "SELECT * FROM unsettled",
        "ALTER TABLE households DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_web_only_reads(settings: Settings, statement: str) -> None:
    with pytest.raises(RuleBroken, match="may not do this"), transaction(engine(settings, DbRole.WEB)) as conn:
        conn.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM grid_versions",
        "DELETE FROM grids",
        "UPDATE county SET revision = 9",
        "UPDATE grids SET revision = 9",
        "INSERT INTO data_versions (version, changeset_id) VALUES (9, 1)",
        "INSERT INTO household_history (changeset_id, op) VALUES (1, 'I')",
        "INSERT INTO changesets (actor, kind, txid) VALUES ('eve', 'edit', 1)",
        "DELETE FROM unsettled",
        "INSERT INTO tiers VALUES ('X', 9, '', true)",
        "ALTER TABLE grid_versions DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE geo_grid.x (id int)",
        "SELECT geo_grid.touch('commit', ARRAY[0])",
    ],
)
def test_the_loader_cannot_get_round_the_proofs(settings: Settings, statement: str) -> None:
    with pytest.raises(RuleBroken, match="may not do this"), transaction(engine(settings, DbRole.LOADER)) as conn:
        conn.exec_driver_sql(statement)


def test_a_temporary_table_of_the_same_name_fools_nobody(settings: Settings) -> None:
    """pg_temp comes last in every search path of ours."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        conn.exec_driver_sql("CREATE TEMP TABLE changesets (id bigint, actor text, kind text)")
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W', 'Alice')")
        assert conn.exec_driver_sql("SELECT count(*) FROM pg_temp.changesets").scalar() == 0
        assert conn.exec_driver_sql("SELECT count(*) FROM changesets").scalar() == 1
        conn.rollback()


def _tables() -> set[str]:
    return {table.name for table in metadata.tables.values() if table.schema == SCHEMA} | {"alembic_version"}
