"""Tests that what the map asks by place is found by an index of places, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from sqlalchemy import Connection, text

from geo_grid.access import make_demo, seal_scope
from geo_grid.db import DbRole, engine, reading
from geo_grid.settings import Settings

BOX = {"west": 500_000.0, "south": 3_900_000.0, "east": 501_000.0, "north": 3_901_000.0, "srid": 4546}
PLACE = {"z": 15, "x": 26480, "y": 12850, "band": 6, "outlined": ["MICRO"], "tiers": ["MICRO"], "labelled": ["MICRO"]}
ASKED = {
    "tile": ("grid_versions_current_geom_idx", "households_point_idx", "risk_sites_geom_idx", "facilities_point_idx"),
    "sites_in_grid": ("risk_sites_geom_idx",),
    "facilities_in_grid": ("facilities_point_idx",),
    "features_grids": ("grid_versions_current_geom_idx",),
    "features_households": ("households_point_idx",),
    "features_risk_sites": ("risk_sites_geom_idx",),
    "features_facilities": ("facilities_point_idx",),
}
FEATURES = {
    **dict.fromkeys(("after", "code", "tier", "parent", "since", "until", "grid", "contact", "kind", "level")),
    **{"now": True, "flip": False, "decimals": 9},
    "box": "SRID=4546;POLYGON((500000 3900000, 501000 3900000, 501000 3901000, 500000 3900000))",
}
GIVEN = {**BOX, **PLACE, **FEATURES, "grid_id": 1, "most": 50}


@pytest.fixture(params=["county", "township"])
def asking(request: pytest.FixtureRequest, sample_database: Settings) -> Iterator[Connection]:
    """A connection of somebody who sees the county, or a township, to which reading a whole table costs much."""
    role, seal = DbRole.WEB, ""
    if request.param == "township":
        role = DbRole.SCOPED
        with engine(sample_database, DbRole.ACCESS).connect() as conn, conn.begin() as changes:
            make_demo(conn, township="990125101", village="990125101201", by="test")
            account = conn.exec_driver_sql("SELECT id FROM accounts WHERE username = 'demo.township'").scalar_one()
            seal = seal_scope(conn, account, "SEE")
            changes.rollback()
    with reading(engine(sample_database, role), seal=seal) as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        yield conn


@pytest.mark.parametrize("query", ASKED)
def test_what_the_map_asks_by_place_is_found_by_an_index_of_places(asking: Connection, query: str) -> None:
    said = (files("geo_grid.db") / "sql" / "queries" / f"{query}.sql").read_text(encoding="utf-8")
    plan = "\n".join(asking.execute(text(f"EXPLAIN {said}"), GIVEN).scalars())
    for index in ASKED[query]:
        assert index in plan, plan
