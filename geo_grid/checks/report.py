"""Every rule over a county, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geo_grid.checks import invariants
from geo_grid.checks.answers import RuleAnswer, Waiver
from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.evaluation import evaluate_all
from geo_grid.checks.finding import Finding, errors_in
from geo_grid.checks.registry import INVARIANTS
from geo_grid.checks.rules import PRESETS, CoverageRule
from geo_grid.county import County
from geo_grid.vocabulary import Tier

#: The modules whose rules are registered by being read.
RULE_MODULES = (invariants,)


@dataclass(frozen=True)
class CheckReport:
    """The findings, and the county's figures."""

    findings: Sequence[Finding]
    figures: dict[str, object] = field(default_factory=dict)

    @property
    def invariants_broken(self) -> int:
        """How many findings say that the data is corrupt."""
        return len(errors_in(self.findings))

    def to_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            "invariants_broken": self.invariants_broken,
            "findings": [finding.to_json() for finding in self.findings],
            **self.figures,
        }


def check(county: County, rules: Sequence[CoverageRule] = PRESETS, waivers: Sequence[Waiver] = ()) -> CheckReport:
    """Every invariant and every coverage rule in force, with the figures of the county."""
    broken = [finding for invariant in INVARIANTS.values() for finding in invariant(county)]
    answers = evaluate_all(county, rules, waivers)
    lacking = [finding for answer in answers.values() for finding in answer.findings]
    return CheckReport(in_degrees([*broken, *lacking], county.srid), _figures(county, answers))


def _figures(county: County, answers: Mapping[str, RuleAnswer]) -> dict[str, object]:
    """How much there is of everything."""
    tiers = Counter(grid.tier for grid in county.grids)
    return {
        "grids": {tier.code.lower(): tiers[tier] for tier in Tier},
        "households": len(county.doors.codes),
        "households_unplaced": int(county.unplaced.sum()),
        "households_contacted": sum(bool(contact) for contact in county.doors.contacts),
        "workers": len(county.staff.workers),
        "posts": len(county.staff.posts),
        "posts_filled": len(county.filled),
        "rules": {"invariants": len(INVARIANTS), "coverage": len(answers)},
        "coverage": {code: answer.figures.to_json() for code, answer in answers.items()},
    }
