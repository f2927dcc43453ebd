"""Workers and posts that tables hold, row by row, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from geo_grid.checks.finding import Fact, Finding, errors_in
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.layer import Layer
from geo_grid.intake.texts import check_texts, day
from geo_grid.staffing import Worker
from geo_grid.vocabulary import Role

_LONGEST = {"code": 40, "name": 100, "phone": 40, "grid": 40}
_ROLES = {word.casefold(): role for role in Role for word in (role.code, role.zh, role.en)}


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A row: a worker, a post (grid and role), or both; `worker` None is a vacant post, `grid` '' no post.

    `until` is the first day after: a table names the last day in the post.
    """

    worker: Worker | None
    grid: str
    role: Role | None
    since: date | None
    until: date | None
    where: str


def staff_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], grids: AbstractSet[str]
) -> tuple[list[StaffRow], list[Finding]]:
    """The rows of the tables, and what is wrong with them; no rows when something is. `grids` are the known codes."""
    rows: list[StaffRow] = []
    findings: list[Finding] = []
    for layer in layers:
        fields = field_map(layer, Noun.WORKERS, chosen)
        table = {ours: values(layer, fields, ours) or [""] * len(layer) for ours in _ALL}
        for ours, longest in _LONGEST.items():
            findings += check_texts(layer, f"the {ours}", table[ours], longest)
        for row in range(len(layer)):
            cells = {ours: texts[row] for ours, texts in table.items()}
            wrong = _row_findings(cells, layer.where(row), grids)
            findings += wrong
            if not wrong:
                rows.append(_row(cells, layer.where(row)))
    findings += _contradictions(rows)
    return ([], findings) if errors_in(findings) else (rows, findings)


_ALL = ("code", "name", "phone", "grid", "role", "since", "until")


def _row(cells: Mapping[str, str], where: str) -> StaffRow:
    """A row whose cells are sound."""
    worker = Worker(cells["code"], cells["name"], cells["phone"] or None) if cells["code"] else None
    role = _ROLES.get(cells["role"].casefold())
    return StaffRow(worker, cells["grid"], role, day(cells["since"]), _day_after(day(cells["until"])), where)


def _day_after(last: date | None) -> date | None:
    """The first day without, None for no end; a year 9999 is how some tables write that there is none."""
    return None if last is None or last.year == 9999 else last + timedelta(days=1)


def _row_findings(cells: Mapping[str, str], where: str, grids: AbstractSet[str]) -> list[Finding]:
    """What is wrong with one row."""
    findings = []
    if cells["grid"] and cells["grid"] not in grids:
        facts: dict[str, Fact] = {"grid": cells["grid"]}
        says, hint = "there is no grid %(grid)s", "import the grids first"
        findings.append(Finding.of("grid_unknown", where, says, hint, facts=facts))
    if cells["role"] and cells["role"].casefold() not in _ROLES:
        facts = {"role": cells["role"], "known": "、".join(role.zh for role in Role)}
        says, hint = "there is no role %(role)s: the roles are %(known)s", "use one of them"
        findings.append(Finding.of("role_unknown", where, says, hint, facts=facts))
    if bool(cells["grid"]) != bool(cells["role"]):
        findings.append(Finding.of("post_half", where, "a post needs a grid and a role", "give both, or neither"))
    if cells["code"] and not cells["name"]:
        findings.append(
            Finding.of(
                "name_missing", where, "worker %(worker)s has no name", "give a name", facts={"worker": cells["code"]}
            )
        )
    if not cells["code"] and (cells["name"] or not cells["grid"]):
        says, hint = "the worker has no code", "give each one a code of their own"
        findings.append(Finding.of("code_missing", where, says, hint))
    for ours in ("since", "until"):
        if cells[ours] and day(cells[ours]) is None:
            facts = {"text": cells[ours]}
            findings.append(Finding.of("bad_date", where, "%(text)s is no date", "write it as 2024-05-01", facts=facts))
    since, until = day(cells["since"]), day(cells["until"])
    if since is not None and until is not None and until < since:
        findings.append(Finding.of("bad_date", where, "it ends before it begins", "correct the dates"))
    return findings


def _contradictions(rows: Sequence[StaffRow]) -> list[Finding]:
    """Findings for one code with two names or phones."""
    first: dict[str, StaffRow] = {}
    findings = []
    for row in rows:
        if row.worker is None:
            continue
        known = first.setdefault(row.worker.code, row)
        if known.worker is not None and known.worker != row.worker:
            says, hint = "worker %(worker)s is somebody else in %(other)s", "one code is one person with one phone"
            facts: dict[str, Fact] = {"worker": row.worker.code, "other": known.where}
            findings.append(Finding.of("worker_twice", row.where, says, hint, facts=facts))
    return findings
