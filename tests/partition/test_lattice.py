"""Every vertex lies on whole 1/1024 m."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_grid.partition import is_on_lattice, to_lattice, units

coordinate = st.floats(-1e7, 1e7)


@given(coordinate, coordinate)
def test_what_was_moved_to_the_lattice_stays_there(x: float, y: float) -> None:
    once = to_lattice(np.array([shapely.Point(x, y)]))
    assert is_on_lattice(once).all()
    assert shapely.equals_exact(once, to_lattice(once)).all()
    assert abs(once[0].x - x) <= 1 / 2048


@given(st.integers(-(2**40), 2**40))
def test_units_and_metres_go_both_ways(position: int) -> None:
    assert units([position / 1024])[0] == position


def test_a_vertex_off_the_lattice_is_seen() -> None:
    geoms = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1.0001), None, shapely.Point(np.nan, 0)])
    assert is_on_lattice(geoms).tolist() == [True, False, True, False]


def test_heights_and_doubled_vertices_go() -> None:
    line = np.array([shapely.LineString([(0, 0, 5), (0, 0.0001, 6), (1, 1, 7)])])
    assert to_lattice(line)[0].wkt == "LINESTRING (0 0, 1 1)"
