"""Tests that every household lies in the own ground of its grid, on borders and corners too."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.db import DbRole, RuleBroken, engine, transaction
from geo_grid.errors import NotFound
from geo_grid.partition.locate import locate
from tests.db import net
from tests.db.conftest import Planted


def _prove(conn: Connection) -> None:
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_household_in_another_grid_than_said_is_refused(planted: Planted) -> None:
    with pytest.raises(RuleBroken) as refused, transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        net.add_household(conn, "H9", *net.place(0.5, 5.5), "MB")
    assert refused.value.rule == "household_in_its_grid"
    assert refused.value.facts["household"] == "H9"
    assert "does not lie in the own ground of its grid MB" in str(refused.value)


def test_a_household_outside_the_county_is_refused(planted: Planted) -> None:
    with pytest.raises(RuleBroken, match="H9"), transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        net.add_household(conn, "H9", *net.place(-3, 5.5), "MA")


def test_a_household_said_to_lie_in_a_grid_that_owns_nothing_is_refused(planted: Planted) -> None:
    with pytest.raises(RuleBroken, match="H9"), transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        net.add_household(conn, "H9", *net.place(0.5, 5.5), "G1")


def test_a_household_on_the_remainder_belongs_to_the_parent(edit: Connection) -> None:
    net.add_household(edit, "H9", *net.place(5.5, 3.5), "S2")
    _prove(edit)


def test_a_household_moved_by_sql_is_refused(planted: Planted) -> None:
    with pytest.raises(RuleBroken, match="H1"), transaction(engine(planted.settings, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql("UPDATE households SET point = ST_Translate(point, 200, 0) WHERE code = 'H1'")


def test_ground_moved_from_under_a_household_is_refused(planted: Planted) -> None:
    with pytest.raises(RuleBroken, match="H1"), transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        net.redraw(conn, {"MA": planted.county["MC"], "MC": planted.county["MA"]})


def test_a_grid_retired_from_under_a_household_is_refused(planted: Planted) -> None:
    pool = engine(planted.settings, DbRole.LOADER)
    with pytest.raises(RuleBroken, match="H1"), transaction(pool) as conn:
        _merge_into_its_neighbour(conn, planted)


def _merge_into_its_neighbour(conn: Connection, planted: Planted) -> None:
    net.end_versions(conn, "MA")
    conn.exec_driver_sql("UPDATE grids SET retired_at = geo_grid.moment() WHERE code = 'MA'")
    net.redraw(conn, {"MB": net.leaf(net.together(planted.county["MA"].geom, planted.county["MB"].geom))})


def test_on_every_border_and_corner_exactly_one_grid_is_accepted_and_it_is_the_located_one(planted: Planted) -> None:
    """The rule of the database and that of `partition.locate` agree wherever cells meet."""
    owners = {code: ground.own for code, ground in planted.county.items() if ground.own is not None}
    cells = np.array(list(owners.values()), dtype=object)
    places = np.array([net.place(column / 2, row / 2) for column in range(-1, 22) for row in range(-1, 14)])
    located = locate(places, cells)
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        holders = conn.exec_driver_sql(
            "SELECT p.n, array_agg(c.n ORDER BY c.n) FILTER (WHERE geo_grid.holds(c.cell, p.place))"
            " FROM unnest(%s::geometry[]) WITH ORDINALITY AS p (place, n),"
            " unnest(%s::geometry[]) WITH ORDINALITY AS c (cell, n) GROUP BY 1 ORDER BY 1",
            ([net.ewkb(shapely.Point(place)) for place in places], [net.ewkb(cell) for cell in cells]),
        ).all()
    assert [found for _, found in holders] == [None if index < 0 else [index + 1] for index in located]
    assert (located >= 0).sum() > 200


def test_the_rule_is_exact_beside_a_slanting_border(edit: Connection) -> None:
    """A point one lattice step beside a border of 90 km is on its own side; doubles would not know."""
    step = 1 / 1024
    west = shapely.Polygon([(0, 0), (90000, 30000 + step), (90000, 90000), (0, 90000)])
    rng = np.random.default_rng(1)
    x = np.rint(rng.uniform(0, 90000, 300) * 1024) / 1024
    y = np.rint((x * (30000 + step) / 90000) * 1024) / 1024
    edit.exec_driver_sql("SET LOCAL ROLE NONE")
    found = edit.exec_driver_sql(
        "SELECT geo_grid.holds(%s::geometry, p) FROM unnest(%s::geometry[]) WITH ORDINALITY AS t (p, n) ORDER BY n",
        (net.ewkb(west), [net.ewkb(shapely.Point(*place)) for place in zip(x, y, strict=True)]),
    ).scalars()
    unit = [(int(a * 1024), int(b * 1024)) for a, b in zip(x, y, strict=True)]
    rise, run = 30000 * 1024 + 1, 90000 * 1024
    assert list(found) == [b * run >= a * rise if b * run != a * rise else True for a, b in unit]


@pytest.mark.parametrize("role", [DbRole.LOADER, DbRole.ADMIN], ids=lambda role: role.name.lower())
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO households (code, address, point, grid_id) SELECT 'H9', '', point, -1 FROM households LIMIT 1",
        "UPDATE households SET grid_id = -1 WHERE code = 'H1'",
        "UPDATE households SET grid_id = (SELECT max(id) + 1 FROM grids)",
    ],
)
def test_a_household_in_a_grid_that_is_not_there_is_refused_at_once(
    planted: Planted, role: DbRole, statement: str
) -> None:
    with pytest.raises(NotFound, match="grid_id"), transaction(engine(planted.settings, role)) as conn:
        conn.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", ["DELETE FROM grids WHERE code = 'MA'", "UPDATE grids SET id = DEFAULT"])
def test_a_grid_is_never_taken_from_under_its_households(planted: Planted, statement: str) -> None:
    with pytest.raises(RuleBroken), transaction(engine(planted.settings, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql(statement)
