"""Rules and waivers are kept, changed and ended; what makes no sense is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from geo_grid.checks import (
    PRESETS,
    Figures,
    end_waiver,
    evaluate,
    note_day,
    read_months,
    read_rules,
    read_waivers,
    rule_by_code,
    rules_mark,
    waive,
    write_rule,
)
from geo_grid.checks.waiving import BadWaiver
from geo_grid.county import read_county, read_county_without_ground
from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import NotFound
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from geo_grid.staffing import read_today

RULE = "every_village_has_a_station"


def test_a_changed_rule_is_read_back_and_moves_the_mark(conn: Connection) -> None:
    before = rules_mark(conn)
    changed = rule_by_code(conn, "a_service_point_nearby").changed(distance_m=1500, is_on=False)
    write_rule(conn, changed)
    assert rule_by_code(conn, "a_service_point_nearby") == changed
    assert rules_mark(conn) != before
    assert len(read_rules(conn)) == len(PRESETS)


def test_an_unknown_rule_is_named(conn: Connection) -> None:
    with pytest.raises(NotFound, match="no_such_rule"):
        rule_by_code(conn, "no_such_rule")


def test_a_waiver_needs_a_reason_a_near_end_and_a_grid_that_stands(conn: Connection) -> None:
    today = read_today(conn)
    for reason, until in [
        (" ", today),
        ("x" * 301, today),
        ("x", today - timedelta(days=1)),
        ("x", today.replace(year=today.year + 2)),
    ]:
        with pytest.raises(BadWaiver):
            waive(conn, RULE, "T", reason=reason, by="county", until=until)
    with pytest.raises(NotFound, match="no grid T"):
        waive(conn, RULE, "T", reason="x", by="county", until=today)


def test_a_waiver_holds_until_it_is_ended(sample_clone: Settings) -> None:
    with transaction(engine(sample_clone, DbRole.LOADER), changeset=NewChangeset("test", "edit")) as conn:
        county = read_county_without_ground(conn)
        rule = rule_by_code(conn, "every_household_has_a_contact")
        before = evaluate(county, rule).figures
        village = next(grid.code for grid in county.grids if grid.tier.name == "SUB")
        made = waive(conn, rule.code, village, reason="a new settlement", by="county", until=county.day)
        held = evaluate(county, rule, read_waivers(conn)).figures
        assert held.waived > 0
        assert held.uncovered + held.waived == before.uncovered
        end_waiver(conn, made)
        assert evaluate(county, rule, read_waivers(conn)).figures == before
        with pytest.raises(NotFound):
            end_waiver(conn, made)


def test_the_ground_changes_no_coverage_figure(sample_database: Settings) -> None:
    with engine(sample_database, DbRole.WEB).connect() as conn:
        bare, whole = read_county_without_ground(conn), read_county(conn)
        for rule in PRESETS:
            assert evaluate(bare, rule).figures == evaluate(whole, rule).figures


def test_the_last_figures_of_a_day_are_kept(conn: Connection) -> None:
    note_day(conn, {RULE: Figures(1, 2, 3, 4)})
    note_day(conn, {RULE: Figures(5, 6, 7, 8)})
    assert read_months(conn, RULE) == [(read_today(conn), Figures(5, 6, 7, 8))]
