"""Tests of the arrangement: lines noded on the lattice, and the faces between them."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_grid.partition.arrange import NOBODY, arrange, borders_of, faces_of, segments_of, snap_round
from geo_grid.partition.lattice import is_on_lattice
from tests.drawn import at, drawn

SIZE = 64.0


def stroke(*places: tuple[float, float]) -> np.ndarray:
    """A line through places of a drawing."""
    return np.array([shapely.LineString([at(x, y, size=SIZE) for x, y in places])], dtype=object)


def cells(drawing: str) -> tuple[list[str], np.ndarray]:
    """The letters of a drawing and their polygons."""
    found = drawn(drawing, size=SIZE)
    return list(found), np.array(list(found.values()), dtype=object)


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4).filter(lambda e: e[:2] != e[2:]), min_size=2, max_size=12))
def test_rounding_what_was_rounded_changes_nothing(ends: list[tuple[int, int, int, int]]) -> None:
    lines = np.array([shapely.LineString([(a / 1024, b / 1024), (c / 1024, d / 1024)]) for a, b, c, d in ends])
    once = snap_round(lines)
    assert is_on_lattice(once).all()
    twice = snap_round(once)
    assert (segments_of(once) == segments_of(twice)).all()


def test_a_line_through_two_cells_makes_four_faces_of_them() -> None:
    letters, ground = cells("""
        A A B B
        A A B B
    """)
    found = arrange(ground, stroke((-0.5, 1.1), (4.5, 0.9)))
    assert sorted(letters[owner] for owner in found.owner) == ["A", "A", "B", "B"]
    assert shapely.area(found.faces).sum() == shapely.area(ground).sum()
    assert found.borders.length_m[found.drawn].sum() > 4 * SIZE


def test_the_neighbour_gets_a_vertex_where_a_line_ends_on_its_border() -> None:
    letters, ground = cells("""
        A A B B
        A A B B
    """)
    found = arrange(ground, stroke((0, 0.3), (2, 0.7)))
    (b,) = found.faces[found.owner == letters.index("B")]
    assert at(2, 0.7, size=SIZE)[1] in np.round(shapely.get_coordinates(b)[:, 1], 3)
    assert shapely.coverage_is_valid(found.faces)


def test_what_dangles_cuts_nothing() -> None:
    _, ground = cells("""
        A A
    """)
    found = arrange(ground, stroke((0.2, 0.2), (1.5, 0.7)))
    assert len(found.faces) == 1
    assert not found.drawn.any()


def test_a_broken_rim_tells_that_a_neighbour_is_missing() -> None:
    letters, ground = cells("""
        A A B B
    """)
    only_a = ground[[letters.index("A")]]
    assert len(arrange(only_a, stroke((0, 0.3), (2, 0.7))).broken) > 0
    assert len(arrange(only_a, stroke((0, 1), (2, 0))).broken) == 0


def test_a_hole_belongs_to_nobody() -> None:
    _, ground = cells("""
        A A A
        A . A
        A A A
    """)
    found = arrange(ground, stroke((-1, 0.5), (4, 0.5)))
    assert NOBODY in found.owner


def test_the_borders_of_cells_bound_them_again() -> None:
    letters, ground = cells("""
        A A B
        C A B
    """)
    assert len(faces_of(snap_round(borders_of(ground)))) == len(letters)
