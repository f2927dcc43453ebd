"""Overlaps and gaps are answered one by one or by kind; each answer says what it moves, and holds."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.errors import BadInput
from geo_grid.grids import Net
from geo_grid.intake.clean import ALL, Cleaning, CleaningRules, Repair, clean_rows
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.grid_tree import grid_tree
from geo_grid.intake.standing import Standing
from geo_grid.partition import nest
from geo_grid.vocabulary import Tier
from tests.drawn import at
from tests.intake import town

SRID = 4546
STANDING = Standing(SRID)
HOMES = np.array([at(1.9, 1.5, size=town.SIZE), at(4.1, 1.5, size=town.SIZE), at(0.5, 2.5, size=town.SIZE)])


def rows(a: float = 0.0, b: float = 0.0) -> list[GridRow]:
    """The town with A grown east over B by so many metres, and B ending so many metres before C."""
    grown, cut = town.shifted(town.box_of("A"), a), town.shifted(town.box_of("B"), -b)
    shapes = {town.A: shapely.union_all([town.box_of("A"), grown]), town.B: shapely.intersection(town.box_of("B"), cut)}
    frame = town.grids()
    return [
        GridRow(
            code,
            frame.at[index, "网格名称"],
            next(tier for tier in Tier if tier.zh == frame.at[index, "网格层级"]),
            frame.at[index, "上级编码"],
            shapely.multipolygons(shapely.get_parts(shapes.get(code, frame.geometry[index]))),
            code,
        )
        for index, code in enumerate(frame["网格编码"])
    ]


def cleaned(drawn: list[GridRow], answers: dict[str, str] | None = None, *accepted: str) -> Cleaning:
    """The town cleaned, gaps closed up to 1 m, with those answers."""
    rules = CleaningRules(close_gaps_m=1.0, answers=answers or {}, accepted=frozenset(accepted))
    return clean_rows(drawn, rules, STANDING, HOMES)


def only(found: Cleaning, kind: str) -> Repair:
    """The one repair of a kind."""
    (repair,) = [one for one in found.repairs if one.kind == kind]
    return repair


def lane(found: Cleaning) -> Repair:
    """The repair of the gap between B and C; the village's bare ground is another."""
    (repair,) = [one for one in found.repairs if one.kind == "gap" and round(one.area_m2) == 400]
    return repair


def is_partition(found: Cleaning) -> bool:
    """Whether the grids nest exactly."""
    placed, findings = grid_tree(found.rows, Net({}, frozenset()), lambda _: {})
    place = {row.code: index for index, row in enumerate(placed)}
    parent = np.array([place.get(row.parent, -1) for row in placed])
    shapes = np.array([row.geom for row in placed], dtype=object)
    return not findings and bool(nest(shapes, parent).sound.all())


def ground(found: Cleaning, code: str) -> float:
    """The area of one grid, in whole square metres."""
    return float(round(next(row.geom.area for row in found.rows if row.code == code)))


def test_an_overlap_goes_to_whoever_is_named() -> None:
    drawn = rows(a=10)
    asked = only(cleaned(drawn), "overlap")
    assert {one.word for one in asked.answers} == {f"to:{town.A}", f"to:{town.B}"}
    assert {(one.households, round(one.area_m2)) for one in asked.answers} == {(0, 400)}
    for code, other in ((town.A, town.B), (town.B, town.A)):
        found = cleaned(drawn, {asked.id: f"to:{code}"})
        answered = only(found, "overlap")
        assert (answered.id, answered.answer, answered.accepted) == (asked.id, f"to:{code}", True)
        whole = ground(found, code) + ground(found, other)
        assert (ground(found, code) - ground(cleaned(drawn), code), whole) in {(0, 3200), (400, 3200)}
        assert is_partition(found)
    to_a, to_b = (ground(cleaned(drawn, {asked.id: f"to:{code}"}), town.A) for code in (town.A, town.B))
    assert to_a - to_b == 400


def test_an_answer_to_the_kind_goes_by_size() -> None:
    drawn = rows(a=10)
    larger, smaller = (ground(cleaned(drawn, {"overlap": word}), town.A) for word in ("larger", "smaller"))
    assert larger - smaller == 400


