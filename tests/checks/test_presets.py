"""Each preset rule finds the same small county covered, overloaded, not covered and waived, as the drawing says."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from geo_grid.checks import PRESETS, Figures, Waiver, evaluate
from geo_grid.vocabulary import RuleKind
from tests.checks.served import TODAY, served

RULES = {rule.code: rule for rule in PRESETS}


@dataclass(frozen=True)
class Case:
    """A drawing with one place that keeps the rule and one, U, that does not; the figures; U's figures once waived.

    `crowded` is the figures with at most one household a person, where the rule knows such a limit.
    """

    drawing: str
    found: Figures
    waived: Figures
    crowded: Figures | None = None


def villages(kept: str, lacking: str, homes: str = "a b") -> str:
    """Two villages, V with the words of `kept` and two households, U with those of `lacking` and one."""
    return f"TOTAL T\n SUB V {kept}\n  MICRO A | {homes}\n SUB U {lacking}\n  MICRO B | c"


def townships(kept: str, lacking: str) -> str:
    """Two townships, T and U, with a village each."""
    return f"TOTAL T {kept}\n SUB V\n  MICRO A | a b\nTOTAL U {lacking}\n SUB W\n  MICRO B | c"


TWO_ONE = (Figures(covered=2, uncovered=1), Figures(covered=2, waived=1))
CASES = {
    "every_household_in_a_leaf": Case("TOTAL T\n SUB V\n  MICRO A | a b\n SUB U | c", *TWO_ONE),
    "every_household_has_a_contact": Case(
        villages("", "", "a a").replace("| c", "| ? c"),
        Figures(covered=3, uncovered=1),
        Figures(covered=3, waived=1),
        Figures(covered=1, overloaded=2, uncovered=1),
    ),
    "every_post_is_filled": Case(
        "TOTAL T\n SUB V\n  MICRO A CONTACT=a | a b\n SUB U\n  MICRO B CONTACT= | c", *TWO_ONE
    ),
    "every_village_has_a_leader": Case(villages("LEADER=a", "LEADER="), *TWO_ONE, Figures(overloaded=2, uncovered=1)),
    "every_micro_grid_has_a_contact": Case(
        "TOTAL T\n SUB V\n  MICRO A CONTACT=a | a b\n SUB U\n  MICRO B | c",
        *TWO_ONE,
        Figures(overloaded=2, uncovered=1),
    ),
    "every_township_has_a_centre": Case(townships("TOWNSHIP@0", "VILLAGE@0"), *TWO_ONE),
    "every_village_has_a_station": Case(villages("VILLAGE@0", "POINT@0"), *TWO_ONE),
    "a_service_point_nearby": Case(
        "TOTAL T\n SUB V\n  MICRO A POINT@-2950 | a\n SUB U\n  MICRO B | b c", Figures(2, 0, 1), Figures(2, 0, 0, 1)
    ),
    "every_village_has_a_full_time_worker": Case(
        villages("FULL_TIME=a", "LEADER=c"), *TWO_ONE, Figures(overloaded=2, uncovered=1)
    ),
    "every_village_has_a_linked_cadre": Case(
        villages("CADRE=a", "CADRE="), *TWO_ONE, Figures(overloaded=2, uncovered=1)
    ),
    "villages_inspect_in_rhythm": Case(villages("FOREST~7", "FOREST~8"), *TWO_ONE),
    "townships_inspect_in_rhythm": Case(townships("FOREST~30", "FOREST~31"), *TWO_ONE),
    "linked_villages_are_visited": Case(villages("CADRE=a visit~1 visit~29", "CADRE=c visit~1 visit~30"), *TWO_ONE),
}


@pytest.mark.parametrize("code", RULES)
def test_a_preset_tells_covered_from_not_covered(code: str) -> None:
    case, rule = CASES[code], RULES[code].changed(is_on=True)
    answer = evaluate(served(case.drawing), rule)
    assert answer.figures == case.found
    assert {one.where for one in answer.findings} <= {"U", "B"}
    assert sum(one.households for one in answer.findings) == case.found.uncovered


@pytest.mark.parametrize("code", RULES)
def test_a_waiver_of_a_preset_counts_apart(code: str) -> None:
    case, rule = CASES[code], RULES[code].changed(is_on=True)
    answer = evaluate(served(case.drawing), rule, [Waiver(1, code, "U", "being built", "county", TODAY)])
    assert answer.figures == case.waived
    assert answer.findings == ()


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if case.crowded])
def test_a_preset_about_people_tells_who_has_too_many_households(code: str) -> None:
    answer = evaluate(served(CASES[code].drawing), RULES[code].changed(is_on=True, most_households=1))
    assert answer.figures == CASES[code].crowded


def test_every_preset_about_people_knows_a_limit() -> None:
    about_people = {code for code, rule in RULES.items() if rule.kind in {RuleKind.CONTACT, RuleKind.ROLE_FILLED}}
    assert about_people == {code for code, case in CASES.items() if case.crowded}
    assert {rule.most_households for rule in PRESETS} == {None, 260}
