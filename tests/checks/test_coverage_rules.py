"""Each coverage rule finds who is served, who too thinly, who not at all, and what was waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from geo_grid.checks import PRESETS, CoverageRule, Figures, Waiver, evaluate, evaluate_all, read_rules
from geo_grid.checks.rules import BadRule, demand_sense
from geo_grid.vocabulary import RuleKind, Tier
from tests.checks.served import TODAY, served

RULES = {rule.code: rule for rule in PRESETS}


def asked(code: str, **limits: object) -> CoverageRule:
    """A preset with other limits, switched on."""
    return RULES[code].changed(is_on=True, **limits)


def waiver(rule: str, grid: str, until: date = TODAY) -> Waiver:
    """A waiver of a rule in a grid."""
    return Waiver(1, rule, grid, "being built", "county", until)


TOWN = """
    TOTAL T
     SUB V LEADER=w
      GROUP G
       MICRO A CONTACT=a | a a ?
       MICRO B CONTACT= | b
     SUB U | ? ?
"""


def test_households_on_bare_ground_lie_in_no_leaf() -> None:
    answer = evaluate(served(TOWN), asked("every_household_in_a_leaf"))
    assert answer.figures == Figures(covered=4, uncovered=2)
    assert [(one.where, one.households) for one in answer.findings] == [("U", 2)]


def test_a_household_without_a_contact_is_not_covered() -> None:
    answer = evaluate(served(TOWN), asked("every_household_has_a_contact"))
    assert answer.figures == Figures(covered=3, uncovered=3)
    assert answer.by_tier(Tier.SUB) == {"V": Figures(covered=3, uncovered=1), "U": Figures(uncovered=2)}
    assert answer.by_leaf() == {"A": Figures(covered=2, uncovered=1), "B": Figures(covered=1)}


def test_the_households_of_a_contact_with_too_many_are_overloaded() -> None:
    answer = evaluate(served(TOWN), asked("every_household_has_a_contact", most_households=1))
    assert answer.figures == Figures(covered=1, overloaded=2, uncovered=3)
    assert [one.where for one in answer.findings] == ["A", "U", "a"]


def test_a_waived_grid_counts_apart_with_all_below_it() -> None:
    rule = asked("every_household_has_a_contact", most_households=1)
    answer = evaluate(served(TOWN), rule, [waiver(rule.code, "V")])
    assert answer.figures == Figures(covered=1, uncovered=2, waived=3)
    assert [one.where for one in answer.findings] == ["U", "a"]


def test_a_waiver_ends_with_its_day() -> None:
    rule = asked("every_household_in_a_leaf")
    held = evaluate(served(TOWN), rule, [waiver(rule.code, "U")])
    over = evaluate(served(TOWN, day=TODAY + timedelta(days=1)), rule, [waiver(rule.code, "U")])
    assert held.figures == Figures(covered=4, waived=2)
    assert over.figures == Figures(covered=4, uncovered=2)


def test_a_waiver_of_another_rule_changes_nothing() -> None:
    rule = asked("every_household_in_a_leaf")
    answer = evaluate(served(TOWN), rule, [waiver("every_post_is_filled", "U")])
    assert answer.figures.waived == 0


def test_a_vacant_post_leaves_its_grids_households_uncovered() -> None:
    answer = evaluate(served(TOWN), asked("every_post_is_filled"))
    assert answer.figures == Figures(covered=3, uncovered=1)
    assert [(one.where, one.households) for one in answer.findings] == [("B", 1)]


def test_a_village_without_a_leader_leaves_all_its_households_uncovered() -> None:
    answer = evaluate(served(TOWN), asked("every_village_has_a_leader"))
    assert answer.figures == Figures(covered=4, uncovered=2)
    assert [one.where for one in answer.findings] == ["U"]


def test_a_rule_of_micro_grids_asks_nothing_of_bare_ground() -> None:
    answer = evaluate(served(TOWN), asked("every_micro_grid_has_a_contact"))
    assert answer.figures == Figures(covered=3, uncovered=1)
    assert answer.figures.total == 4


STATIONS = """
    TOTAL T TOWNSHIP@0
     SUB V
      GROUP G
       MICRO A VILLAGE@50 | a a a a
     SUB U POINT@1000
      GROUP H
       MICRO B | b b
