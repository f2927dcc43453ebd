"""The coverage rules about inspections and visits find which places are late, in households."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from geo_grid.checks import PRESETS, CoverageRule, Figures, Waiver, evaluate
from geo_grid.checks.rules import BadRule
from tests.checks.served import TODAY, served

RULES = {rule.code: rule for rule in PRESETS}

#: In November the fire season holds: a village inspects forest every 7 days, a river every 30, a township both later.
HILLS = """
    TOTAL T
     SUB V
      GROUP G
       MICRO A FOREST~7 | a a
       MICRO B RIVER~20 | b
     SUB U FOREST~9 | c c c
     SUB W | d
"""


def asked(code: str, **limits: object) -> CoverageRule:
    """A preset, switched on."""
    return RULES[code].changed(is_on=True, **limits)


def test_the_households_of_a_village_that_is_late_with_an_inspection_are_not_covered() -> None:
    answer = evaluate(served(HILLS), asked("villages_inspect_in_rhythm"))
    assert answer.figures == Figures(covered=3, uncovered=3)
    assert [(one.where, one.households, one.facts["sites"]) for one in answer.findings] == [("U", 3, 1)]


def test_a_village_without_a_risk_site_is_not_asked_for_inspections() -> None:
    assert "W" not in evaluate(served(HILLS), asked("villages_inspect_in_rhythm")).by_leaf()


def test_an_inspection_is_late_on_the_day_after_it_was_due() -> None:
    rule, due = asked("villages_inspect_in_rhythm"), "TOTAL T\n SUB V FOREST~7 | a"
    assert evaluate(served(due), rule).figures == Figures(covered=1)
    assert evaluate(served(due.replace("~7", "~8")), rule).figures == Figures(uncovered=1)


def test_each_tier_has_a_rhythm_of_its_own() -> None:
    assert evaluate(served(HILLS), asked("townships_inspect_in_rhythm")).figures == Figures(covered=7)


def test_the_season_decides_how_long_an_inspection_lasts() -> None:
    rule, river = asked("villages_inspect_in_rhythm"), "TOTAL T\n SUB V RIVER~20 | a"
    assert evaluate(served(river, day=date(2026, 11, 22)), rule).figures == Figures(covered=1)
    assert evaluate(served(river, day=date(2026, 7, 22)), rule).figures == Figures(uncovered=1)


def test_late_inspections_can_be_waived() -> None:
    rule = asked("villages_inspect_in_rhythm")
    answer = evaluate(served(HILLS), rule, [Waiver(1, rule.code, "U", "road washed away", "county", TODAY)])
    assert answer.figures == Figures(covered=3, waived=3)
    assert answer.findings == ()


LINKED = """
    TOTAL T
     SUB V CADRE=w
      MICRO A visit~3 | a a
      MICRO B visit~29 | b
     SUB U CADRE=w visit~30 visit~1 | c
     SUB W | d
"""


def test_a_linked_village_with_too_few_visits_in_30_days_is_not_covered() -> None:
    answer = evaluate(served(LINKED), asked("linked_villages_are_visited"))
    assert answer.figures == Figures(covered=3, uncovered=1)
    assert [(one.where, one.facts["visits"], one.facts["asked"]) for one in answer.findings] == [("U", 1, 2)]


def test_visits_too_few_can_be_waived() -> None:
    rule = asked("linked_villages_are_visited")
    waived = evaluate(served(LINKED), rule, [Waiver(1, rule.code, "U", "snow", "county", TODAY + timedelta(days=3))])
    assert waived.figures == Figures(covered=3, waived=1)


def test_another_number_of_visits_can_be_asked_for() -> None:
    assert evaluate(served(LINKED), asked("linked_villages_are_visited", visits=1)).figures == Figures(covered=4)
    with pytest.raises(BadRule, match="1 to 60"):
        asked("linked_villages_are_visited", visits=61)
