"""Each move on a net small enough to be drawn."""

from __future__ import annotations

import math

import pytest

from geo_grid.redraw.moves import (
    Carve,
    Dissolve,
    Extend,
    Merge,
    Move,
    Paint,
    Rename,
    Reshape,
    Shrink,
    Split,
    SplitGrid,
    Transfer,
)
from geo_grid.redraw.refusals import (
    Cycle,
    EmptyParent,
    EndsInside,
    HouseholdsOutside,
    HouseholdsUncovered,
    Locked,
    LosesAllGround,
    MergeAcross,
    MissesGrid,
    MoveRefused,
    NoNeighbour,
    NotFinite,
    NothingChanges,
    NoTouch,
    OutsideCounty,
    SameParent,
    SelfCrossing,
    Sliver,
    TooFew,
    TooManyVertices,
    TooShort,
    UnknownGrid,
    WrongTier,
)
from geo_grid.redraw.run import run
from geo_grid.vocabulary import Tier
from tests.redraw.proofs import prove_move, prove_net
from tests.redraw.towns import SIZE, box, line, moved, squares, town

TOWN = """
    A A A B B B
    A A A B B B
    C C C D D D
    C C C D D D
"""
ABOVE = {"A": "G", "B": "G", "C": "H", "D": "H"}
DOORS = {"1": (0.5, 3.5), "2": (2.5, 3.5), "3": (2.5, 2.5), "4": (4.5, 3.5), "5": (0.5, 0.5), "6": (4.5, 0.5)}


def test_a_split_leaves_the_grid_where_most_households_are() -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Split(("A",), line((1.5, 4.5), (1.5, 1.5)), names=("西半",)))
    assert (squares(after, "A"), squares(after, "G-M01")) == (3.0, 3.0)
    assert after.row("G-M01").name == "西半"
    assert changes.homes == {"1": ("A", "G-M01")}
    assert set(changes.rows) == {"A", "G-M01", "C"}
    prove_move(net, changes, after)


def test_a_line_through_two_grids_cuts_both() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Split(("A", "B"), line((-1, 3), (7, 3))))
    assert [squares(after, code) for code in ("A", "B", "G-M01", "G-M02")] == [3.0] * 4
    prove_move(net, changes, after)


def test_a_line_that_weaves_over_the_border_cuts_off_every_piece() -> None:
    net = town("A A A A")
    after, _ = moved(net, Split(("A",), line((0.5, -0.5), (0.9, 1.5), (2.0, 1.5), (2.4, -0.5))))
    assert len(after.children("G")) == 3


def test_a_ring_inside_a_grid_cuts_a_hole() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Split(("A",), box(1, 2.5, 2, 3.5)))
    assert squares(after, "G-M01") == 1.0
    assert len(after.row("A").own.geoms[0].interiors) == 1
    prove_move(net, changes, after)


def test_an_end_a_little_short_of_the_border_is_carried_on_to_it() -> None:
    after, _ = moved(town("A A"), Split(("A",), line((1, -0.5), (1, 1 - 4 / SIZE))))
    assert squares(after, "G-M01") == 1.0


def test_a_group_is_divided_and_its_grids_go_whole() -> None:
    net = town(TOWN, above={**ABOVE, "C": "G", "D": "G"}, doors=DOORS)
    after, changes = moved(net, SplitGrid("G", line((-1, 2.2), (7, 2.2))))
    assert squares(after, "G") == 12.0
    assert {row.code for row in after.children("V-G01")} == {"C", "D"}
    prove_move(net, changes, after)


def test_a_group_is_divided_and_what_the_line_crosses_is_cut() -> None:
    net = town(TOWN, above={**ABOVE, "C": "G", "D": "G"})
    after, changes = moved(net, SplitGrid("G", line((-1, 3), (7, 3)), cut=True))
    assert sorted((squares(after, "G"), squares(after, "V-G01"))) == [6.0, 18.0]
    prove_move(net, changes, after)


LONG = """
    A B C D
    A B C D
"""


def test_a_line_that_crosses_a_group_twice_makes_as_many_groups_as_hold_grids() -> None:
    net = town(LONG, above=dict.fromkeys("ABCD", "G"))
    after, changes = moved(net, SplitGrid("G", line((1, -1), (1, 3), (3, 3), (3, -1))))
    parents = {code: after.row(code).parent for code in "ABCD"}
    assert parents["B"] == parents["C"]
    assert len(set(parents.values())) == 3
    prove_move(net, changes, after)


