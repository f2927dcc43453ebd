"""Invariants and coverage rules over a county."""

from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.finding import Finding, Severity, errors_in
from geo_grid.checks.registry import COVERAGE, INVARIANTS, invariant, rule
from geo_grid.checks.report import CheckReport, check

__all__ = [
    "COVERAGE",
    "INVARIANTS",
    "CheckReport",
    "Finding",
    "Severity",
    "check",
    "errors_in",
    "in_degrees",
    "invariant",
    "rule",
]
