"""The rules: functions of a county that yield findings, each registered under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from geo_grid.checks.finding import Finding
from geo_grid.county import County

Rule = Callable[[County], Iterable[Finding]]

#: Rules whose breach means that the data is corrupt, and rules about who is served by whom.
INVARIANTS: dict[str, Rule] = {}
COVERAGE: dict[str, Rule] = {}


def invariant(check: Rule) -> Rule:
    """Register a rule that must never be broken."""
    INVARIANTS[check.__name__] = check
    return check


def rule(check: Rule) -> Rule:
    """Register a coverage rule, whose findings are work to be done."""
    COVERAGE[check.__name__] = check
    return check
