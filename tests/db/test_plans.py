"""Tests of how the planner finds versions of grids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, engine
from tests.db.conftest import Planted

LOOKUPS = {
    "the current version of each grid": "SELECT v.id FROM grids g JOIN grid_versions v ON v.grid_id = g.id"
    " AND upper_inf(v.valid)",
    "all versions of each grid": "SELECT v.id FROM grids g JOIN grid_versions v ON v.grid_id = g.id",
    "each grid at a moment": "SELECT v.id FROM grids g JOIN grid_versions v ON v.grid_id = g.id AND v.valid @> now()",
    "versions to be ended": "UPDATE grid_versions v SET valid = geo_grid.ended(valid) FROM grids g"
    " WHERE g.id = v.grid_id AND upper_inf(valid)",
}


@pytest.fixture
def no_other_way(planted: Planted) -> Iterator[Connection]:
    """A connection to which an index scan of whatever index costs next to nothing; rolled back."""
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        transaction = conn.begin()
        conn.exec_driver_sql("SET LOCAL search_path = geo_grid, public")
        for way in ("seqscan", "hashjoin", "mergejoin", "material", "bitmapscan"):
            conn.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        conn.exec_driver_sql("DROP INDEX grid_versions_grid_id_idx, grid_versions_current_idx")
        yield conn
        transaction.rollback()


@pytest.mark.parametrize("what", LOOKUPS)
def test_versions_are_never_looked_up_in_a_gist_index(no_other_way: Connection, what: str) -> None:
    """On PostgreSQL up to 15.18 a nested loop over one loses rows for good when the index grows its second page."""
    plan = "\n".join(no_other_way.exec_driver_sql(f"EXPLAIN {LOOKUPS[what]}").scalars())
    assert "one_at_a_time_excl" not in plan
