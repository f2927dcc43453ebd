"""Every point has one cell."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.partition import locate
from geo_grid.partition.locate import holds
from tests.drawn import at, drawn

NET = drawn(
    """
    C C C .
    A C B B
    A A B .
    """
)
CELLS = np.array(list(NET.values()))
NAMES = list(NET)


def named(column: float, row: float) -> str:
    """The letter of the cell at a place of the drawing, or nothing."""
    index = locate([at(column, row)], CELLS)[0]
    return NAMES[index] if index >= 0 else ""


def test_a_point_inside_a_cell_is_in_that_cell() -> None:
    assert [named(0.5, 0.5), named(2.5, 1.5), named(1.5, 1.5)] == ["A", "B", "C"]


def test_a_point_on_a_shared_edge_belongs_to_the_cell_east_or_north_of_it() -> None:
    assert named(2, 0.5) == "B"
    assert named(0.5, 2) == "C"
    assert named(1.5, 1) == "C"


def test_a_point_on_a_shared_corner_belongs_to_one_cell() -> None:
    assert named(2, 1) == "B"
    assert named(1, 1) == "C"


def test_the_rim_is_the_nets_only_where_the_net_lies_east_or_north() -> None:
    assert named(0, 0.5) == "A"
    assert named(0.5, 0) == "A"
    assert named(4, 1.5) == ""
    assert named(0.5, 3) == ""


def test_a_point_in_no_cell_has_none() -> None:
    assert named(3.5, 0.5) == ""
    assert named(40, 40) == ""


def test_a_hole_is_not_part_of_its_cell() -> None:
    ring = drawn("""
        A A A
        A . A
        A A A
    """)
    cells = np.array(list(ring.values()))
    assert locate([at(1.5, 1.5), at(1, 1.5), at(2, 1.5)], cells).tolist() == [-1, -1, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_the_order_of_cells_and_points_changes_nothing(seed: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    cells = random_net(rng, side)
    places = on_lattice(rng, side)
    shuffled, mixed = rng.permutation(len(cells)), rng.permutation(len(places))
    plain = locate(places, cells)
    again = locate(places[mixed], cells[shuffled])
    assert np.array_equal(np.where(again >= 0, shuffled[again], -1), plain[mixed])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
def test_each_point_is_held_by_exactly_the_cell_it_is_given_to(seed: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    cells = random_net(rng, side)
    places = on_lattice(rng, side)
    held = np.array([holds(cell, places) for cell in cells])
    assert held.sum(axis=0).max() <= 1
    assert np.array_equal(np.where(held.any(axis=0), held.argmax(axis=0), -1), locate(places, cells))


def random_net(rng: np.random.Generator, side: int) -> np.ndarray:
    """A square net whose inner corners are moved about, so that its edges slope; some cells are missing."""
    corner = np.stack(np.meshgrid(np.arange(side + 1) * 8, np.arange(side + 1) * 8, indexing="ij"), axis=-1)
    corner = corner + rng.integers(-2, 3, corner.shape)
    rings = [corner[i : i + 2, j : j + 2].reshape(4, 2)[[0, 2, 3, 1]] for i in range(side) for j in range(side)]
    cells = shapely.polygons(np.asarray(rings) / 1024)
    return cells[rng.random(len(cells)) < 0.9] if side > 2 else cells


def on_lattice(rng: np.random.Generator, side: int) -> np.ndarray:
    """Lattice points over a small net, most of which lie on edges and corners at some place."""
    return rng.integers(-4, 8 * side + 4, (200, 2)) / 1024
