"""One engine for all coverage rules: a rule and a county give an answer in households."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from geo_grid.checks.answers import COVERED, OUTSIDE, OVERLOADED, UNCOVERED, WAIVED, RuleAnswer, States, Waiver
from geo_grid.checks.finding import Finding
from geo_grid.checks.reach import reach_of
from geo_grid.checks.rounds import Late, lacking_visits, late_inspections
from geo_grid.checks.rules import CoverageRule
from geo_grid.county import County
from geo_grid.vocabulary import Role, RuleKind, Tier

Places = npt.NDArray[np.int64]
Found = tuple[States, Iterable[Finding]]


def evaluate(county: County, rule: CoverageRule, waivers: Sequence[Waiver] = ()) -> RuleAnswer:
    """What the rule finds in the county on the county's day."""
    states, findings = _KINDS[rule.kind](county, rule)
    below = np.vstack([county.ancestors, np.full((1, len(Tier)), -1)])[county.household_grid]
    waived = _waived_grids(county, rule, waivers)
    if waived:
        places = list(waived)
        states = np.where(np.isin(below, places).any(axis=1) & (states > COVERED), WAIVED, states).astype(np.int8)
        findings = [one for one in findings if not _lies_in(county, one.where, waived)]
    return RuleAnswer(rule, [grid.code for grid in county.grids], states, below, tuple(findings))


def evaluate_all(
    county: County, rules: Iterable[CoverageRule], waivers: Sequence[Waiver] = ()
) -> dict[str, RuleAnswer]:
    """The answer of each rule that is in force on the county's day, by the rule's code."""
    return {rule.code: evaluate(county, rule, waivers) for rule in rules if rule.holds_on(county.day)}


def _waived_grids(county: County, rule: CoverageRule, waivers: Sequence[Waiver]) -> frozenset[int]:
    """The places of the grids in which the rule is waived on the county's day."""
    codes = {one.grid for one in waivers if one.rule == rule.code and one.holds_on(county.day)}
    return frozenset(county.index[code] for code in codes if code in county.index)


def _lies_in(county: County, code: str, waived: frozenset[int]) -> bool:
    """Whether a grid is, or lies in, one of those."""
    place = county.index.get(code)
    return place is not None and not waived.isdisjoint(county.ancestors[place].tolist())


def _in_leaf(county: County, rule: CoverageRule) -> Found:
    """Households on ground that no leaf covers."""
    states = np.where(county.unplaced, UNCOVERED, COVERED).astype(np.int8)
    says = "%(households)s households stand on ground that no leaf covers"
    return states, _by_grid(county, rule, county.unplaced, says, "draw a micro grid around them")


def _contact(county: County, rule: CoverageRule) -> Found:
    """Households without a contact, and those whose contact has too many."""
    contacts = np.array(county.doors.contacts, dtype=str)
    names, number = np.unique(contacts, return_inverse=True)
    load = np.bincount(number, minlength=len(names))
    without = contacts == ""
    most = rule.most_households
    too_many = np.zeros(len(contacts), dtype=bool) if most is None else (load > most)[number] & ~without
    states = np.select([without, too_many], [UNCOVERED, OVERLOADED], COVERED).astype(np.int8)
    return states, [
        *_by_grid(county, rule, without, "%(households)s households have no contact", "name a worker as their contact"),
        *_too_many(rule, {name: int(count) for name, count in zip(names.tolist(), load.tolist(), strict=True) if name}),
    ]


def _too_many(rule: CoverageRule, load: dict[str, int]) -> Iterator[Finding]:
    """The workers who are the contact of more households than the rule allows."""
    most = rule.most_households
    for worker, households in sorted(load.items()):
        if most is not None and households > most:
            facts = {"worker": worker, "households": households, "most": most}
            says = "worker %(worker)s is the contact of %(households)s households, more than %(most)s"
            yield Finding.of(
                rule.code,
                worker,
                says,
                "share them with others",
                facts=facts,
                households=households,
                severity="warning",
            )


def _post_filled(county: County, rule: CoverageRule) -> Found:
    """Grids with a vacant post; a household counts as not covered when a post of its own grid is vacant."""
    vacant = Counter((post.grid, post.role) for post in county.staff.posts if post not in county.filled)
    lacking = {code for code, _ in vacant}
    has_post = {post.grid for post in county.staff.posts}
    states = _states_of_grids(county, county.household_grid, has_post, lacking)
    households = Counter(county.doors.grids)
    return states, [
        _vacancy(rule, code, role, posts, households[code])
        for (code, role), posts in sorted(vacant.items(), key=lambda pair: (pair[0][0], pair[0][1].code))
    ]


def _vacancy(rule: CoverageRule, code: str, role: Role, posts: int, households: int) -> Finding:
    """The vacant posts of one role in one grid."""
    facts = {"role": role.code, "posts": posts}
    says = "vacant posts of the role %(role)s: %(posts)s"
    return Finding.of(rule.code, code, says, "assign somebody", facts=facts, households=households, severity="warning")


