"""What a coverage rule found, as lines for pages: towns with their villages, and findings in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from geo_grid.checks import CoverageRule, Figures, Finding, RuleAnswer
from geo_grid.county import County
from geo_grid.vocabulary import FacilityLevel, Role, Tier
from web.language import word

#: The sentences of coverage findings, by the English one they are made of.
SENTENCES = {
    "%(households)s households stand on ground that no leaf covers": lazy_gettext(
        "%(households)s households stand on ground that no leaf covers"
    ),
    "%(households)s households have no contact": lazy_gettext("%(households)s households have no contact"),
    "worker %(worker)s is the contact of %(households)s households, more than %(most)s": lazy_gettext(
        "worker %(worker)s is the contact of %(households)s households, more than %(most)s"
    ),
    "vacant posts of the role %(role)s: %(posts)s": lazy_gettext("vacant posts of the role %(role)s: %(posts)s"),
    "nobody in the role %(roles)s": lazy_gettext("nobody in the role %(roles)s"),
    "%(each)s households for each, more than %(most)s": lazy_gettext(
        "%(each)s households for each, more than %(most)s"
    ),
    "no facility of the level %(levels)s": lazy_gettext("no facility of the level %(levels)s"),
    "%(households)s households are farther than %(distance_m)s m from a facility": lazy_gettext(
        "%(households)s households are farther than %(distance_m)s m from a facility"
    ),
    "%(sites)s risk sites are late for inspection": lazy_gettext("%(sites)s risk sites are late for inspection"),
    "%(visits)s visits in 30 days, fewer than %(asked)s": lazy_gettext(
        "%(visits)s visits in 30 days, fewer than %(asked)s"
    ),
}
HINTS = {
    "draw a micro grid around them": lazy_gettext("draw a micro grid around them"),
    "name a worker as their contact": lazy_gettext("name a worker as their contact"),
    "share them with others": lazy_gettext("share them with others"),
    "assign somebody": lazy_gettext("assign somebody"),
    "assign one": lazy_gettext("assign one"),
    "assign another": lazy_gettext("assign another"),
    "open one, or import it": lazy_gettext("open one, or import it"),
    "open a service point nearer": lazy_gettext("open a service point nearer"),
    "inspect them": lazy_gettext("inspect them"),
    "visit it": lazy_gettext("visit it"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A grid's line: its figures, and those of the grids of the next tier in it."""

    code: str
    name: str
    figures: Figures
    parts: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A finding: where (a grid's code and name, or neither), what, what to do, how many households."""

    code: str
    name: str
    town: str
    message: str
    hint: str
    households: int


def towns_of(county: County, answer: RuleAnswer) -> list[Place]:
    """The figures of every total grid with its sub grids, the most households not covered first."""
    subs: dict[str, list[Place]] = {}
    for code, figures in answer.by_tier(Tier.SUB).items():
        grid = county.grids[county.index[code]]
        subs.setdefault(grid.parent or "", []).append(Place(code, grid.name, figures))
    towns = [
        Place(code, county.grids[county.index[code]].name, figures, tuple(sorted(subs.get(code, []), key=_worst)))
        for code, figures in answer.by_tier(Tier.TOTAL).items()
    ]
    return sorted(towns, key=_worst)


def _worst(place: Place) -> tuple[int, str]:
    """What brings the places with the most to do to the front."""
    return -place.figures.uncovered - place.figures.overloaded, place.code


def lines_of(county: County, answer: RuleAnswer, most: int) -> list[Line]:
    """The findings in the reader's words, those that touch the most households first."""
    first = sorted(answer.findings, key=lambda one: (-one.households, one.where))[:most]
    return [_line(county, finding) for finding in first]


def _line(county: County, finding: Finding) -> Line:
    """A finding in the reader's words."""
    place = county.index.get(finding.where)
    hint = str(HINTS.get(finding.hint, finding.hint))
    said = sentence(finding)
    if place is None:
        name = county.staff.workers[finding.where].name if finding.where in county.staff.workers else ""
        return Line("", name or finding.where, "", said, hint, finding.households)
    grid = county.grids[place]
    town = county.ancestors[place, 0]
    return Line(grid.code, grid.name, county.grids[town].name if town >= 0 else "", said, hint, finding.households)


def sentence(finding: Finding) -> str:
    """What a coverage finding says, in the reader's language."""
    said = SENTENCES.get(finding.says)
    return finding.message if said is None else str(said) % _facts(finding.facts)


def _facts(facts: Mapping[str, object]) -> dict[str, str]:
    """The facts with codes as words."""
    said = {name: str(value) for name, value in facts.items()}
    for name, kind in (("role", Role), ("roles", Role), ("levels", FacilityLevel)):
        if name in said:
            said[name] = str(_(" or ")).join(word(kind[code]) for code in said[name].split(","))
    return said


def rule_asks(rule: CoverageRule) -> str:
    """What a rule asks for, with its limits, in the reader's language."""
    parts = [word(rule.kind)]
    parts += [word(rule.tier)] if rule.tier else []
    parts += [str(_(" or ")).join(map(word, rule.roles))] if rule.roles else []
    parts += [str(_(" or ")).join(map(word, rule.levels))] if rule.levels else []
    parts += [_("within %(metres)s m", metres=round(rule.distance_m))] if rule.distance_m else []
    parts += [_("at most %(count)s households a worker", count=rule.most_households)] if rule.most_households else []
    parts += [_("%(count)s visits in 30 days", count=rule.visits)] if rule.visits else []
    return " · ".join(map(str, parts))
