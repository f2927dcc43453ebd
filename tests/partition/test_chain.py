"""Edges cancel where polygons share a border, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_grid.partition.chain import Edges, TooWide, edges_of, leftover
from tests.drawn import drawn, together


def total(edges: Edges) -> int:
    """How many edges stay when all polygons are summed."""
    return len(leftover(np.zeros(len(edges.low), dtype=np.int64), edges))


def test_two_neighbours_leave_only_their_outline() -> None:
    cells = drawn("""
        A A B
        A B B
    """)
    both = edges_of(np.array(list(cells.values())))
    whole = edges_of(np.array([together(*cells.values())]))
    assert total(both) == total(whole) == 10


def test_the_direction_a_ring_was_drawn_in_does_not_matter() -> None:
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    turned = ring.reverse()
    one, other = edges_of(np.array([ring])), edges_of(np.array([turned]))
    assert sorted(zip(one.low, one.high, one.sign, strict=True)) == sorted(
        zip(other.low, other.high, other.sign, strict=True)
    )


def test_a_hole_cancels_against_what_fills_it() -> None:
    cells = drawn("""
        A A A
        A B A
        A A A
    """)
    assert total(edges_of(np.array(list(cells.values())))) == 12


def test_an_overlap_leaves_an_edge_twice() -> None:
    a = drawn("AA")["A"]
    rest = leftover(np.zeros(12, dtype=np.int64), edges_of(np.array([a, a])))
    assert set(np.abs(rest.count)) == {2}


def test_families_are_summed_apart() -> None:
    cells = np.array(list(drawn("AB").values()))
    edges = edges_of(cells)
    assert len(leftover(edges.owner, edges)) == 8


def test_none_and_empty_have_no_edges() -> None:
    assert len(edges_of(np.array([None, shapely.MultiPolygon()])).low) == 0


def test_polygons_in_two_places_are_named() -> None:
    far = np.array([shapely.box(0, 0, 1, 1), shapely.box(3e6, 0, 3e6 + 1, 1)])
    with pytest.raises(TooWide, match=r"1,000 km"):
        edges_of(far)
