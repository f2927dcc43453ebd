"""The rows of coverage rules, waivers and daily figures, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Row, text

from geo_grid.checks.answers import Figures, Waiver
from geo_grid.checks.rules import CoverageRule
from geo_grid.errors import NotFound
from geo_grid.vocabulary import FacilityLevel, Role, RuleKind, Tier

_RULES = """
SELECT code, kind, zh, en, tier, roles, levels, distance_m, most_households, since, is_on, visits
  FROM geo_grid.coverage_rules
 ORDER BY place
"""

_UPDATE_RULE = """
UPDATE geo_grid.coverage_rules
   SET distance_m = :distance_m, most_households = :most_households, since = :since, is_on = :is_on,
       visits = :visits,
       changed_at = clock_timestamp()
 WHERE code = :code
"""

_WAIVERS = """
SELECT w.id, w.rule, g.code, w.reason, w.by, w.until
  FROM geo_grid.waivers w
  JOIN geo_grid.grids g ON g.id = w.grid_id
 WHERE w.ended_at IS NULL AND w.until >= current_date
 ORDER BY w.id
"""

_ADD_WAIVER = """
INSERT INTO geo_grid.waivers (rule, grid_id, reason, by, until)
SELECT :rule, g.id, :reason, :by, :until FROM geo_grid.grids g WHERE g.code = :grid AND g.retired_at IS NULL
RETURNING id
"""

_MARK = """
SELECT concat_ws('/', (SELECT max(changed_at) FROM geo_grid.coverage_rules),
                 (SELECT max(greatest(made_at, ended_at)) FROM geo_grid.waivers),
                 (SELECT max(id) FROM geo_grid.inspections), (SELECT max(id) FROM geo_grid.visits),
                 (SELECT (max(changed_at), count(*))::text FROM geo_grid.rhythms),
                 (SELECT string_agg(season, '' ORDER BY month) FROM geo_grid.seasons), current_date)
"""

_NOTE_DAY = """
INSERT INTO geo_grid.coverage_days (day, rule, covered, overloaded, uncovered, waived)
VALUES (current_date, :rule, :covered, :overloaded, :uncovered, :waived)
ON CONFLICT (day, rule) DO UPDATE
   SET covered = excluded.covered, overloaded = excluded.overloaded, uncovered = excluded.uncovered,
       waived = excluded.waived
"""

#: The last noted day of each of the past months.
_MONTHS = """
SELECT DISTINCT ON (date_trunc('month', day)) day, covered, overloaded, uncovered, waived
  FROM geo_grid.coverage_days
 WHERE rule = :rule AND day > current_date - interval '25 months'
 ORDER BY date_trunc('month', day), day DESC
"""


def read_rules(conn: Connection) -> list[CoverageRule]:
    """The county's coverage rules, in their order."""
    return [_rule(row) for row in conn.execute(text(_RULES))]


def _rule(row: Row[tuple[object, ...]]) -> CoverageRule:
    """A rule of its row."""
    given = dict(row._mapping)
    return CoverageRule(
        **given
        | {
            "kind": RuleKind[given["kind"]],
            "tier": None if given["tier"] is None else Tier[given["tier"]],
            "roles": tuple(Role[code] for code in given["roles"]),
            "levels": tuple(FacilityLevel[code] for code in given["levels"]),
        }
    )


def rule_by_code(conn: Connection, code: str) -> CoverageRule:
    """The rule with that code; raises `NotFound`."""
    for rule in read_rules(conn):
        if rule.code == code:
            return rule
    raise NotFound.of("there is no coverage rule %(code)s: see the list of rules", code=code)


def write_rule(conn: Connection, rule: CoverageRule) -> None:
    """Give a standing rule its limits, its first day and whether it is on."""
    limits = {"distance_m": rule.distance_m, "most_households": rule.most_households, "visits": rule.visits}
    conn.execute(text(_UPDATE_RULE), {"code": rule.code, "since": rule.since, "is_on": rule.is_on, **limits})


def read_waivers(conn: Connection) -> list[Waiver]:
    """The waivers that are in force."""
    return [Waiver(*row) for row in conn.execute(text(_WAIVERS))]


def add_waiver(conn: Connection, *, rule: str, grid: str, reason: str, by: str, until: date) -> int:
    """A new waiver's id. Raises `NotFound` for a grid that does not stand."""
    values = {"rule": rule, "grid": grid, "reason": reason, "by": by, "until": until}
    made = conn.execute(text(_ADD_WAIVER), values).scalar()
    if made is None:
        raise NotFound.of("there is no grid %(grid)s: check the code", grid=grid)
    return int(made)


def end_waiver(conn: Connection, waiver_id: int) -> None:
    """Let a waiver end now; raises `NotFound`."""
    query = text("UPDATE geo_grid.waivers SET ended_at = clock_timestamp() WHERE id = :id AND ended_at IS NULL")
    if conn.execute(query, {"id": waiver_id}).rowcount == 0:
        raise NotFound.of("there is no waiver %(waiver_id)s in force: look at the list again", waiver_id=waiver_id)


def rules_mark(conn: Connection) -> str:
    """A text that changes whenever a rule, a waiver or the day does."""
    return str(conn.execute(text(_MARK)).scalar_one())


def note_day(conn: Connection, figures: Mapping[str, Figures]) -> None:
    """Keep the county's figures of each rule as those of today."""
    for rule, one in figures.items():
        values = {name: count for name, count in one.to_json().items() if name != "total"}
        conn.execute(text(_NOTE_DAY), {"rule": rule, **values})


def read_months(conn: Connection, rule: str) -> list[tuple[date, Figures]]:
    """The figures of a rule on the last noted day of each month of the past two years, oldest first."""
    return [(row[0], Figures(*row[1:])) for row in conn.execute(text(_MONTHS), {"rule": rule})]
