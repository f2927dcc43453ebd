"""/api/coverage: what the coverage rules found, in households."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from geo_grid.checks import CoverageRule
from geo_grid.errors import NotFound
from geo_grid.vocabulary import Action
from web.access import needs
from web.api.description import takes
from web.coverage import Coverage, coverage_now

coverage = Blueprint("coverage", __name__)

_PARTS = {"code": str, "zh": str, "en": str, "kind": str, "figures": {"type": "object"}}
_RULE = {"type": "object", "required": list(_PARTS)}


@coverage.get("/coverage")
@takes(answer={"day": date, "rules": {"type": "array", "items": _RULE}})
@needs(Action.SEE)
def rules() -> Response:
    """The county's figures of every rule in force."""
    shown = coverage_now()
    return jsonify(
        day=shown.county.day.isoformat(),
        rules=[_rule(shown, rule) for rule in shown.rules if rule.code in shown.answers],
    )


@coverage.get("/coverage/<code>")
@takes(answer={**_PARTS, "leaves": {"type": "object"}}, refuses=(404,))
@needs(Action.SEE)
def rule(code: str) -> Response:
    """The figures of one rule, and those of every leaf by the grid's id: covered, overloaded, not covered, waived."""
    shown = coverage_now()
    found = shown.rule(code)
    if code not in shown.answers:
        raise NotFound.of(
            "the coverage rule %(code)s is not in force: switch it on, or wait for its first day", code=code
        )
    leaves = {
        str(shown.ids[leaf]): [one.covered, one.overloaded, one.uncovered, one.waived]
        for leaf, one in shown.answers[code].by_leaf().items()
    }
    return jsonify(**_rule(shown, found), leaves=leaves)


def _rule(shown: Coverage, rule: CoverageRule) -> dict[str, Any]:
    """A rule with its figures."""
    figures = shown.answers[rule.code].figures
    return {"code": rule.code, "zh": rule.zh, "en": rule.en, "kind": rule.kind.code, "figures": figures.to_json()}
