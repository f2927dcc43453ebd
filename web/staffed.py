"""Who is in which post and whose contact, kept in memory until the posts, the households or the rule change."""

from __future__ import annotations

from typing import cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.checks import rule_by_code, rules_mark
from geo_grid.county import County, read_staffed
from geo_grid.publish import data_version
from web.database import read, scope
from web.kept import Kept
from web.people import People
from web.present import unchanged

#: The rule that says how many households are too many.
LOAD_RULE = "every_household_has_a_contact"


class Peoples:
    """The latest people of each scope, and the county that they are of: the rule may change and the county stay."""

    def __init__(self) -> None:
        self._counties: Kept[int, County] = Kept()
        self._kept: Kept[tuple[int, str], People] = Kept()

    def at_present(self) -> People:
        """The people that the asker sees now."""
        mark = read(_mark)
        return self._kept.at(scope(), mark, lambda: self._people(mark), _is_same)

    def _people(self, mark: tuple[int, str]) -> People:
        county = self._counties.at(scope(), mark[0], lambda: read(read_staffed), unchanged)
        return People(county, read(rule_by_code, LOAD_RULE).most_households)


def people_now() -> People:
    """The people of this application's county."""
    return cast(Peoples, current_app.extensions["peoples"]).at_present()


def _mark(conn: Connection) -> tuple[int, str]:
    return data_version(conn), rules_mark(conn)


def _is_same(was: tuple[int, str], now: tuple[int, str]) -> bool:
    return was[1] == now[1] and unchanged(was[0], now[0])
