"""Coverage rules as data: what each asks of which grids or households, and the presets a county begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from geo_grid.errors import BadInput
from geo_grid.vocabulary import FacilityLevel, Role, RuleKind, Tier


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """A rule; what its kind does not use is empty.

    `tier` whose grids it asks of, `roles` of which one must be filled, `levels` of which one facility must be there,
    `visits` how many in 30 days, `distance_m` how far at most, `most_households` a worker may have before counting as
    overloaded, `since` the day from which it holds.
    """

    code: str
    kind: RuleKind
    zh: str
    en: str
    tier: Tier | None = None
    roles: tuple[Role, ...] = ()
    levels: tuple[FacilityLevel, ...] = ()
    distance_m: float | None = None
    most_households: int | None = None
    since: date | None = None
    is_on: bool = True
    visits: int | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.is_on and (self.since is None or self.since <= day)

    def changed(self, **limits: Any) -> CoverageRule:
        """The rule with other values of `is_on`, `since`, `most_households`, `distance_m`, `visits`.

        Raises `BadRule` when it could never hold.
        """
        return demand_sense(replace(self, **limits))


class BadRule(BadInput):
    """A rule that says nothing or can never hold."""

    def __init__(self, rule: CoverageRule, fault: str) -> None:
        self.rule = rule
        self.say("the coverage rule %(code)s cannot be used: %(fault)s", code=rule.code, fault=fault)


#: What each kind needs.
NEEDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.IN_LEAF: (),
    RuleKind.CONTACT: (),
    RuleKind.POST_FILLED: (),
    RuleKind.ROLE_FILLED: ("tier", "roles"),
    RuleKind.FACILITY_IN: ("tier", "levels"),
    RuleKind.FACILITY_NEAR: ("levels", "distance_m"),
    RuleKind.INSPECTED: ("tier",),
    RuleKind.VISITED: ("tier", "roles", "visits"),
}
WORDS = {
    "tier": "a tier",
    "roles": "at least one role",
    "levels": "at least one level",
    "distance_m": "a distance",
    "visits": "a number of visits",
}
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_DISTANCE_M = 200_000
MOST_HOUSEHOLDS = 100_000
MOST_VISITS = 60


def demand_sense(rule: CoverageRule) -> CoverageRule:
    """The rule itself. Raises `BadRule` when it lacks what its kind needs, or its limits leave nothing to hold."""
    if not CODE.fullmatch(rule.code):
        raise BadRule(rule, "its code takes small letters, digits and _, and begins with a letter")
    if not rule.zh.strip() or not rule.en.strip():
        raise BadRule(rule, "give it a name in Chinese and in English")
    for name in NEEDS[rule.kind]:
        if not getattr(rule, name):
            raise BadRule(rule, f"a rule of the kind {rule.kind.en.lower()} needs {WORDS[name]}")
    if rule.distance_m is not None and not 0 < rule.distance_m <= MOST_DISTANCE_M:
        raise BadRule(rule, f"a distance lies between 1 and {MOST_DISTANCE_M} metres")
    if rule.most_households is not None and not 0 < rule.most_households <= MOST_HOUSEHOLDS:
        raise BadRule(rule, f"a worker's households are limited to a number from 1 to {MOST_HOUSEHOLDS}")
    if rule.visits is not None and not 0 < rule.visits <= MOST_VISITS:
        raise BadRule(rule, f"visits in 30 days are a number from 1 to {MOST_VISITS}")
    return rule


#: A worker looks after at most about this many households (source county).
WORKER_HOUSEHOLDS = 260

#: The rules of the source county, and others in use elsewhere (those are off until a county wants them).
PRESETS: tuple[CoverageRule, ...] = (
    CoverageRule("every_household_in_a_leaf", RuleKind.IN_LEAF, "户户在网格", "Every household lies in a leaf grid"),
    CoverageRule(
        "every_household_has_a_contact",
        RuleKind.CONTACT,
        "户户有人联系",
        "Every household has a contact",
        most_households=WORKER_HOUSEHOLDS,
    ),
    CoverageRule("every_post_is_filled", RuleKind.POST_FILLED, "岗岗有人", "Every post is filled"),
    CoverageRule(
        "every_village_has_a_leader",
        RuleKind.ROLE_FILLED,
        "村村有网格长",
        "Every village has a grid leader",
        tier=Tier.SUB,
        roles=(Role.LEADER,),
    ),
    CoverageRule(
        "every_micro_grid_has_a_contact",
        RuleKind.ROLE_FILLED,
        "微网格有联户长",
        "Every micro grid has a contact",
        tier=Tier.MICRO,
        roles=(Role.CONTACT,),
    ),
    CoverageRule(
        "every_township_has_a_centre",
        RuleKind.FACILITY_IN,
        "乡乡有中心",
        "Every township has a service centre",
        tier=Tier.TOTAL,
        levels=(FacilityLevel.COUNTY, FacilityLevel.TOWNSHIP),
    ),
    CoverageRule(
        "every_village_has_a_station",
        RuleKind.FACILITY_IN,
        "村村有站",
        "Every village has a service station",
        tier=Tier.SUB,
        levels=(FacilityLevel.VILLAGE,),
    ),
    CoverageRule(
        "a_service_point_nearby",
        RuleKind.FACILITY_NEAR,
        "就近有站点",
        "A service point nearby",
        levels=tuple(FacilityLevel),
        distance_m=3000,
    ),
    CoverageRule(
        "every_village_has_a_full_time_worker",
        RuleKind.ROLE_FILLED,
        "村村有专职网格员",
        "Every village has a full-time worker",
        tier=Tier.SUB,
        roles=(Role.FULL_TIME,),
        most_households=WORKER_HOUSEHOLDS,
        is_on=False,
    ),
    CoverageRule(
        "every_village_has_a_linked_cadre",
        RuleKind.ROLE_FILLED,
        "村村有包联干部",
        "Every village has a linked cadre",
        tier=Tier.SUB,
        roles=(Role.CADRE,),
        is_on=False,
    ),
    CoverageRule(
        "villages_inspect_in_rhythm",
        RuleKind.INSPECTED,
        "村级按期巡查",
        "Villages inspect their risk sites in rhythm",
        tier=Tier.SUB,
        is_on=False,
    ),
    CoverageRule(
        "townships_inspect_in_rhythm",
        RuleKind.INSPECTED,
        "乡镇按期巡查",
        "Townships inspect their risk sites in rhythm",
        tier=Tier.TOTAL,
        is_on=False,
    ),
    CoverageRule(
        "linked_villages_are_visited",
        RuleKind.VISITED,
        "包联村按月走访",
        "Linked villages are visited every month",
        tier=Tier.SUB,
        roles=(Role.CADRE,),
        visits=2,
        is_on=False,
    ),
)
