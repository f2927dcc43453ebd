"""The invariants: functions of a county that yield findings, each registered under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from geo_grid.checks.finding import Finding
from geo_grid.county import County

Invariant = Callable[[County], Iterable[Finding]]

#: Rules whose breach means that the data is corrupt.
INVARIANTS: dict[str, Invariant] = {}


def invariant(check: Invariant) -> Invariant:
    """Register a rule that must never be broken."""
    INVARIANTS[check.__name__] = check
    return check
