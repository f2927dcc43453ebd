"""Many findings of one kind made few: the gravest stay, and one finding stands for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.validate.words import WORDS

#: How many findings a person is shown.
MOST_SHOWN = 100
#: How many places of the findings left out are drawn on the map.
MOST_PLACES = 2000


def gather(findings: Sequence[Finding], most: int = MOST_SHOWN) -> list[Finding]:
    """At most `most` findings that together stand for all, errors first, then by the households they touch.

    Kinds (rule and severity) with few findings keep them all; each of the others keeps its gravest, followed by one
    that counts the rest, with their households, their ground and their places as one MultiPoint.
    """
    if len(findings) <= most:
        return sorted(findings, key=_gravity)
    ordered = sorted(findings, key=lambda one: (one.severity, one.rule, _gravity(one)))
    kinds = [list(group) for _, group in groupby(ordered, key=lambda one: (one.severity, one.rule))]
    kinds = kinds[:most]
    shown = _shares([len(kind) for kind in kinds], most)
    found: list[Finding] = []
    for kind, share in zip(kinds, shown, strict=True):
        found += kind if share >= len(kind) else [*kind[: share - 1], _rest(kind[share - 1 :])]
    return found


def _gravity(finding: Finding) -> tuple[object, ...]:
    """What sorts the gravest first."""
    return finding.severity, -finding.households, -finding.area_m2


def _shares(sizes: Sequence[int], most: int) -> list[int]:
    """How many findings each kind may show: the same for all, and what small kinds leave goes to the large."""
    shares = [0] * len(sizes)
    left, kinds = most, sorted(range(len(sizes)), key=lambda kind: sizes[kind])
    for place, kind in enumerate(kinds):
        shares[kind] = max(1, min(sizes[kind], left // (len(kinds) - place)))
        left -= shares[kind]
    return shares


def _rest(findings: Sequence[Finding]) -> Finding:
    """One finding for all of these."""
    points = [finding.point for finding in findings if finding.point is not None][:MOST_PLACES]
    geometry = shapely.to_wkb(shapely.multipoints(points), hex=True) if points else None
    says, hint = WORDS["many_more"]
    count = sum(finding.count for finding in findings)
    first = findings[0]
    return replace(
        first,
        message=says % {"rows": count},
        says=says,
        hint=hint,
        facts={"rows": count},
        households=sum(finding.households for finding in findings),
        area_m2=sum(finding.area_m2 for finding in findings),
        row=None,
        geometry=geometry,
        count=count,
    )
