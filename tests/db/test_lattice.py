"""Tests of the lattice rule that every stored vertex keeps."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlalchemy import Connection

STEP = 1 / 1024


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        ("POINT(500000.5 4000000.0009765625)", True),
        ("POINT(0 0)", True),
        ("POINT(-1.5 -0.0009765625)", True),
        ("POINT(38500000.0009765625 4000000)", True),
        ("POINT(500000.001 4000000)", False),
        ("POINT(500000.00048828125 4000000)", False),
        ("POINT EMPTY", False),
        ("POINT(NaN 0)", False),
        ("POINT(0 Inf)", False),
        ("POINT(-Inf 0)", False),
        ("MULTIPOINT(1 1, 2.5 2)", True),
        ("MULTIPOINT(1 1, 2.3 2)", False),
        ("MULTIPOINT(1 1, NaN 2)", False),
        ("LINESTRING(0 0, 1 1.25)", True),
        ("LINESTRING(0 0, 1 1.2)", False),
        ("LINESTRING(0 0, Inf 1)", False),
        ("LINESTRING(0 0, 1 1, 1 1)", False),
        ("POLYGON((0 0, 1 0, 1 1, 0 0))", True),
        ("POLYGON((0 0, 1 0, NaN 1, 0 0))", False),
        ("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6.0009765625, 5 5)))", True),
        ("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6.001, 5 5)))", False),
        ("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, Inf 6, 5 5)))", False),
        ("MULTIPOLYGON EMPTY", False),
        (None, None),
    ],
)
def test_the_lattice_rule(conn: Connection, shape: str | None, verdict: bool | None) -> None:
    stored = None if shape is None else shapely.to_wkb(shapely.from_wkt(shape), hex=True)
    assert conn.exec_driver_sql("SELECT geo_grid.on_lattice(%s::geometry)", (stored,)).scalar() is verdict


@given(st.integers(-(2**35), 2**35), st.integers(-(2**35), 2**35), st.integers(1, 7))
@rules(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whole_steps_are_on_it_and_parts_are_not(conn: Connection, x: int, y: int, eighths: int) -> None:
    on, off = conn.exec_driver_sql(
        "SELECT geo_grid.on_lattice(ST_MakePoint(%s, %s)), geo_grid.on_lattice(ST_MakePoint(%s, %s))",
        (x * STEP, y * STEP, (x + eighths / 8) * STEP, y * STEP),
    ).one()
    assert (on, off) == (True, False)
