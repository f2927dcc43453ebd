"""Polygons drawn on their own become one partition by the authority method."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.partition import edges_of, multi, outline, to_lattice
from geo_grid.partition.clean import Cleaned, Drawn, clean
from geo_grid.partition.clean_lines import cut, cut_again
from geo_grid.partition.clean_rings import mended
from tests.drawn import WEST, at, drawn

NOTHING = np.array([], dtype=object)


def polygon(*corners: tuple[float, float]) -> shapely.Polygon:
    """A polygon of places counted in metres from the drawing's south-west."""
    return shapely.Polygon([at(*corner) for corner in corners])


def cleaned(*cells: object, around: tuple[object, ...] = (), gap_m: float | None = 2.0) -> Cleaned:
    """The polygons cleaned in the order of their rank."""
    wider = multi(to_lattice(np.array(around, dtype=object))) if around else NOTHING
    own, _ = mended(to_lattice(np.array(cells, dtype=object)))
    zeros = np.zeros(len(cells), dtype=np.int64)
    return clean(Drawn(own, np.arange(len(cells)), zeros, wider, np.zeros(len(wider), dtype=np.int64)), gap_m)


def is_partition(found: Cleaned) -> bool:
    """Whether all ground is one partition, proved by cancelling borders."""
    own = np.array([shape for shape in found.own if shape is not None], dtype=object)
    return bool(shapely.is_valid(own).all()) and len(outline(own)[1]) == 0


WEST_FIELD = polygon((0, 0), (50, 0), (50, 100), (0, 100))


def test_an_overlap_goes_to_the_best_ranked_whose_line_stays_as_drawn() -> None:
    first = polygon((0, 0), (50, 0), (52, 50), (50, 100), (0, 100))
    found = cleaned(first, polygon((49, 0), (100, 0), (100, 100), (49, 100)))
    assert found.own[0].equals(first)
    assert is_partition(found)


def test_a_crack_goes_to_the_worst_ranked_so_that_one_drawn_line_stays() -> None:
    found = cleaned(
        WEST_FIELD,
        polygon((51, 0), (100, 0), (100, 100), (51, 100)),
        around=(polygon((0, 0), (100, 0), (100, 100), (0, 100)),),
    )
    assert found.own[0].equals(WEST_FIELD)
    assert found.own[1].area == 50 * 100
    assert is_partition(found)


def test_a_crack_that_opens_to_the_outside_is_closed_without_any_wider_grid() -> None:
    found = cleaned(WEST_FIELD, polygon((51, 0), (100, 0), (100, 100), (51, 100)))
    assert np.isclose(found.own[1].area, 50 * 100, atol=1)
    assert is_partition(found)


def test_a_crack_between_cells_and_the_line_of_the_wider_polygon_outside_them_is_closed() -> None:
    township = polygon((-1, -1), (101, -1), (101, 101), (-1, 101))
    found = cleaned(WEST_FIELD, polygon((50, 0), (100, 0), (100, 100), (50, 100)), around=(township,))
    assert np.isclose(shapely.area(found.own[:2]).sum(), 102 * 102)
    assert found.own[2] is None
    assert is_partition(found)
    alone = cleaned(WEST_FIELD, around=(polygon((0, -1), (50, -1), (50, 100), (0, 100)),))
    assert np.isclose(alone.own[0].area, 50 * 101)


def test_where_three_cells_meet_the_crack_is_shared_out_without_a_hole() -> None:
    found = cleaned(
        polygon((0, 0), (49.5, 0), (49.5, 100), (0, 100)),
        polygon((50.5, 50.5), (100, 50.5), (100, 100), (50.5, 100)),
        polygon((50.5, 0), (100, 0), (100, 49.5), (50.5, 49.5)),
        around=(polygon((0, 0), (100, 0), (100, 100), (0, 100)),),
    )
    assert is_partition(found)
    assert np.isclose(shapely.area(found.own[:3]).sum(), 100 * 100)


