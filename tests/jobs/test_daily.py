"""The coverage figures of a day are noted once, and again when they change."""

from __future__ import annotations

from geo_grid.checks import PRESETS, evaluate, read_months, rule_by_code, write_rule
from geo_grid.county import read_county_without_ground
from geo_grid.db import DbRole, engine, transaction
from geo_grid.jobs import note_today
from geo_grid.settings import Settings
from geo_grid.staffing import read_today

RULE = "every_household_has_a_contact"


def test_the_figures_of_today_are_those_of_the_rules(sample_clone: Settings) -> None:
    assert note_today(sample_clone) == sum(rule.is_on for rule in PRESETS)
    with transaction(engine(sample_clone, DbRole.LOADER)) as conn:
        found = evaluate(read_county_without_ground(conn), rule_by_code(conn, RULE)).figures
        assert read_months(conn, RULE) == [(read_today(conn), found)]
        write_rule(conn, rule_by_code(conn, RULE).changed(most_households=100))
    note_today(sample_clone)
    with engine(sample_clone, DbRole.WEB).connect() as conn:
        ((_, later),) = read_months(conn, RULE)
    assert later.overloaded > found.overloaded
    assert later.total == found.total


def test_nothing_is_noted_before_there_are_households(database: Settings) -> None:
    assert note_today(database) == 0
