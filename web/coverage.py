"""The coverage of the county, kept in memory until the data, the rules or the day change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.checks import CoverageRule, RuleAnswer, Waiver, evaluate_all, read_rules, read_waivers, rules_mark
from geo_grid.county import County, read_county_without_ground
from geo_grid.errors import NotFound
from geo_grid.grids import read_ids
from geo_grid.publish import data_version
from geo_grid.staffing import read_today
from web.database import read, scope
from web.kept import Kept
from web.present import unchanged


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every rule with what it found; `answers` holds the rules that are in force."""

    mark: str
    county: County
    rules: tuple[CoverageRule, ...]
    answers: Mapping[str, RuleAnswer]
    waivers: tuple[Waiver, ...]
    ids: Mapping[str, int]

    def rule(self, code: str) -> CoverageRule:
        """The rule with that code; raises `NotFound`."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise NotFound.of("there is no coverage rule %(code)s: see the list of rules", code=code)

    def waivers_of(self, code: str) -> list[Waiver]:
        """The waivers of a rule that are in force."""
        return [one for one in self.waivers if one.rule == code]


class Coverages:
    """The latest coverage of each scope."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[int, str], Coverage] = Kept()

    def at_present(self, conn: Connection) -> Coverage:
        """The coverage by what the asker sees now."""
        mark = data_version(conn), rules_mark(conn)
        return self._kept.at(scope(), mark, lambda: _coverage(conn, "/".join(map(str, mark))), _is_same)


def coverage_now() -> Coverage:
    """The coverage of this application's county."""
    return read(cast(Coverages, current_app.extensions["coverages"]).at_present)


def _is_same(was: tuple[int, str], now: tuple[int, str]) -> bool:
    return was[1] == now[1] and unchanged(was[0], now[0])


def coverage_rules() -> list[CoverageRule]:
    """The rules in force today, without what they find."""
    rules, today = read(lambda conn: (read_rules(conn), read_today(conn)))
    return [rule for rule in rules if rule.holds_on(today)]


def _coverage(conn: Connection, mark: str) -> Coverage:
    county, rules, waivers = read_county_without_ground(conn), read_rules(conn), read_waivers(conn)
    return Coverage(mark, county, tuple(rules), evaluate_all(county, rules, waivers), tuple(waivers), read_ids(conn))
