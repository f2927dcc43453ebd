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
    """The latest coverage of each scope, and the county that it is of: a rule may change and the county stay."""

    def __init__(self) -> None:
        self._counties: Kept[int, tuple[County, Mapping[str, int]]] = Kept()
        self._kept: Kept[tuple[int, str], Coverage] = Kept()

    def at_present(self) -> Coverage:
        """The coverage by what the asker sees now.

        No connection is held while rules are evaluated: what takes long would be lost with it.
        """
        mark = read(_mark)
        return self._kept.at(scope(), mark, lambda: self._evaluated(mark), _is_same)

    def _evaluated(self, mark: tuple[int, str]) -> Coverage:
        """The coverage, evaluated now."""
        county, ids = self._counties.at(scope(), mark[0], lambda: read(_county), unchanged)
        rules, waivers = read(lambda conn: (tuple(read_rules(conn)), tuple(read_waivers(conn))))
        answers = evaluate_all(county, rules, waivers)
        return Coverage("/".join(map(str, mark)), county, rules, answers, waivers, ids)


def coverage_now() -> Coverage:
    """The coverage of this application's county."""
    return cast(Coverages, current_app.extensions["coverages"]).at_present()


def _mark(conn: Connection) -> tuple[int, str]:
    return data_version(conn), rules_mark(conn)


def _county(conn: Connection) -> tuple[County, Mapping[str, int]]:
    return read_county_without_ground(conn), read_ids(conn)


def _is_same(was: tuple[int, str], now: tuple[int, str]) -> bool:
    return was[1] == now[1] and unchanged(was[0], now[0])


def coverage_rules() -> list[CoverageRule]:
    """The rules in force today, without what they find."""
    rules, today = read(lambda conn: (read_rules(conn), read_today(conn)))
    return [rule for rule in rules if rule.holds_on(today)]