def test_a_part_in_which_no_grid_would_lie_makes_no_group() -> None:
    net = town(LONG, above=dict.fromkeys("ABCD", "G"))
    after, _ = moved(net, SplitGrid("G", line((2, -1), (2, 3), (3.8, 3), (3.8, -1))))
    assert len({after.row(code).parent for code in "ABCD"}) == 2


def test_a_groups_remainder_stays_whole_with_the_part_that_keeps_its_code() -> None:
    remainder = """
        A B r r
        A B r r
    """
    net = town(remainder, above=dict.fromkeys("ABr", "G"))
    after, changes = moved(net, SplitGrid("G", line((1, -1), (1, 3))))
    assert after.row("G").own == net.row("G").own
    assert {after.row("A").parent, after.row("B").parent} == {"G", "V-G01"}
    prove_move(net, changes, after)
    cut, changes = moved(net, SplitGrid("G", line((-1, 1), (5, 1)), cut=True))
    assert cut.row("G").own == net.row("G").own
    assert len(cut.children("G")) == len(cut.children("V-G01")) == 2
    prove_move(net, changes, cut)


def test_merged_grids_hold_the_ground_and_the_households_of_all() -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Merge(("A", "B"), "B"))
    assert squares(after, "B") == 12.0
    assert after.get("A") is None
    assert {old for old, _ in changes.homes.values()} == {"A"}
    assert "G" not in changes.outlines


def test_a_grid_moves_into_another_group_with_its_households() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Transfer("A", "H"))
    assert (squares(after, "G"), squares(after, "H")) == (6.0, 18.0)
    assert "V" not in changes.outlines
    prove_move(net, changes, after)


@pytest.mark.parametrize("partner", [None, "B"])
def test_a_drawn_bulge_moves_the_border_of_both_sides(partner: str | None) -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Reshape("A", line((3, 2.1), (4, 2.5), (4, 3.5), (3, 3.9)), partner))
    assert squares(after, "A") == 7.4
    assert squares(after, "B") == 4.6
    prove_move(net, changes, after)


def test_a_line_that_weaves_across_the_border_gives_and_takes() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Reshape("A", line((3, 2), (3.5, 2.5), (2.5, 3.5), (3, 4)), "B"))
    assert squares(after, "A") == 6.0
    assert changes.rows["A"][0] != changes.rows["A"][1]
    prove_move(net, changes, after)


def test_the_border_of_two_groups_takes_whole_grids_along() -> None:
    drawing = """
        A B C D
        A B C D
    """
    net = town(drawing, above={"A": "G", "B": "G", "C": "H", "D": "H"})
    after, changes = moved(net, Reshape("G", line((2, 0), (3.25, 0.1), (3.25, 1.9), (2, 2)), "H"))
    assert after.row("C").parent in {"G", "H"}
    assert squares(after, "G") + squares(after, "H") == 8.0
    assert squares(after, "G") > 6.0
    prove_move(net, changes, after)


def test_ground_is_painted_to_a_neighbour() -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Paint(box(2, 1, 4, 3), "A"))
    assert [squares(after, code) for code in "ABCD"] == [9.0, 5.0, 5.0, 5.0]
    prove_move(net, changes, after)


def test_a_special_grid_is_carved_out_of_four_grids() -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Carve(box(2, 1, 4, 3), "V", name="学校"))
    assert squares(after, "V-S01") == 4.0
    assert [squares(after, code) for code in "ABCD"] == [5.0] * 4
    assert after.row("V-S01").tier is Tier.SPECIAL
    assert changes.homes == {"3": ("A", "V-S01")}
    prove_move(net, changes, after)


def test_a_ring_that_may_absorb_does_away_with_what_it_covers() -> None:
    net = town(TOWN, above=ABOVE)
    after, _ = moved(net, Carve(box(-0.5, 1.9, 3.1, 4.5), "G", Tier.MICRO, absorb=True))
    assert after.get("A") is None


def test_a_dissolved_leaf_goes_to_the_sibling_with_the_longest_border() -> None:
    net = town(
        """
        A A B
        A A C
        """,
        doors={"1": (2.5, 1.5)},
    )
    after, changes = moved(net, Dissolve("B"))
    assert after.get("B") is None
    assert changes.homes["1"][1] in {"A", "C"}
    assert squares(after, changes.homes["1"][1]) in {5.0, 2.0}


def test_a_dissolved_leaf_can_become_the_parents_remainder() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Dissolve("A", "G"))
    assert after.row("G").own is not None
    assert squares(after, "G") == 12.0
    prove_move(net, changes, after)


