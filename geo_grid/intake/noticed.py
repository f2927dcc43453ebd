"""Findings about many rows of a file, one each, the flood cut off with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from geo_grid.checks.finding import Fact, Finding

#: Rows named one by one; of the others the number is told.
MOST_NAMED = 500


def of_rows(
    rule: str,
    source: str,
    says: str,
    hint: str,
    rows: Sequence[tuple[int, Mapping[str, Fact]]],
    *,
    severity: Literal["error", "warning"] = "error",
) -> list[Finding]:
    """One finding a row: `rows` are numbers from 1, each with the facts that `says` is filled with."""
    named = sorted(rows, key=lambda one: one[0])[:MOST_NAMED]
    findings = [
        Finding.of(rule, f"{source} row {row}", says, hint, row=row, facts=dict(facts), severity=severity)
        for row, facts in named
    ]
    rest = len(rows) - len(named)
    if rest:
        more = "%(rows)s more rows have the same fault"
        findings.append(Finding.of(rule, source, more, hint, facts={"rows": rest}, severity=severity, count=rest))
    return findings


def shortened(text: str, longest: int = 60) -> str:
    """The text as a message can hold it."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
