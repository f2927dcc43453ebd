"""Waiving a coverage rule in a grid, with a reason and an end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from geo_grid.checks.store import add_waiver, rule_by_code
from geo_grid.errors import BadInput
from geo_grid.staffing import read_today

LONGEST_REASON = 300
LONGEST_DAYS = 366


class BadWaiver(BadInput):
    """A waiver without a reason, or with an end that cannot be."""


def waive(conn: Connection, rule: str, grid: str, *, reason: str, by: str, until: date) -> int:
    """The id of a new waiver of `rule` in `grid` and all below it, up to and with the day `until`.

    Raises `BadWaiver` for a blank or long reason, an end in the past or more than a year away, and `NotFound` for a
    rule or a grid that is not there.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadWaiver.of("a waiver needs a reason of 1 to %(most)s characters", most=LONGEST_REASON)
    today = read_today(conn)
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise BadWaiver.of(
            "a waiver ends between today and in %(most)s days: give a day in that time", most=LONGEST_DAYS
        )
    return add_waiver(conn, rule=rule_by_code(conn, rule).code, grid=grid, reason=reason, by=by, until=until)
