"""Any tier can lead: narrower grids are cut and extended to its lines, everywhere or on single pieces of ground."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo_grid.errors import BadInput
from geo_grid.intake.clean import ALL, Cleaning, CleaningRules, clean_rows
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.standing import Standing
from geo_grid.vocabulary import Tier
from tests.intake import town
from tests.intake.test_clean import SRID, nested, town_rows

TIERS = {Tier.GROUP: (town.WEST_GROUP, town.EAST_GROUP), Tier.SUB: (town.WEST_VILLAGE, town.EAST_VILLAGE)}


def drawn(east_m: float, north_m: float = 0.0) -> list[GridRow]:
    """The town with B drawn so far off, over the line between the villages or beside it."""
    return [
        replace(row, geom=shapely.affinity.translate(row.geom, east_m, north_m)) if row.code == town.B else row
        for row in town_rows()
    ]


def ground(found: Cleaning) -> dict[str, float]:
    """The area of each grid."""
    return {row.code: row.geom.area for row in found.rows}


def cleaned(rows: list[GridRow], lead: Tier | None = None, **answers: str) -> Cleaning:
    """The rows cleaned, nothing standing."""
    return clean_rows(rows, CleaningRules(lead, answers=answers), Standing(SRID))


@hypothesis_settings(max_examples=8, deadline=None, derandomize=True)
@given(st.sampled_from(list(TIERS)), st.floats(-15, 15), st.floats(-15, 15))
def test_grids_of_the_tier_that_leads_keep_the_ground_they_were_drawn_around(
    lead: Tier, east_m: float, north_m: float
) -> None:
    found = cleaned(drawn(east_m, north_m), lead)
    truth = {row.code: row.geom for row in town_rows()}
    rows = {row.code: row.geom for row in found.rows}
    assert nested(list(found.rows))[0]
    for code in TIERS[lead]:
        outside = 0.0 if lead is Tier.SUB else truth[town.SCHOOL].intersection(truth[code]).area
        assert rows[code].symmetric_difference(truth[code]).area == pytest.approx(outside, abs=0.5)


def test_the_narrowest_tier_leads_unless_somebody_says_otherwise() -> None:
    assert ground(cleaned(drawn(6.0)))[town.EAST_VILLAGE] == pytest.approx(2160)
    assert ground(cleaned(drawn(6.0), Tier.SUB))[town.EAST_VILLAGE] == pytest.approx(2400)


def test_what_the_tier_that_leads_moves_is_told_with_its_ground() -> None:
    led = [one for one in cleaned(drawn(6.0), Tier.SUB).repairs if one.kind == "led"]
    assert [(one.area_m2, one.default) for one in led] == [(pytest.approx(240), False)]
    assert town.EAST_VILLAGE in led[0].message


def test_a_grid_drawn_short_of_the_line_that_leads_is_extended_to_it() -> None:
    short = town.shifted(town.box_of("C"), 1.5)
    rows = [replace(row, geom=short) if row.code == town.C else row for row in town_rows()]
    found = cleaned(rows, Tier.SUB)
    assert ground(found)[town.C] == pytest.approx(2400)


def test_a_difference_between_tiers_is_settled_for_the_wider_or_for_the_narrower_grids() -> None:
    told = {one.where: one for one in cleaned(drawn(6.0)).repairs if one.kind == "tier"}
    village = told[next(row.where for row in town_rows() if row.code == town.EAST_VILLAGE)]
    assert [offer.word for offer in village.answers] == ["children", "parent"]
    wider = cleaned(drawn(6.0), **{village.id: "parent"})
    assert nested(list(wider.rows))[0]
    assert ground(wider)[town.EAST_VILLAGE] == pytest.approx(2400, abs=0.1)
    answered = next(one for one in wider.repairs if one.id == village.id)
    assert answered.accepted
    assert "was answered" in answered.message
    narrower = cleaned(drawn(6.0), **{village.id: "children"})
    assert ground(narrower)[town.EAST_VILLAGE] == pytest.approx(2160)
    assert next(one for one in narrower.repairs if one.id == village.id).accepted


def test_a_difference_left_to_whoever_drew_it_stops_the_import_though_all_is_accepted() -> None:
    rules = CleaningRules(accepted=frozenset({ALL}), answers={"tier": "redraw"})
    assert {one.kind for one in clean_rows(drawn(6.0), rules, Standing(SRID)).open} == {"tier"}


def test_ground_that_no_wider_grid_was_drawn_around_can_be_cut_off() -> None:
    rows = [
        replace(row, geom=row.geom.union(town.shifted(row.geom, 12.0))) if row.code == town.C else row
        for row in town_rows()
    ]
    assert ground(cleaned(rows))[town.TOWN] == pytest.approx(7200 + 12 * 60)
    cut = cleaned(rows, tier="parent")
    assert nested(list(cut.rows))[0]
    assert ground(cut)[town.TOWN] == pytest.approx(7200)


def test_a_tier_of_which_there_is_no_grid_cannot_lead() -> None:
    with pytest.raises(BadInput, match="no grid of the tier BRANCH"):
        cleaned(town_rows(), Tier.BRANCH)
    with pytest.raises(BadInput, match="no answer"):
        CleaningRules(answers={"tier-1": f"to:{town.A}"})
