"""Every fault of files is a finding that says where, what, how much ground and how many households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.checks import Finding
from geo_grid.intake import Layer, Options, Standing, gather, standing_county, validate
from tests.drawn import at, drawn, together
from tests.intake.layers import SIZE, SRID, grid_layer, household_layer, layer_of

VILLAGE = "990125100001"
A, B = f"{VILLAGE}-G01-M01", f"{VILLAGE}-G01-M02"
EMPTY = Standing(SRID)


def faults(layers: Sequence[Layer], *, options: Options | None = None) -> dict[str, list[Finding]]:
    """The findings by rule."""
    found: dict[str, list[Finding]] = {}
    for finding in validate(layers, options, EMPTY):
        found.setdefault(finding.rule, []).append(finding)
    return found


def place(column: float, row: float) -> tuple[float, float]:
    """A place in a drawing."""
    return at(column, row, size=SIZE)


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """A rectangle in squares of a drawing."""
    return shapely.box(*place(west, south), *place(east, north))


def test_clean_grids_have_no_findings() -> None:
    group = layer_of([(f"{VILLAGE}-G01", together(*drawn("A B", size=SIZE).values()))], tier="组网格", name="groups")
    village = layer_of([(VILLAGE, together(*drawn("A B", size=SIZE).values()))], tier="分网格", name="villages")
    town = layer_of([(VILLAGE[:9], together(*drawn("A B", size=SIZE).values()))], tier="总网格", name="towns")
    assert faults([town, village, group, grid_layer("A B", {"A": A, "B": B})]) == {}


def test_an_overlap_tells_its_ground_and_the_households_on_it() -> None:
    grids = layer_of([(A, box(0, 0, 1, 1)), (B, box(0.9, 0, 2, 1))])
    doors = household_layer([place(0.95, 0.5), place(0.95, 0.5), place(0.5, 0.5)])
    [overlap] = faults([grids, doors])["overlap"]
    assert (overlap.row, overlap.households) == (1, 2)
    assert overlap.area_m2 == pytest.approx(1000.0)
    assert overlap.message == f"{A} and {B} overlap by 1,000.0 m²"
    assert overlap.point == pytest.approx((111.0, 36.1), abs=0.1)
    assert shapely.from_wkb(overlap.geometry).area > 0


def test_gaps_are_told_by_their_form() -> None:
    ring = shapely.difference(box(0, 0, 9, 9), shapely.union_all([box(1, 1, 1.01, 8), box(4, 4, 4.4, 4.4)]))
    found = faults([layer_of([(A, ring)])])
    assert [finding.facts["area"] for finding in found["gap"]] == ["700.0 m²"]
    assert found["gap"][0].severity == "error"
    assert [finding.severity for finding in found["gap_hole"]] == ["warning"]


def test_a_child_outside_its_parent_and_bare_ground_are_told_in_figures() -> None:
    group = layer_of([(f"{VILLAGE}-G01", box(0, 0, 4, 1))], tier="组网格", name="groups")
    leaves = layer_of([(A, box(0, 0, 2, 1.1))])
    found = faults([group, leaves, household_layer([place(3, 0.5), place(1, 1.05)])])
    [outside], [bare] = found["outside_parent"], found["remainder"]
    assert outside.facts["share"] == pytest.approx(100 * 0.1 / 1.1)
    assert outside.households == 1
    assert (bare.facts["share"], bare.households, bare.severity) == (50.0, 1, "warning")


def test_siblings_of_different_tiers_may_not_overlap_either() -> None:
    village = layer_of([(VILLAGE, box(0, 0, 4, 1))], tier="分网格", name="villages")
    group = layer_of([(f"{VILLAGE}-G01", box(0, 0, 2, 1))], tier="组网格", name="groups")
    school = layer_of([(f"{VILLAGE}-S01", box(1, 0, 3, 1))], tier="专属网格", name="schools")
    [overlap] = faults([village, group, school])["overlap"]
    assert overlap.area_m2 == pytest.approx(SIZE * SIZE)


def test_codes_and_parents_are_checked_before_anything_is_planned() -> None:
    grids = layer_of([(A, box(0, 0, 1, 1)), (A, box(1, 0, 2, 1)), ("", box(2, 0, 3, 1))])
    lost = replace(grids, columns={**grids.columns, "上级编码": ["", "", "990125999"]})
    village = layer_of([(VILLAGE, box(0, 0, 3, 1))], tier="分网格", name="villages")
    found = faults([village, lost])
    assert found["code_several"][0].facts["rows"] == 2
    assert found["code_blank"][0].where == "grids.zip row 3"
    assert found["parent_missing"][0].facts["parent"] == "990125999"


def test_a_layer_without_codes_is_told_once() -> None:
    bare = Layer(
        "a.zip", "a", {"网格名称": ["甲", "乙"]}, np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]), crs="EPSG:4546"
    )
    [finding] = faults([bare], options=Options(noun="grids"))["code_none"]
    assert (finding.count, finding.severity) == (2, "warning")


def test_tiers_that_are_mixed_skipped_or_unknown_are_told() -> None:
    grids = layer_of([(VILLAGE, box(0, 0, 2, 1)), (f"{VILLAGE}-G01", box(0, 0, 2, 1)), (A, box(0, 0, 2, 1))])
    mixed = replace(grids, columns={**grids.columns, "网格层级": ["分网格", "组网格", "什么"]})
    found = faults([mixed])
    assert found["tiers_mixed"][0].facts["tiers"] == "SUB (1), GROUP (1)"
    assert found["tier_unknown"][0].facts["word"] == "什么"
    branch = layer_of([(f"{VILLAGE}-B01", box(2, 0, 4, 1))], tier="支网格", name="branches")
    village = layer_of([(VILLAGE, box(0, 0, 4, 1))], tier="分网格", name="villages")
    group = layer_of([(f"{VILLAGE}-G01", box(0, 0, 2, 1))], tier="组网格", name="groups")
    assert faults([village, branch, group])["tier_skipped"][0].facts["rows"] == 1


def test_shapes_that_are_missing_invalid_or_no_polygons_are_told_row_by_row() -> None:
    bow_tie = shapely.Polygon([place(0, 0), place(1, 1), place(1, 0), place(0, 1)])
    grids = layer_of([(A, bow_tie), (B, None), ("C1", shapely.Point(place(0, 0))), ("D1", box(5, 0, 6, 1))])
    found = faults([replace(grids, broken={2: "its rings are cut short"})])
    assert found["geometry_invalid"][0].point == pytest.approx((111.0, 36.1), abs=0.1)
    assert found["geometry_broken"][0].message.endswith("its rings are cut short")
    assert found["geometry_type"][0].row == 3


def test_copies_and_slivers_are_told() -> None:
    grids = layer_of([(A, box(0, 0, 1, 1)), (B, box(0, 0, 1, 1)), ("C1", box(1, 0, 1.01, 1))])
    found = faults([grids])
    assert found["shape_duplicate"][0].facts["grids"] == f"{A}, {B}"
    assert found["sliver"][0].facts["width"] == pytest.approx(0.99, abs=0.01)
    assert "overlap" not in found


def test_households_outside_and_on_one_spot_are_told() -> None:
    grids = grid_layer("A A", {"A": A})
    crowd = [place(0.5, 0.5)] * 25
    found = faults([grids, household_layer([*crowd, place(9, 9)])])
    assert [one.row for one in found["household_outside"]] == [26]
    assert found["one_spot"][0].households == 25
    assert found["spots_shared"][0].facts["rows"] == 25


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("coordinates_swapped", lambda x, y: (y, x)),
        ("coordinates_zero", lambda x, y: (0.0, 0.0)),
        ("coordinates_degrees", lambda x, y: (111.0, 36.1)),
        ("coordinates_far", lambda x, y: (x + 150_000, y)),
    ],
)
def test_single_rows_with_other_coordinates_are_told(rule: str, wrong: object) -> None:
    grids = grid_layer("A A", {"A": A})
    points = [place(0.1 + row / 10, 0.5) for row in range(10)]
    points[4] = wrong(*points[4])  # type: ignore[operator]
    [finding] = faults([grids, household_layer(points)])[rule]
    assert (finding.row, finding.count) == (5, 1)


def test_many_findings_are_gathered_into_a_hundred_that_count_them_all() -> None:
    overlaps = [Finding("overlap", f"row {n}", "", households=n, point=(111.0, 36.0), area_m2=1.0) for n in range(3000)]
    others = [Finding("geometry_invalid", "row 1", ""), Finding("gap_hole", "row 2", "", severity="warning")]
    shown = gather([*overlaps, *others])
    assert len(shown) == 100
    assert sum(one.count for one in shown) == 3002
    assert sum(one.households for one in shown) == sum(range(3000))
    assert shown[1].households == 2999
    assert {one.rule for one in shown} == {"overlap", "geometry_invalid", "gap_hole"}


def test_what_stands_counts_too(conn: Connection) -> None:
    standing = standing_county(conn)
    assert (standing.srid, list(standing.grids)) == (SRID, [])
    doors = replace(standing.doors, codes=("old",), at=np.array([place(0.95, 0.5)]), grids=("",), contacts=("",))
    grids = layer_of([(A, box(0, 0, 1, 1)), (B, box(0.9, 0, 2, 1))])
    found = validate([grids], None, replace(standing, doors=doors))
    assert [one.households for one in found if one.rule == "overlap"] == [1]
