"""A parent owns what its children leave, and one equation proves that a family nests."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.partition import nest, outline
from tests.drawn import at, drawn, together


def family(parent: shapely.Geometry, *children: shapely.Geometry) -> tuple[np.ndarray, np.ndarray]:
    """The polygons of one parent (index 0) and its children, with their parent links."""
    return np.array([parent, *children]), np.array([-1] + [0] * len(children))


def test_children_that_fill_their_parent_leave_it_nothing() -> None:
    cells = drawn("A A B")
    found = nest(*family(together(*cells.values()), *cells.values()))
    assert found.sound.all()
    assert found.own[0] is None
    assert found.own[1] == cells["A"]


def test_a_parent_owns_the_ground_no_child_covers() -> None:
    cells = drawn(
        """
        A . .
        A B .
    """.replace(".", "R")
    )
    found = nest(*family(together(*cells.values()), cells["A"], cells["B"]))
    assert found.sound.all()
    assert shapely.equals(found.own[0], cells["R"])


def test_a_remainder_with_holes_and_islands_is_found() -> None:
    cells = drawn("""
        R R R R R . R
        R A A A R . R
        R A R A R . .
        R A A A R R R
        R R R R R B R
    """)
    found = nest(*family(together(*cells.values()), cells["A"], cells["B"]))
    assert found.sound.all()
    assert shapely.equals(found.own[0], cells["R"])
    assert shapely.is_valid(found.own[0])


def test_remainders_that_touch_at_a_corner_are_valid() -> None:
    cells = drawn("""
        R A
        A R
    """)
    found = nest(*family(together(*cells.values()), cells["A"]))
    assert found.sound.all()
    assert shapely.equals(found.own[0], cells["R"])
    assert shapely.is_valid(found.own[0])


def test_a_child_outside_its_parent_is_seen() -> None:
    cells = drawn("A B C")
    found = nest(*family(together(cells["A"], cells["B"]), cells["A"], cells["B"], cells["C"]))
    assert not found.sound[0]
    assert len(found.faults)


def test_two_children_on_one_ground_are_seen() -> None:
    cells = drawn("A B C")
    overlap = together(cells["A"], cells["B"])
    found = nest(*family(together(*cells.values()), overlap, cells["B"], cells["C"]))
    assert not found.sound[0]


def test_the_same_child_twice_is_seen() -> None:
    cells = drawn("A B C")
    found = nest(*family(together(*cells.values()), cells["A"], cells["A"]))
    assert not found.sound[0]


def test_a_border_without_a_common_vertex_is_seen() -> None:
    cells = drawn("""
        A A
        B B
    """)
    plain = shapely.MultiPolygon([shapely.box(*at(0, 0), *at(2, 1))])
    found = nest(*family(together(*cells.values()), cells["A"], plain))
    assert not found.sound[0]


def test_only_the_families_asked_for_are_looked_at() -> None:
    cells = drawn("A B C D")
    geoms = np.array([together(cells["A"], cells["B"]), cells["A"], cells["C"], cells["D"]])
    parent = np.array([-1, 0, -1, 2])
    found = nest(geoms, parent, heads=np.array([0]))
    assert found.sound.all()
    assert not nest(geoms, parent).sound.all()


def test_the_outline_of_neighbours_is_their_union() -> None:
    cells = drawn("""
        A A B
        A . B
        C C B
    """)
    region, faults = outline(np.array(list(cells.values())))
    assert len(faults) == 0
    assert shapely.equals(region[0], together(*cells.values()))


def test_the_outline_of_overlapping_polygons_has_faults() -> None:
    cells = drawn("A B")
    assert len(outline(np.array([cells["A"], together(*cells.values())]))[1])


letters = st.lists(st.lists(st.sampled_from("ABCR"), min_size=4, max_size=4), min_size=2, max_size=5)


@settings(max_examples=150, deadline=None)
@given(letters)
def test_any_drawing_is_filled_by_its_letters(rows: list[list[str]]) -> None:
    cells = drawn("\n".join("".join(row) for row in rows))
    children = [polygon for letter, polygon in cells.items() if letter != "R"]
    whole = together(*cells.values())
    found = nest(*family(whole, *children))
    assert found.sound.all()
    ground = [own for own in found.own if own is not None]
    assert sum(own.area for own in ground) == whole.area
    if "R" in cells and children:
        assert shapely.equals(found.own[0], cells["R"])


@settings(max_examples=150, deadline=None)
@given(letters, st.randoms(use_true_random=False))
def test_any_square_moved_to_a_second_owner_is_seen(rows: list[list[str]], random: object) -> None:
    cells = drawn("\n".join("".join(row) for row in rows))
    children = {letter: polygon for letter, polygon in cells.items() if letter != "R"}
    if len(children) < 2:
        return
    thief, victim = random.sample(sorted(children), 2)  # type: ignore[attr-defined]
    whole = together(*cells.values())
    stolen = shapely.union(children[thief], children[victim])
    children[thief] = stolen
    assert not nest(*family(whole, *children.values())).sound[0]


@pytest.mark.parametrize("metres", [1 / 1024, 1.0])
def test_a_vertex_moved_on_one_side_only_is_seen(metres: float) -> None:
    cells = drawn("""
        A A B B
        A A B B
    """)
    corner, step = np.array(at(2, 1)), np.array([metres, 0])
    moved = shapely.transform(cells["A"], lambda c: np.where((c == corner).all(axis=1)[:, None], c + step, c))
    assert not nest(*family(together(*cells.values()), moved, cells["B"])).sound[0]