"""


def test_a_facility_anywhere_in_a_village_serves_it() -> None:
    answer = evaluate(served(STATIONS), asked("every_village_has_a_station"))
    assert answer.figures == Figures(covered=4, uncovered=2)
    assert [one.where for one in answer.findings] == ["U"]


def test_a_township_centre_serves_its_township() -> None:
    assert evaluate(served(STATIONS), asked("every_township_has_a_centre")).figures == Figures(covered=6)


@pytest.mark.parametrize(("distance", "far"), [(1000, 0), (250, 0), (249.9, 1), (150, 1), (149, 2), (50, 2), (49, 4)])
def test_households_are_near_up_to_the_distance(distance: float, far: int) -> None:
    rule = replace(
        asked("a_service_point_nearby", distance_m=distance), levels=RULES["every_village_has_a_station"].levels
    )
    assert evaluate(served(STATIONS), rule).by_tier(Tier.SUB)["V"].uncovered == far


def test_without_any_facility_nobody_is_near_one() -> None:
    assert evaluate(served(TOWN), asked("a_service_point_nearby")).figures == Figures(uncovered=6)


def test_rules_that_are_off_or_not_yet_in_force_are_not_asked() -> None:
    rules = [
        asked("every_household_in_a_leaf"),
        asked("every_post_is_filled").changed(is_on=False),
        asked("every_village_has_a_leader").changed(since=TODAY + timedelta(days=1)),
    ]
    assert list(evaluate_all(served(TOWN), rules)) == ["every_household_in_a_leaf"]


def test_an_empty_county_answers_every_rule_with_nothing() -> None:
    empty = served("TOTAL T")
    for rule in PRESETS:
        assert evaluate(empty, rule).figures == Figures()


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("abc?")), max_size=30), st.integers(1, 9))
def test_every_household_counts_once_under_every_rule(homes: list[tuple[str, str]], most: int) -> None:
    lines = {leaf: " ".join(letter for place, letter in homes if place == leaf) for leaf in "AB"}
    drawing = f"TOTAL T\n SUB V LEADER=a\n  GROUP G\n   MICRO A CONTACT= | {lines['A']}\n   MICRO B | {lines['B']}"
    county = served(drawing)
    for rule in (*PRESETS, asked("every_household_has_a_contact", most_households=most)):
        answer = evaluate(county, rule)
        assert answer.figures.total <= len(homes)
        for tier in (Tier.TOTAL, Tier.SUB, Tier.GROUP):
            assert sum(one.total for one in answer.by_tier(tier).values()) == answer.figures.total
        assert sum(one.total for one in answer.by_leaf().values()) == answer.figures.total


WRONG = [
    CoverageRule("no_tier", RuleKind.ROLE_FILLED, "一", "one"),
    CoverageRule("no_level", RuleKind.FACILITY_IN, "一", "one", tier=Tier.SUB),
    CoverageRule("no_distance", RuleKind.FACILITY_NEAR, "一", "one", levels=RULES["a_service_point_nearby"].levels),
    CoverageRule("No Code", RuleKind.IN_LEAF, "一", "one"),
    CoverageRule("no_name", RuleKind.IN_LEAF, " ", "one"),
    CoverageRule("far", RuleKind.CONTACT, "一", "one", distance_m=-1),
    CoverageRule("few", RuleKind.CONTACT, "一", "one", most_households=0),
]


@pytest.mark.parametrize("rule", WRONG, ids=[rule.code for rule in WRONG])
def test_a_rule_that_can_never_hold_is_refused(rule: CoverageRule) -> None:
    with pytest.raises(BadRule):
        demand_sense(rule)


def test_a_database_begins_with_the_presets(conn: Connection) -> None:
    assert read_rules(conn) == list(PRESETS)
    assert [demand_sense(rule) for rule in PRESETS] == list(PRESETS)
