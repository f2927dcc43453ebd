"""Codes follow the rule of the statistical digits, tiers follow the county's rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_grid.grids import FORM, GridCode, child_code, may_hold, tier_named
from geo_grid.vocabulary import PARENT_TIERS, Tier


@pytest.mark.parametrize(
    ("code", "tier", "parent"),
    [
        ("990125100", Tier.TOTAL, None),
        ("990125100003", Tier.SUB, "990125100"),
        ("990125100003-B01", Tier.BRANCH, "990125100003"),
        ("990125100003-B01-G05", Tier.GROUP, "990125100003-B01"),
        ("990125100003-G05-M03", Tier.MICRO, "990125100003-G05"),
        ("990125100-S02", Tier.SPECIAL, "990125100"),
        ("ABC", None, None),
        ("９９０１２５１００", None, None),
    ],
)
def test_a_code_shows_its_tier_and_its_parent(code: str, tier: Tier | None, parent: str | None) -> None:
    found = GridCode(code)
    assert found.tier is tier
    assert (found.parent.text if found.parent else None) == parent


@given(st.sampled_from(list(PARENT_TIERS)), st.integers(1, 999))
def test_a_made_code_reads_back(tier: Tier, serial: int) -> None:
    parent = "990125100" if tier is Tier.SUB else "990125100003"
    made = child_code(parent, tier, serial)
    assert (made.tier, made.parent, made.serial) == (tier, GridCode(parent), serial)
    assert FORM.fullmatch(made.text)


@pytest.mark.parametrize("tier", Tier)
def test_a_tier_is_known_by_each_of_its_words(tier: Tier) -> None:
    words = (tier.code, tier.code.lower(), tier.zh, tier.zh.removesuffix("网格"), tier.en)
    assert {tier_named(f" {word} ") for word in words} == {tier}
    assert tier_named("village") is None


def test_tiers_may_be_skipped_but_not_turned_round() -> None:
    assert may_hold(Tier.SUB, Tier.GROUP)
    assert not may_hold(Tier.GROUP, Tier.SUB)
    assert not may_hold(Tier.MICRO, Tier.SPECIAL)