def test_the_county_is_extended_and_shrunk() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Extend("B", box(5.5, 2.5, 7, 3.5)))
    assert squares(after, "T") == 25.0
    prove_move(net, changes, after)
    again, changes = moved(after, Shrink(box(5, 2.5, 8, 3.5)))
    assert squares(again, "T") == 23.0
    prove_move(after, changes, again)


def test_a_grid_gets_another_name_and_nothing_else() -> None:
    net = town(TOWN, above=ABOVE)
    after, changes = moved(net, Rename("A", " 东街 "))
    assert after.row("A").name == "东街"
    assert not changes.outlines


def test_remainders_take_part_in_splits_beside_them() -> None:
    net = town(
        """
        A A r r
        A A r r
        """,
        above={"A": "G", "r": "G"},
    )
    after, changes = moved(net, Split(("A",), line((-1, 1.2), (3, 1.2))))
    assert len(after.children("G")) == 2
    assert "G" in changes.rows
    prove_move(net, changes, after)


@pytest.mark.parametrize(("grid", "partner"), [("A", None), ("A", "V"), ("G", None), ("G", "V")])
def test_a_border_drawn_into_the_remainder_of_the_village_takes_its_ground_in(grid: str, partner: str | None) -> None:
    net = town("A A r r", above={"A": "G", "r": "V"})
    after, changes = moved(net, Reshape(grid, line((2, 1), (3, 1), (3, 0), (2, 0)), partner))
    assert (squares(after, "A"), squares(after, "G"), squares(after, "V")) == (3.0, 3.0, 4.0)
    prove_move(net, changes, after)


def test_a_border_drawn_back_leaves_ground_to_the_remainder_of_the_village() -> None:
    net = town("A A A r r", above={"A": "G", "r": "V"})
    after, changes = moved(net, Reshape("A", line((3, 1), (2, 1), (2, 0), (3, 0))))
    assert (squares(after, "A"), squares(after, "V")) == (2.0, 5.0)
    prove_move(net, changes, after)


def test_a_move_and_its_inverse_leave_nothing() -> None:
    net = town(TOWN, above=ABOVE, doors=DOORS)
    after, changes = moved(net, Carve(box(2, 1, 4, 3), "V"))
    assert not changes + ~changes
    assert not ~changes + changes
    back = after.after(~changes)
    assert [back.row(code) for code in "ABCDGHVT"] == [net.row(code) for code in "ABCDGHVT"]
    prove_net(back, list("ABCDGHVT"))


