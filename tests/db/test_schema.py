"""Tests that the migrations make exactly the declared schema."""

from __future__ import annotations

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, MetaData, create_engine
from sqlalchemy.schema import SchemaItem

from geo_grid.db.schema import HISTORIES, SCHEMA, metadata

PERSONAL = re.compile(
    r"id_?card|id_number|identity|health|ill|sick|religion|faith|party|label|score|point_?s|rating|relation|kin|spouse",
    re.IGNORECASE,
)


def _include(_object: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
    return not (kind == "table" and name == "alembic_version")


def test_the_migrated_schema_is_the_declared_one(admin_url: str) -> None:
    with create_engine(admin_url).connect() as conn:
        context = MigrationContext.configure(
            conn,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                "include_object": _include,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, metadata) == []


CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, c.contype::text, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname = %s AND c.contype <> 't' ORDER BY 1, 2
"""
INDEXES = "SELECT tablename, indexname, replace(indexdef, %s, '') FROM pg_indexes WHERE schemaname = %s ORDER BY 1, 2"
COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
           replace(pg_get_expr(d.adbin, d.adrelid), %s, '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
          AND c.relname <> 'alembic_version'
    ORDER BY c.relname, a.attnum
"""
COMMENTS = """
    SELECT c.relname, obj_description(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind = 'r' AND c.relname <> 'alembic_version' ORDER BY 1
"""


def test_the_catalogue_is_the_one_that_the_declarations_make(admin_url: str) -> None:
    """Alembic compares neither CHECKs nor exclusions nor the columns' order; the catalogue does."""
    pool = create_engine(admin_url)
    with pool.connect() as conn:
        transaction = conn.begin()
        _create_copy(pool, conn)
        declared, migrated = _catalogue(conn, "declared"), _catalogue(conn, SCHEMA)
        transaction.rollback()
    for kind, rows in declared.items():
        assert set(rows) - set(migrated[kind]) == set(migrated[kind]) - set(rows) == set(), kind


def _create_copy(pool: Engine, conn: Connection) -> None:
    """The declared tables, made in a schema of their own; functions are those of the real one."""
    conn.exec_driver_sql("CREATE SCHEMA declared")
    copy = MetaData(schema="declared", naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copy, schema="declared", referred_schema_fn=lambda *_: "declared")
    copy.create_all(conn)


def _catalogue(conn: Connection, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    def rows(query: str, *parameters: str) -> list[tuple[Any, ...]]:
        found = conn.exec_driver_sql(query, parameters).all()
        return [tuple(re.sub(rf"\b({schema}|{SCHEMA})\.", "", str(value)) for value in row) for row in found]

    return {
        "constraints": [row for row in rows(CONSTRAINTS, schema) if "alembic" not in row[0]],
        "indexes": [row for row in rows(INDEXES, f"{schema}.", schema) if "alembic" not in row[0]],
        "columns": rows(COLUMNS, f"{schema}.", schema),
        "comments": rows(COMMENTS, schema),
    }


def test_history_holds_every_column_of_its_noun() -> None:
    for noun, history in HISTORIES.items():
        columns = [column.name for column in metadata.tables[f"{SCHEMA}.{noun}"].columns]
        assert [column.name for column in history.columns][3:] == columns


def test_every_table_says_what_it_is_and_every_check_has_a_name() -> None:
    for table in metadata.sorted_tables:
        assert table.comment
        assert table.comment.endswith(".")
        for check in table.constraints:
            assert not isinstance(check, CheckConstraint) or check.name


def test_every_foreign_key_has_an_index() -> None:
    """A key without one made a delete run for minutes; grids and tiers are never deleted from."""
    never_deleted = {"grids", "tiers", "tier_rules", "roles", "grid_versions"}
    for table in metadata.sorted_tables:
        led = {next(iter(index.columns)).name for index in table.indexes}
        led |= {next(iter(c.columns)).name for c in table.constraints if hasattr(c, "columns") and len(c.columns)}
        for key in table.foreign_key_constraints:
            if key.referred_table.name not in never_deleted:
                assert next(iter(key.columns)).name in led, key.name


def test_there_is_no_place_for_what_is_nobodys_business() -> None:
    """Privacy law asks for the smallest scope: a household is an address point."""
    for name in ("households", "workers"):
        columns = {column.name for column in metadata.tables[f"{SCHEMA}.{name}"].columns}
        assert columns <= {
            *("id", "code", "address", "persons", "phone", "point", "grid_id", "contact_id"),
            *("name", "left_on"),
        }
        assert not [column for column in columns if PERSONAL.fullmatch(column)]


def test_no_table_at_all_has_such_a_column_and_phones_stand_where_they_are_sealed() -> None:
    """A column for a person's health or faith fails here, in whatever table it is put."""
    columns = [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]
    assert [place for place in columns if PERSONAL.fullmatch(place[1])] == []
    holders = {table for table, column in columns if "phone" in column or "mobile" in column}
    assert holders == {
        *("households", "household_history", "workers", "worker_history"),  # sealed by geo_grid.phones
        *("facilities", "facility_history"),  # a service centre's number is on its door
    }
