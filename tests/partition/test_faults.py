"""Where polygons are no partition: every overlap, gap and overhang is found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.partition import multi, to_lattice
from geo_grid.partition.faults import doubles, nest_faults, peer_faults, widths
from tests.drawn import SOUTH, WEST, at, drawn, together


def ones(count: int) -> np.ndarray:
    """All in one group."""
    return np.zeros(count, dtype=np.int64)


def box(x: float, y: float, wide: float = 10.0, high: float = 10.0) -> shapely.Geometry:
    """A rectangle at a place of the drawings' corner of the world."""
    return shapely.box(WEST + x, SOUTH + y, WEST + x + wide, SOUTH + y + high)


def test_a_partition_has_no_faults() -> None:
    cells = np.array(list(drawn("A A B\nC C B").values()))
    overlaps, gaps = peer_faults(cells, ones(len(cells)))
    assert (len(overlaps), len(gaps)) == (0, 0)


def test_an_overlap_names_its_pair_and_its_ground() -> None:
    cells = multi(np.array([box(0, 0), box(8, 0), box(18, 0)]))
    overlaps, gaps = peer_faults(cells, ones(3))
    assert (overlaps.left.tolist(), overlaps.right.tolist()) == ([0], [1])
    assert overlaps.ground[0].area == pytest.approx(20.0)
    assert len(gaps) == 0


def test_two_pairs_that_overlap_side_by_side_are_told_apart() -> None:
    # The border between B and C cancels although the overlap with A runs across it.
    cells = multi(np.array([box(0, 0, 20, 10), box(0, 9, 10, 10), box(10, 9, 10, 10)]))
    overlaps, _ = peer_faults(cells, ones(3))
    pairs = dict(zip(zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True), overlaps.ground, strict=True))
    assert {pair: ground.area for pair, ground in pairs.items()} == {(0, 1): 10.0, (0, 2): 10.0}


def test_ground_claimed_three_times_is_told_of_every_pair() -> None:
    overlaps, _ = peer_faults(multi(np.array([box(0, 0), box(4, 0), box(8, 0)])), ones(3))
    assert set(zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True)) == {(0, 1), (0, 2), (1, 2)}


def test_a_compact_hole_and_a_slit_are_both_gaps() -> None:
    cells = drawn("""
        A A A B B
        A . A B B
        A A A B B
    """)
    shifted = shapely.transform(cells["B"], lambda coords: coords + np.array([0.25, 0.0]))
    frame = shapely.difference(shapely.box(*at(-1, -1), *at(7, 4)), shapely.box(*at(0, 0), *at(5.25, 3)))
    polygons = multi(np.array([cells["A"], shifted, frame]))
    _, gaps = peer_faults(polygons, ones(3))
    assert sorted(shapely.area(gaps.ground).tolist()) == [0.75, 1.0]
    assert sorted(widths(gaps.ground).round(2).tolist()) == [0.23, 0.5]


def test_a_whole_polygon_missing_is_a_gap() -> None:
    cells = drawn("A A A\nA B A\nA A A")
    _, gaps = peer_faults(np.array([cells["A"]]), ones(1))
    assert [shape.area for shape in gaps.ground] == [1.0]


def test_groups_of_peers_do_not_meet() -> None:
    cells = multi(np.array([box(0, 0), box(0, 0)]))
    overlaps, _ = peer_faults(cells, np.array([1, 2]))
    assert len(overlaps) == 0


def test_children_that_fill_their_parent_are_no_fault() -> None:
    cells = drawn("A A B B")
    polygons = np.array([together(*cells.values()), *cells.values()])
    overlaps, outside, uncovered = nest_faults(polygons, np.array([-1, 0, 0]))
    assert (len(overlaps), len(outside), len(uncovered)) == (0, 0, 0)


def test_children_that_reach_out_side_by_side_are_told_apart() -> None:
    polygons = multi(np.array([box(0, 0, 20, 10), box(0, 0, 10, 12), box(10, 0, 10, 12)]))
    _, outside, uncovered = nest_faults(polygons, np.array([-1, 0, 0]))
    assert dict(zip(outside.of.tolist(), shapely.area(outside.ground).tolist(), strict=True)) == {1: 20.0, 2: 20.0}
    assert len(uncovered) == 0


def test_overlap_inside_and_overhang_outside_of_one_child_are_told_apart() -> None:
    # The parent's border cancels against the first child's, right through the second one.
    polygons = multi(np.array([box(0, 0, 20, 10), box(0, 0, 20, 10), box(5, 5, 10, 10)]))
    overlaps, outside, _ = nest_faults(polygons, np.array([-1, 0, 0]))
    assert (overlaps.left.tolist(), overlaps.right.tolist()) == ([1], [2])
    assert (overlaps.ground[0].area, outside.of.tolist(), outside.ground[0].area) == (50.0, [2], 50.0)


def test_what_no_child_covers_is_told_of_the_parent() -> None:
    polygons = multi(np.array([box(0, 0, 20, 10), box(0, 0, 15, 10)]))
    _, outside, uncovered = nest_faults(polygons, np.array([-1, 0]))
    assert (len(outside), uncovered.of.tolist()) == (0, [0])
    assert uncovered.ground[0].area == 50.0


def test_a_map_wider_than_a_thousand_kilometres_is_looked_at_too() -> None:
    wide = multi(np.array([box(0, 0, 1_500_000, 10), box(1_499_990, 0, 10_000, 10)]))
    overlaps, _ = peer_faults(wide, ones(2))
    assert overlaps.ground[0].area == pytest.approx(100.0, rel=0.01)


def test_copies_are_found_however_their_rings_are_drawn() -> None:
    one = box(0, 0)
    turned = shapely.Polygon(shapely.get_coordinates(one)[::-1])
    assert [rows.tolist() for rows in doubles(np.array([one, box(30, 0), turned, None], dtype=object))] == [[0, 2]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 15)] * 2), min_size=2, max_size=7))
def test_overlaps_and_gaps_are_those_of_all_pairs_and_of_the_union(rows: list[tuple[int, int, int, int]]) -> None:
    shapes = multi(to_lattice(np.array([box(*row) for row in rows])))
    overlaps, gaps = peer_faults(shapes, ones(len(shapes)))
    ours = dict(zip(zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True), overlaps.ground, strict=True))
    for one in range(len(shapes)):
        for other in range(one + 1, len(shapes)):
            area = shapely.intersection(shapes[one], shapes[other]).area
            assert ours.pop((one, other), shapely.Point()).area == pytest.approx(area)
    assert not ours
    whole = shapely.union_all(shapes)
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])
    assert sum(shape.area for shape in gaps.ground) == pytest.approx(filled.area - whole.area)