REFUSED: dict[str, tuple[Move, type[MoveRefused]]] = {
    "a line that misses": (Split(("A",), line((4, 3), (5, 3))), MissesGrid),
    "a line along the border": (Split(("A",), line((3, 2), (3, 4))), MissesGrid),
    "a line that ends inside": (Split(("A",), line((-1, 3), (1.5, 3))), EndsInside),
    "a line that cuts off a sliver": (Split(("A",), line((-1, 2.005), (4, 2.005))), Sliver),
    "a line that crosses itself": (Split(("A",), line((0, 3), (2, 3), (2, 3.5), (1, 2.5))), SelfCrossing),
    "a line shorter than a metre": (Split(("A",), line((1, 3), (1.01, 3))), TooShort),
    "a line of one point": (Split(("A",), line((1, 3))), TooShort),
    "no line at all": (Split(("A",), ()), TooShort),
    "a line with a coordinate that is no number": (Split(("A",), ((math.nan, 1.0), (2.0, 2.0))), NotFinite),
    "a line that goes to infinity": (Split(("A",), ((math.inf, 1.0), (2.0, 2.0))), NotFinite),
    "a line around the world": (Split(("A",), ((0.0, 0.0), (9e7, 2.0))), OutsideCounty),
    "a hundred thousand vertices": (
        Split(("A",), tuple((500_000.0 + i * 0.01, 4_000_000.0) for i in range(100_000))),
        TooManyVertices,
    ),
    "a grid that holds others": (Split(("G",), line((-1, 3), (7, 3))), WrongTier),
    "no grid": (Split((), line((-1, 3), (7, 3))), TooFew),
    "a grid that is not there": (Split(("X",), line((-1, 3), (7, 3))), UnknownGrid),
    "a group with all on one side": (SplitGrid("G", line((-1, 3.9), (7, 3.9))), EmptyParent),
    "a leaf to be divided": (SplitGrid("A", line((-1, 3), (7, 3))), WrongTier),
    "one grid alone": (Merge(("A",), "A"), TooFew),
    "grids of two tiers": (Merge(("A", "G"), "A"), WrongTier),
    "grids of two parents": (Merge(("A", "C"), "A"), MergeAcross),
    "a keeper that is not among them": (Merge(("A", "B"), "C"), UnknownGrid),
    "a border line that touches nothing": (Reshape("A", line((4, 2.5), (5, 3.5))), NoTouch),
    "a border moved out of the county": (Reshape("A", line((0, 2.5), (-1, 3), (0, 3.5))), OutsideCounty),
    "a border moved by nothing": (Reshape("A", line((3, 2.1), (3.01, 3), (3, 3.9)), "B"), Sliver),
    "a painted ring that swallows": (Paint(box(-0.5, 1.9, 3.1, 4.5), "B"), LosesAllGround),
    "a ring painted to a group": (Paint(box(1, 1, 2, 2), "G"), WrongTier),
    "a ring of its own ground": (Paint(box(1, 2.5, 2, 3.5), "A"), NothingChanges),
    "a ring outside": (Paint(box(20, 20, 21, 21), "A"), OutsideCounty),
    "a carved ring outside": (Carve(box(20, 20, 21, 21), "V"), OutsideCounty),
    "a carved sliver": (Carve(box(1, 1, 1.02, 1.02), "V"), Sliver),
    "a micro grid in a village": (Carve(box(1, 1, 2, 2), "V", Tier.MICRO), WrongTier),
    "a ring that crosses itself": (Carve(line((1, 1), (2, 2), (2, 1), (1, 2), (1, 1)), "V"), SelfCrossing),
    "a leaf into a village": (Transfer("A", "V"), WrongTier),
    "a grid into where it is": (Transfer("A", "G"), SameParent),
    "a grid into itself": (Transfer("G", "G"), Cycle),
    "a township elsewhere": (Transfer("T", "V"), WrongTier),
    "the last grid of a group, dissolved": (Dissolve("Z"), NoNeighbour),
    "a dissolved grid for a stranger": (Dissolve("A", "C"), NoNeighbour),
    "a group dissolved into a village that may not hold its grids": (Dissolve("G", "V"), WrongTier),
    "households on bare ground": (Dissolve("A", "G"), HouseholdsUncovered),
    "an extension that is inside": (Extend("A", box(1, 2.5, 2, 3.5)), NothingChanges),
    "an extension far away": (Extend("A", box(20, 20, 21, 21)), NoTouch),
    "an extension beside another": (Extend("D", box(-1, 2.5, 0.5, 3.5)), NoTouch),
    "households out of the county": (Shrink(box(-0.5, 3.2, 1, 4.5)), HouseholdsOutside),
    "ground nobody has": (Shrink(box(20, 20, 21, 21)), OutsideCounty),
    "a whole grid out of the county": (Shrink(box(2.9, -1, 7, 2)), LosesAllGround),
    "the name it has": (Rename("A", "A"), NothingChanges),
    "an empty name": (Rename("A", "  "), NothingChanges),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(why: str) -> None:
    doors = {} if "whole grid out" in why else DOORS
    net = town(TOWN, above=ABOVE, doors=doors) if "last grid" not in why else _lonely()
    move, reason = REFUSED[why]
    with pytest.raises(reason) as refused:
        run(net, move)
    assert type(refused.value) is reason
    assert len(str(refused.value)) > 20
    assert refused.value.to_json()["kind"] == refused.value.kind


def test_a_refusal_of_a_line_says_where() -> None:
    net = town(TOWN, above=ABOVE)
    with pytest.raises(EndsInside) as refused:
        run(net, Split(("A",), line((-1, 3), (1.5, 3))))
    assert refused.value.place == line((1.5, 3))[0]
    assert refused.value.grids == ("A",)
    assert refused.value.facts["gap_m"] == 64.0


def test_the_last_leaf_of_a_group_cannot_leave_it() -> None:
    with pytest.raises(EmptyParent):
        run(_lonely(), Transfer("Z", "H"))


def test_a_lock_keeps_ground_in_and_others_out() -> None:
    net = town(TOWN, above=ABOVE)
    with pytest.raises(Locked):
        run(net, Paint(box(2, 2.5, 4, 3.5), "A"), locked={"G"})
    with pytest.raises(Locked):
        run(net, Transfer("C", "G"), locked={"G"})
    assert run(net, Split(("C",), line((1.5, -1), (1.5, 3))), locked={"G"})[1] == ("H-M01",)


def _lonely() -> object:
    """A town in which one group has a single leaf."""
    return town(
        """
        Z Z C C
        """,
        above={"Z": "G", "C": "H"},
    )
