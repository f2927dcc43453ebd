"""Invariants and coverage rules over a county."""

from typing import TYPE_CHECKING

from geo_grid.lazily import lazily

if TYPE_CHECKING:
    from geo_grid.checks.answers import Figures, RuleAnswer, Waiver
    from geo_grid.checks.degrees import in_degrees
    from geo_grid.checks.evaluation import evaluate, evaluate_all
    from geo_grid.checks.finding import Finding, Severity, errors_in
    from geo_grid.checks.reach import Reach, ServiceArea, reach_of, without_facility
    from geo_grid.checks.registry import INVARIANTS, invariant
    from geo_grid.checks.report import CheckReport, check
    from geo_grid.checks.rules import PRESETS, CoverageRule
    from geo_grid.checks.store import (
        end_waiver,
        note_day,
        read_months,
        read_rules,
        read_waivers,
        rule_by_code,
        rules_mark,
        write_rule,
    )
    from geo_grid.checks.waiving import waive

# An import needs findings, and neither the rules nor the whole county with all that they ask of it.
__getattr__ = lazily(
    __name__,
    {
        "answers": ["Figures", "RuleAnswer", "Waiver"],
        "degrees": ["in_degrees"],
        "evaluation": ["evaluate", "evaluate_all"],
        "finding": ["Finding", "Severity", "errors_in"],
        "reach": ["Reach", "ServiceArea", "reach_of", "without_facility"],
        "registry": ["invariant"],
        "report": ["INVARIANTS", "CheckReport", "check"],
        "rules": ["PRESETS", "CoverageRule"],
        "store": [
            "end_waiver",
            "note_day",
            "read_months",
            "read_rules",
            "read_waivers",
            "rule_by_code",
            "rules_mark",
            "write_rule",
        ],
        "waiving": ["waive"],
    },
)

__all__ = [
    "INVARIANTS",
    "PRESETS",
    "CheckReport",
    "CoverageRule",
    "Figures",
    "Finding",
    "Reach",
    "RuleAnswer",
    "ServiceArea",
    "Severity",
    "Waiver",
    "check",
    "end_waiver",
    "errors_in",
    "evaluate",
    "evaluate_all",
    "in_degrees",
    "invariant",
    "note_day",
    "reach_of",
    "read_months",
    "read_rules",
    "read_waivers",
    "rule_by_code",
    "rules_mark",
    "waive",
    "without_facility",
    "write_rule",
]