def _role_filled(county: County, rule: CoverageRule) -> Found:
    """Grids of a tier with nobody in any of the roles, and those whose people have too many households each."""
    people = Counter(post.grid for post in county.filled if post.role in rule.roles)
    facts = {"roles": ",".join(role.code for role in rule.roles)}
    states, findings = _of_tier(county, rule, set(people), "nobody in the role %(roles)s", "assign one", facts)
    if rule.most_households is None:
        return states, findings
    place = np.append(county.ancestors[:, _column(rule)], -1)[county.household_grid]
    count = np.bincount(place[place >= 0], minlength=len(county.grids))
    heavy = {
        county.index[code]: {"each": math.ceil(count[county.index[code]] / there), "most": rule.most_households}
        for code, there in sorted(people.items())
        if code in county.index and county.grids[county.index[code]].tier is rule.tier
    }
    heavy = {at: facts for at, facts in heavy.items() if facts["each"] > facts["most"]}
    says = "%(each)s households for each, more than %(most)s"
    too_many = [
        Finding.of(
            rule.code,
            county.grids[at].code,
            says,
            "assign another",
            facts=facts,
            households=int(count[at]),
            severity="warning",
        )
        for at, facts in heavy.items()
    ]
    return np.where(np.isin(place, list(heavy)), OVERLOADED, states).astype(np.int8), [*findings, *too_many]


def _facility_in(county: County, rule: CoverageRule) -> Found:
    """Grids of a tier that hold no facility of the levels."""
    column = _column(rule)
    wanted = [
        county.index[grid]
        for grid, level in zip(county.places.grids, county.places.levels, strict=True)
        if level in rule.levels and grid in county.index
    ]
    kept = {county.grids[place].code for place in county.ancestors[wanted, column].tolist() if place >= 0}
    facts = {"levels": ",".join(level.code for level in rule.levels)}
    return _of_tier(county, rule, kept, "no facility of the level %(levels)s", "open one, or import it", facts)


def _facility_near(county: County, rule: CoverageRule) -> Found:
    """Households farther from every facility of the levels than the distance."""
    far = reach_of(county, rule.levels).distance_m > (rule.distance_m or 0)
    states = np.where(far, UNCOVERED, COVERED).astype(np.int8)
    says = "%(households)s households are farther than %(distance_m)s m from a facility"
    facts = {"distance_m": round(rule.distance_m or 0)}
    return states, _by_grid(county, rule, far, says, "open a service point nearer", facts)


def _inspected(county: County, rule: CoverageRule) -> Found:
    """Grids of a tier that are late with the inspection of a risk site."""
    assert rule.tier is not None, rule.code  # noqa: S101  (`demand_sense` saw to it)
    found = late_inspections(county, rule.tier)
    return _late(county, rule, found, "%(sites)s risk sites are late for inspection", "inspect them")


def _visited(county: County, rule: CoverageRule) -> Found:
    """Linked grids of a tier with fewer visits in 30 days than the rule asks for."""
    found = lacking_visits(county, rule)
    return _late(county, rule, found, "%(visits)s visits in 30 days, fewer than %(asked)s", "visit it")


def _late(county: County, rule: CoverageRule, found: Late, says: str, hint: str) -> Found:
    """The states of households and the findings, by the grids of the rule's tier that are late with something."""
    column = _column(rule)
    place = np.append(county.ancestors[:, column], -1)[county.household_grid]
    count = np.bincount(place[place >= 0], minlength=len(county.grids))
    return _states_of_grids(county, place, set(found.asked), set(found.late)), [
        Finding.of(
            rule.code, code, says, hint, facts=facts, households=int(count[county.index[code]]), severity="warning"
        )
        for code, facts in sorted(found.late.items())
    ]


def _of_tier(county: County, rule: CoverageRule, kept: set[str], says: str, hint: str, facts: dict[str, str]) -> Found:
    """The states of households and the findings, by the grids of the rule's tier for which it is kept."""
    column = _column(rule)
    place = np.append(county.ancestors[:, column], -1)[county.household_grid]
    asked = {grid.code for grid in county.grids if grid.tier is rule.tier}
    states = _states_of_grids(county, place, asked, asked - kept)
    count = np.bincount(place[place >= 0], minlength=len(county.grids))
    return states, [
        Finding.of(
            rule.code, code, says, hint, facts=facts, households=int(count[county.index[code]]), severity="warning"
        )
        for code in sorted(asked - kept)
    ]


def _states_of_grids(county: County, place: Places, asked: set[str], lacking: set[str]) -> States:
    """The state of each household by that of the grid at its place."""
    by_grid = np.full(len(county.grids) + 1, OUTSIDE, dtype=np.int8)
    for code in asked:
        if code in county.index:
            by_grid[county.index[code]] = UNCOVERED if code in lacking else COVERED
    return by_grid[place]


def _by_grid(
    county: County,
    rule: CoverageRule,
    lacking: npt.NDArray[np.bool_],
    says: str,
    hint: str,
    facts: dict[str, int] | None = None,
) -> Iterator[Finding]:
    """A finding for each grid that holds households which lack something."""
    count = Counter(county.doors.grids[row] for row in np.flatnonzero(lacking).tolist())
    for code, households in sorted(count.items()):
        yield Finding.of(
            rule.code,
            code,
            says,
            hint,
            facts={"households": households, **(facts or {})},
            households=households,
            severity="warning",
        )


def _column(rule: CoverageRule) -> int:
    """The column of the rule's tier in the county's table of ancestors."""
    assert rule.tier is not None, rule.code  # noqa: S101  (`demand_sense` saw to it)
    return rule.tier.rank - 1


_KINDS: dict[RuleKind, Callable[[County, CoverageRule], Found]] = {
    RuleKind.IN_LEAF: _in_leaf,
    RuleKind.CONTACT: _contact,
    RuleKind.POST_FILLED: _post_filled,
    RuleKind.ROLE_FILLED: _role_filled,
    RuleKind.FACILITY_IN: _facility_in,
    RuleKind.FACILITY_NEAR: _facility_near,
    RuleKind.INSPECTED: _inspected,
    RuleKind.VISITED: _visited,
}
