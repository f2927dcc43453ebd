"""What coverage rules ask of inspections and visits: which grids of a tier are late with which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from geo_grid.checks.rules import CoverageRule
from geo_grid.county import County
from geo_grid.inspections import duties
from geo_grid.visits import WINDOW_DAYS, above
from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Late:
    """Of the grids that a rule asks of, those that are late, each with its facts."""

    asked: frozenset[str]
    late: Mapping[str, dict[str, int]]


def late_inspections(county: County, tier: Tier) -> Late:
    """The grids of a tier that inspect a risk site, and how many sites each of them is late with."""
    owed = [one for one in duties(county.patrols, county.net, {}) if one.tier is tier]
    late = Counter(one.grid for one in owed if one.due_on < county.day)
    return Late(frozenset(one.grid for one in owed), {grid: {"sites": sites} for grid, sites in late.items()})


def lacking_visits(county: County, rule: CoverageRule) -> Late:
    """The grids of the rule's tier in which one of its roles is filled, and those with too few visits in 30 days.

    A visit counts for the grid and all above it, whoever made it.
    """
    linked = {post.grid for post in county.filled if post.role in rule.roles}
    asked = frozenset(code for code in linked if code in county.net and county.net[code][0] is rule.tier)
    first = county.day - timedelta(days=WINDOW_DAYS - 1)
    counted = [grid for _, grid, on, _ in county.visited.visits if first <= on <= county.day]
    made = Counter(place for grid in counted for place in above(grid, county.parents))
    least = rule.visits or 0
    return Late(asked, {code: {"visits": made[code], "asked": least} for code in asked if made[code] < least})
