"""`geo_grid.access` decides and PostgreSQL agrees: every role × every table × own, foreign, absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.exc import DBAPIError

from geo_grid.access import COUNTY_WIDE, RIGHTS, Actor, RoleGiven, add_account, give_role, may, seal_scope, tops
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.errors import GeoGridError
from geo_grid.settings import Settings
from geo_grid.vocabulary import AccountRole, Action
from tests import databases
from tests.db import net

MINE, THEIRS = "MA", "MB"
ACTIONS_OF_EVERYBODY = {Action.OPEN, Action.OWN_ACCOUNT}

#: A row of each table in the grid {id} ({code}); {n} makes it another one each time. Empty: it comes of the others.
PLANTED = {
    "grids": "",
    "grid_versions": "",
    "grid_codes": "",
    "household_history": "",
    "worker_history": "",
    "post_history": "",
    "assignment_history": "",
    "risk_site_history": "",
    "hazard_zone_history": "",
    "households": "INSERT INTO households (code, address, point, grid_id) SELECT 'P{n}', '', point, {id}"
    " FROM households WHERE grid_id = {id} LIMIT 1",
    "posts": "INSERT INTO posts (grid_id, role, seat) VALUES ({id}, 'PART_TIME', {n})",
    "workers": "INSERT INTO workers (code, name) VALUES ('P{n}', 'P')",
    "assignments": "INSERT INTO assignments (post_id, worker_id, during) SELECT max(p.id), {worker}, '[2020-01-01,)'"
    " FROM posts p WHERE p.grid_id = {id}",
    "lineage": "INSERT INTO lineage (from_grid_id, to_grid_id, area_m2, households) SELECT {id}, id, 1, 1 FROM grids"
    " WHERE code = 'MC'",
    "tile_shapes": "INSERT INTO tile_shapes (version_id, band, geom) SELECT id, 1,"
    " ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 3857)) FROM grid_versions WHERE grid_id = {id}",
    "risk_sites": "INSERT INTO risk_sites (code, name, kind, geom) SELECT 'P{n}', 'P', 'WELL', point FROM households"
    " WHERE grid_id = {id} LIMIT 1",
    "waivers": "INSERT INTO waivers (rule, grid_id, reason, by, until) SELECT code, {id}, 'P', 'P', '2099-01-01'"
    " FROM coverage_rules ORDER BY 1 LIMIT 1",
    "redraws": "INSERT INTO redraws (name, author, shared, base_version, footprint) VALUES ('P{n}', 'P', true, 1,"
    " jsonb_build_object('{code}', 'x'))",
    "redraw_moves": "INSERT INTO redraw_moves (redraw_id, position, move, author) SELECT max(id), 1, '{{}}', 'P'"
    " FROM redraws WHERE footprint ? '{code}'",
    "redraw_steps": "INSERT INTO redraw_steps (redraw_id, stage, actor) SELECT max(id), 'DRAFT', 'P' FROM redraws"
    " WHERE footprint ? '{code}'",
    "redraw_sheets": "INSERT INTO redraw_sheets (redraw_id, sheet, map) SELECT max(id), '{{}}', '{{}}' FROM redraws"
    " WHERE footprint ? '{code}'",
    "site_keepers": "INSERT INTO site_keepers (site_id, grid_id, worker_id, by) SELECT id, {id}, {worker}, 'P'"
    " FROM risk_sites s WHERE EXISTS (SELECT FROM households h WHERE h.grid_id = {id} AND h.point = s.geom)"
    " AND NOT EXISTS (SELECT FROM site_keepers k WHERE k.site_id = s.id)",
    "inspections": "INSERT INTO inspections (site_id, site_code, grid_id, done_on, by, request)"
    " VALUES (1, 'P', {id}, '2026-01-01', 'P', 'P{n}')",
    "inspection_findings": "INSERT INTO inspection_findings (inspection_id, says) SELECT max(id), 'P' FROM inspections"
    " WHERE grid_id = {id}",
    "inspection_photos": "INSERT INTO inspection_photos (inspection_id, width, height, jpeg) SELECT max(id), 1, 1, 'x'"
    " FROM inspections WHERE grid_id = {id}",
    "hazard_zones": "INSERT INTO hazard_zones (code, name, hazard, by, geom) SELECT 'P{n}', 'P', 'FIRE', 'P',"
    " ST_Multi(ST_Expand(point, 1)) FROM households WHERE grid_id = {id} LIMIT 1",
    "visits": "INSERT INTO visits (worker_id, grid_id, done_on, by, request)"
    " VALUES ({worker}, {id}, '2026-01-01', 'P', 'P{n}')",
    "account_workers": "",
    "changesets": "",
    "journal_entries": "",
}
#: Which rows of a table lie in the grid {id}, where the column `grid_id` does not say it.
LIES = {
    "grids": "id = {id}",
    "lineage": "from_grid_id = {id}",
    "tile_shapes": "version_id IN (SELECT id FROM grid_versions WHERE grid_id = {id})",
    "assignments": "post_id IN (SELECT id FROM posts WHERE grid_id = {id})",
    "assignment_history": "post_id IN (SELECT id FROM posts WHERE grid_id = {id})",
    "workers": "id = {worker}",
    "worker_history": "id = {worker}",
    "risk_sites": "geom IN (SELECT point FROM households WHERE grid_id = {id})",
    "risk_site_history": "geom IN (SELECT point FROM households WHERE grid_id = {id})",
    "redraws": "footprint ? '{code}'",
    "redraw_moves": "redraw_id IN (SELECT id FROM redraws WHERE footprint ? '{code}')",
    "redraw_steps": "redraw_id IN (SELECT id FROM redraws WHERE footprint ? '{code}')",
    "redraw_sheets": "redraw_id IN (SELECT id FROM redraws WHERE footprint ? '{code}')",
    "inspection_findings": "inspection_id IN (SELECT id FROM inspections WHERE grid_id = {id})",
    "inspection_photos": "inspection_id IN (SELECT id FROM inspections WHERE grid_id = {id})",
    "hazard_zones": "geom IN (SELECT ST_Multi(ST_Expand(point, 1)) FROM households WHERE grid_id = {id})",
    "hazard_zone_history": "geom IN (SELECT ST_Multi(ST_Expand(point, 1)) FROM households WHERE grid_id = {id})",
    "account_workers": "worker_id = {worker}",
    "changesets": "id = (SELECT max(changeset_id) FROM household_history WHERE grid_id = {id})",
    "journal_entries": "about = '{code}' AND kind = 'phone-revealed'",
}
#: Tables into which a row is put for no grid in particular, or whose rows the editor only changes.
CHANGED = {
    "households": "UPDATE households SET contact_id = {worker} WHERE ctid = ANY (CAST('{rows}' AS tid[]))",
    "site_keepers": "UPDATE site_keepers SET by = 'Q' WHERE ctid = ANY (CAST('{rows}' AS tid[]))",
    "workers": "UPDATE workers SET name = 'Q' WHERE ctid = ANY (CAST('{rows}' AS tid[]))",
}
PLANTED_TOO = {
    "assignments": "INSERT INTO assignments (post_id, worker_id, during)"
    " SELECT max(p.id), {worker}, '[2010-01-01,2011-01-01)' FROM posts p WHERE p.grid_id = {id}",
    "visit_quotas": "INSERT INTO visit_quotas (grid_id, visits, households) VALUES ({id}, 1, 1)",
    "changesets": "",
}


@dataclass(frozen=True)
class Twin:
    """The small county with a row of every table in `MA` and in `MB`, and an account of each role for `MA`."""

    settings: Settings
    accounts: dict[AccountRole, int]
    facts: dict[str, dict[str, object]]
    rows: dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def twin(cluster: Cluster) -> Iterator[Twin]:
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        facts = plant(settings)
        with transaction(engine(settings, DbRole.ACCESS)) as conn:
            accounts = {}
            for role in AccountRole:
                if role is AccountRole.ADMINISTRATOR:
                    continue
                name = role.code.lower()
                accounts[role] = add_account(conn, name, name, "Ein langes Kennwort 7", by="test").id
                give_role(conn, name, RoleGiven(role, MINE), by="test")
        with engine(settings, DbRole.ADMIN).begin() as conn:
            for number, code in enumerate((MINE, THEIRS)):
                conn.exec_driver_sql(
                    "INSERT INTO geo_grid.account_workers"
                    " SELECT id, %s FROM geo_grid.accounts ORDER BY id OFFSET %s LIMIT 1",
                    (facts[code]["worker"], number),
                )
        yield Twin(settings, accounts, facts, found_rows(settings, facts))


def plant(settings: Settings) -> dict[str, dict[str, object]]:
    """Write the county and a row of each table in both grids; the facts of both."""
    facts: dict[str, dict[str, object]] = {}
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        net.write_county(conn)
        net.add_household(conn, "H1", *net.place(0.5, 5.5), MINE)
        net.add_household(conn, "H2", *net.place(2.5, 5.5), THEIRS)
        ids = net.ids(conn)
    for n, code in enumerate((MINE, THEIRS), start=1):
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            conn.exec_driver_sql(PLANTED["workers"].format(n=n))
            worker = conn.exec_driver_sql("SELECT max(id) FROM workers").scalar_one()
            facts[code] = {"id": ids[code], "code": code, "worker": worker}
            for table, statement in PLANTED.items():
                if statement and table != "workers":
                    conn.exec_driver_sql(statement.format(n=n, **facts[code]))
        with transaction(engine(settings, DbRole.ACCESS)) as conn:
            conn.exec_driver_sql(
                "INSERT INTO journal_entries (actor, kind, about) VALUES ('P', 'phone-revealed', %s)", (code,)
            )
    return facts


def found_rows(settings: Settings, facts: dict[str, dict[str, object]]) -> dict[tuple[str, str], str]:
    """Where the rows of each table lie that are in each of the two grids, as an array of ctids."""
    found = {}
    with engine(settings, DbRole.ADMIN).connect() as conn:
        conn.exec_driver_sql("SET search_path = geo_grid, public")
        for table in PLANTED:
            for code, fact in facts.items():
                where = LIES.get(table, "grid_id = {id}").format(**fact)
                rows = conn.exec_driver_sql(f"SELECT array_agg(ctid)::text FROM {table} WHERE {where}").scalar()
                assert rows is not None, f"nothing was planted into {table} for {code}"
                found[table, code] = rows
    return found


def actor_of(role: AccountRole) -> Actor:
    """Somebody with the role for `MA`, as the program sees it."""
    return Actor(role.code.lower(), "", (RoleGiven(role, MINE),), account=1)


def chain(code: str) -> list[str]:
    """The grid and those above it."""
    above: list[str] = []
    at: str | None = code
    while at is not None:
        above.append(at)
        at = net.TREE[at][1]
    return above


def lines(settings: Settings) -> list[tuple[str, str, str, str]]:
    """(table, reading, action, writing) of every line."""
    with engine(settings, DbRole.ADMIN).connect() as conn:
        rows = conn.exec_driver_sql("SELECT name, reading, action, writing FROM geo_grid.scoped_tables()")
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_every_scoped_table_is_compared(twin: Twin) -> None:
    """Who adds a table with a place adds a row of it to PLANTED."""
    assert {name for name, reading, *_ in lines(twin.settings) if reading not in {"true", "false"}} == set(PLANTED)


@pytest.mark.parametrize("role", [role for role in AccountRole if role is not AccountRole.ADMINISTRATOR])
def test_a_role_sees_in_the_database_what_it_may_see(twin: Twin, role: AccountRole) -> None:
    who, wrong = actor_of(role), []
    with engine(twin.settings, DbRole.ACCESS).connect() as conn:
        seal = seal_scope(conn, twin.accounts[role], "SEE")
    with reading(engine(twin.settings, DbRole.SCOPED), seal=seal) as conn:
        for (table, code), rows in twin.rows.items():
            query = f"SELECT count(*) > 0 FROM {table} WHERE ctid = ANY (CAST(%s AS tid[]))"
            seen = conn.exec_driver_sql(query, (rows,)).scalar()
            if seen != may(who, Action.SEE, chain(code)):
                wrong.append((table, code, seen))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in AccountRole if role is not AccountRole.ADMINISTRATOR])
def test_a_role_writes_in_the_database_what_it_may_write(twin: Twin, role: AccountRole) -> None:
    who, wrong = actor_of(role), []
    absent = {"id": 999_999, "code": "NONE", "worker": 999_999}
    for table, _, action, writing in lines(twin.settings):
        statement = CHANGED.get(table) or (PLANTED | PLANTED_TOO).get(table)
        if not writing or not statement:
            continue
        for number, (code, fact) in enumerate({**twin.facts, "NONE": absent}.items()):
            allowed = code in net.TREE and may(who, Action[action], chain(code))
            values = {**fact, "n": 40 + number, "rows": twin.rows.get((table, code), "{}")}
            written = writes(twin, role, action, statement.format(**values))
            if written != allowed:
                wrong.append((table, code, written))
    assert wrong == []


def writes(twin: Twin, role: AccountRole, action: str, statement: str) -> bool:
    """Whether a statement writes anything as the editor; rolled back."""
    with engine(twin.settings, DbRole.ACCESS).connect() as conn:
        seal = seal_scope(conn, twin.accounts[role], action)
    with engine(twin.settings, DbRole.EDITOR).connect() as conn:
        begun = conn.begin()
        conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (seal,))
        try:
            conn.exec_driver_sql("INSERT INTO changesets (actor, kind) VALUES (%s, 'edit')", (role.code.lower(),))
            return conn.exec_driver_sql(statement).rowcount > 0
        except (GeoGridError, DBAPIError):
            return False
        finally:
            begun.rollback()


def test_the_database_knows_the_same_roles_for_every_action(twin: Twin) -> None:
    """What it does not know is done in the whole county, by everybody, or by nobody of a subtree."""
    with engine(twin.settings, DbRole.ADMIN).connect() as conn:
        for action in Action:
            known = set(conn.exec_driver_sql("SELECT unnest(geo_grid.roles_for(%s))", (action.code,)).scalars())
            decided = set() if action in COUNTY_WIDE | ACTIONS_OF_EVERYBODY else {one.code for one in RIGHTS[action]}
            assert known == decided, action


@pytest.mark.parametrize("action", [one for one in Action if one not in ACTIONS_OF_EVERYBODY])
def test_the_database_reaches_where_the_program_reaches(twin: Twin, action: Action) -> None:
    for role, account in twin.accounts.items():
        with engine(twin.settings, DbRole.ADMIN).connect() as conn:
            found = conn.exec_driver_sql("SELECT geo_grid.tops_of(%s, %s)", (account, action.code)).scalar_one()
        reached = tops(actor_of(role), action)
        assert reached is not None
        assert set(found) == {twin.facts[code]["id"] for code in reached}