def test_wide_ground_stays_with_the_wider_polygon_around_it_and_its_narrow_end_is_closed() -> None:
    pond = polygon((40, 40), (60, 40), (60, 60), (51, 60), (51, 100), (50, 100), (50, 60), (40, 60))
    fields = shapely.difference(shapely.box(*at(0, 0), *at(100, 100)), pond)
    west = shapely.intersection(fields, shapely.box(*at(0, 0), *at(50, 100)))
    east = shapely.difference(fields, west)
    found = cleaned(west, east, around=(polygon((0, 0), (100, 0), (100, 100), (0, 100)),))
    assert np.isclose(found.own[2].area, 20 * 20, atol=3)
    assert is_partition(found)


def test_wide_ground_that_spans_two_wider_polygons_is_cut_at_their_line() -> None:
    found = cleaned(
        polygon((0, 0), (20, 0), (20, 100), (0, 100)),
        polygon((80, 0), (100, 0), (100, 100), (80, 100)),
        around=(polygon((0, 0), (45, 0), (45, 100), (0, 100)), polygon((45, 0), (100, 0), (100, 100), (45, 100))),
    )
    assert [found.own[2].area, found.own[3].area] == [25 * 100, 35 * 100]
    assert is_partition(found)


def test_exclaves_and_holes_stay() -> None:
    cells = drawn(
        """
        A A A B B
        A C A B A
        A A A B B
    """,
        size=20,
    )
    found = cleaned(*cells.values())
    assert [len(shape.geoms) for shape in found.own] == [2, 1, 1]
    assert len(found.own[0].geoms[0].interiors) + len(found.own[0].geoms[1].interiors) == 1
    assert all(shape.equals(cell) for shape, cell in zip(found.own, cells.values(), strict=True))


def test_a_cell_that_others_cover_has_no_ground() -> None:
    found = cleaned(WEST_FIELD, polygon((10, 10), (20, 10), (20, 20), (10, 20)))
    assert found.own[1] is None


def test_a_bow_tie_is_mended_on_the_lattice() -> None:
    shapes, changed = mended(np.array([polygon((0, 0), (10, 10), (10, 0), (0, 10)), WEST_FIELD], dtype=object))
    assert changed.tolist() == [True, False]
    assert shapely.is_valid(shapes).all()
    assert len(shapes[0].geoms) == 2


corner = st.tuples(st.integers(0, 60), st.integers(0, 60))
triangles = st.lists(st.tuples(corner, corner, corner), min_size=2, max_size=8)


@settings(max_examples=150, deadline=None)
@given(triangles)
def test_borders_cut_on_a_lattice_as_coarse_as_themselves_stay_cut(corners: list[tuple[tuple[int, int], ...]]) -> None:
    shapes = [shapely.Polygon([(WEST + x / 1024, y / 1024) for x, y in one]) for one in corners]
    edges = edges_of(np.array([shape for shape in shapes if shape.is_valid and shape.area > 0], dtype=object))
    if len(edges.low) == 0:
        return
    once = cut(edges)
    lines = shapely.linestrings(once.ends())
    assert shapely.get_num_geometries(shapely.union_all(lines)) == len(lines)
    again = cut_again(once, edges_of(NOTHING, origin=once.origin))
    assert (again.low.tolist(), again.high.tolist()) == (once.low.tolist(), once.high.tolist())


@settings(max_examples=60, deadline=None)
@given(triangles)
def test_any_heap_of_triangles_becomes_a_partition(corners: list[tuple[tuple[int, int], ...]]) -> None:
    shapes = [polygon(*one) for one in corners]
    shapes = [shape for shape in shapes if shape.is_valid and shape.area > 0]
    if shapes:
        found = cleaned(*shapes)
        assert is_partition(found)
        whole = shapely.union_all(shapes).area
        ground = sum(shape.area for shape in found.own if shape is not None)
        assert whole - 1 <= ground
