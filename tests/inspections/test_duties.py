"""Tests of rhythms and duties: when a part of a site is due, and who is responsible for it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from geo_grid.db.rhythms import RHYTHMS
from geo_grid.inspections import Keeper, Patrols, Rhythms, duties, heads
from geo_grid.risks import PRESET_KINDS, Site, SiteParts, kind_of_code
from geo_grid.staffing import Assignment, Post, Staff
from geo_grid.vocabulary import Role, Season, Tier

NET = {
    "T": (Tier.TOTAL, None),
    "V": (Tier.SUB, "T"),
    "A": (Tier.MICRO, "V"),
    "B": (Tier.MICRO, "V"),
    "U": (Tier.SUB, "T"),
}
RIVER = Site(7, "R7", "river", kind_of_code(PRESET_KINDS, "RIVER"), "", date(2026, 1, 1))
RHYTHM = Rhythms(RHYTHMS)


def patrols(**given: object) -> Patrols:
    """A river that touches both micro grids of one village and the next village."""
    return Patrols(SiteParts((RIVER,), ((0, "A"), (0, "B"), (0, "U"))), RHYTHM, **given)  # type: ignore[arg-type]


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 120),
    st.integers(1, 120),
    st.lists(st.sampled_from(Season), min_size=12, max_size=12),
)
def test_a_part_is_due_on_the_first_day_whose_own_rhythm_is_used_up(
    last: date, flood: int, fire: int, months: list[Season]
) -> None:
    days = {Season.FLOOD: flood, Season.FIRE: fire}
    rhythm = Rhythms({("DAM", Tier.SUB, season): every for season, every in days.items()}, tuple(months))
    due = rhythm.due_after("DAM", Tier.SUB, last)
    assert due is not None
    assert (due - last).days >= days[rhythm.season_on(due)]
    for early in range((due - last).days):
        assert early < days[rhythm.season_on(last + timedelta(days=early))]


def test_a_tier_that_inspects_in_one_season_only_is_due_when_that_season_comes() -> None:
    rhythm = Rhythms({("FOREST", Tier.SUB, Season.FIRE): 7})
    assert rhythm.due_after("FOREST", Tier.SUB, date(2026, 6, 10)) == date(2026, 10, 1)
    assert rhythm.due_after("FOREST", Tier.TOTAL, date(2026, 6, 10)) is None


def test_a_site_is_due_once_in_each_grid_of_a_tier_that_inspects_it() -> None:
    found = duties(patrols(last={(7, "V"): date(2026, 11, 1)}), NET, {})
    assert {(one.grid, one.tier, one.due_on) for one in found} == {
        ("V", Tier.SUB, date(2026, 12, 1)),
        ("U", Tier.SUB, date(2026, 1, 31)),
        ("T", Tier.TOTAL, date(2026, 4, 1)),
    }
    assert [one.due_on for one in found] == sorted(one.due_on for one in found)


def test_whoever_leads_the_grid_is_responsible_unless_somebody_is_named() -> None:
    since = date(2024, 1, 1)
    staff = Staff(
        assignments=[
            Assignment(Post("V", Role.PART_TIME), "pt", since),
            Assignment(Post("V", Role.LEADER), "lead", since),
            Assignment(Post("V", Role.LEADER), "gone", date(2020, 1, 1), since),
            Assignment(Post("U", Role.CADRE), "cadre", since),
        ]
    )
    leading = heads(staff, date(2026, 11, 22))
    assert leading == {"V": Keeper("lead", Role.LEADER)}
    found = {one.grid: one.keeper for one in duties(patrols(named={(7, "U"): "expert"}), NET, leading)}
    assert found == {"V": Keeper("lead", Role.LEADER), "U": Keeper("expert", None), "T": None}
