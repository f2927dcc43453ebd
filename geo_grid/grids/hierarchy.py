"""Which tier may lie in which, and what a place among the tiers means."""

from __future__ import annotations

from geo_grid.vocabulary import PARENT_TIERS, Tier

_BY_WORD = {
    word.casefold(): tier
    for tier in Tier
    for word in (tier.code, tier.zh, tier.zh.removesuffix("网格"), tier.en, tier.en.removesuffix(" grid"))
}


def may_hold(parent: Tier, child: Tier) -> bool:
    """Whether a grid of one tier may lie directly in one of the other."""
    return parent in PARENT_TIERS.get(child, ())


def is_root(tier: Tier) -> bool:
    """Whether grids of the tier have no parent."""
    return tier not in PARENT_TIERS


def tier_named(word: str) -> Tier | None:
    """The tier that a word names: a code, or its Chinese or English word; None when it names none."""
    return _BY_WORD.get(word.strip().casefold())