@pytest.mark.parametrize(
    ("word", "b", "c"), [("keep", 1200, 2400), ("neighbour", 1600, 2400), (f"to:{town.B}", 1600, 2400)]
)
def test_a_gap_stays_or_goes_to_a_neighbour(word: str, b: int, c: int) -> None:
    drawn = rows(b=10)
    asked = lane(cleaned(drawn))
    assert word in {one.word for one in asked.answers}
    found = cleaned(drawn, {asked.id: word})
    assert (ground(found, town.B), ground(found, town.C)) == (b, c)
    assert lane(found).accepted
    assert is_partition(found)


def test_a_gap_becomes_a_grid_of_its_own() -> None:
    drawn = rows(b=10)
    found = cleaned(drawn, {"gap": "new"})
    fresh = sorted((row.parent, row.tier.code, round(row.geom.area)) for row in found.rows if not row.code)
    assert fresh == [(town.WEST_VILLAGE, "SPECIAL", 400)] * 2 + [(town.WEST_GROUP, "MICRO", 400)]
    assert is_partition(found)


def test_what_is_left_to_be_redrawn_is_never_accepted() -> None:
    asked = only(cleaned(rows(a=10), {"overlap": "redraw"}, ALL), "overlap")
    assert not asked.accepted


@pytest.mark.parametrize("answers", [{"crack": "keep"}, {"overlap": "to:X"}, {"overlap": "keep"}, {"gap": "larger"}])
def test_an_answer_that_is_none_is_refused(answers: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        CleaningRules(answers=answers)


def test_a_grid_that_is_not_there_gets_no_overlap() -> None:
    asked = only(cleaned(rows(a=10)), "overlap")
    with pytest.raises(BadInput, match="choose one of"):
        cleaned(rows(a=10), {asked.id: f"to:{town.C}"})


def test_lines_nearer_than_the_snapping_distance_are_taken_for_one() -> None:
    drawn = rows(a=3)
    wide = clean_rows(drawn, CleaningRules(close_gaps_m=1.0, snap_m=2.0), STANDING)
    slip = clean_rows(drawn, CleaningRules(close_gaps_m=1.0, snap_m=4.0), STANDING)
    assert [one.kind for one in wide.repairs if one.kind in {"overlap", "sliver"}] == ["overlap"]
    assert [one.kind for one in slip.repairs if one.kind in {"overlap", "sliver"}] == ["sliver"]


def test_vertices_on_the_lattice_are_told_with_how_far_they_lie_off() -> None:
    turned = [
        GridRow(row.code, row.name, row.tier, row.parent, shapely.affinity.rotate(row.geom, 0.3, (0, 0)), row.where)
        if row.code == town.A
        else row
        for row in rows(a=10)
    ]
    lattice = only(cleaned([*turned]), "lattice")
    assert lattice.accepted
    assert lattice.count > 0
    assert 0 <= float(str(lattice.facts["most"])) <= 2 * 1000 / 1024


@settings(max_examples=20, deadline=None)
@given(
    st.floats(2, 15),
    st.floats(2, 15),
    st.sampled_from(["", "larger", "smaller"]),
    st.sampled_from(["", "keep", "neighbour", "new"]),
)
def test_whatever_is_answered_the_result_is_a_partition(a: float, b: float, overlap: str, gap: str) -> None:
    drawn = [
        GridRow(row.code, row.name, row.tier, row.parent, shapely.set_precision(row.geom, 1 / 1024), row.where)
        for row in rows(a, b)
    ]
    answers = {kind: word for kind, word in (("overlap", overlap), ("gap", gap)) if word}
    found = cleaned(drawn, answers)
    assert is_partition(found)
    leaves = sum(row.geom.area for row in found.rows if row.tier.is_leaf)
    bare = sum(one.area_m2 for one in found.repairs if one.kind == "gap") if gap in {"", "keep"} else 0.0
    assert leaves + bare == pytest.approx(town.box_of("A", "B", "C", "P", "R").area, abs=0.1)
