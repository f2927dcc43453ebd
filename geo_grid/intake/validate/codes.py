"""Codes, tiers and parents of grids: blank, on several rows, mixed, skipped, nowhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.grids import is_root
from geo_grid.intake.validate.drawn import Drawn, GridLayer
from geo_grid.intake.validate.touched import Households
from geo_grid.intake.validate.words import some, told
from geo_grid.partition.lattice import Integers
from geo_grid.vocabulary import Tier

_FLOAT = re.compile(r"\d+\.0+|\d(\.\d+)?[eE]\+\d+")


def code_faults(drawn: Drawn, households: Households) -> Iterator[Finding]:
    """Grids of the files without a code, and codes on several rows."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    bare: dict[int, list[int]] = defaultdict(list)
    for row, code in enumerate(drawn.codes):
        if drawn.source[row] < 0:
            continue
        if code:
            rows_of[code].append(row)
        else:
            bare[int(drawn.source[row])].append(row)
    for source, rows in bare.items():
        if len(rows) == int((drawn.source == source).sum()):
            finding = _about("code_none", drawn, rows, households, rows=len(rows))
            yield replace(finding, severity="warning", count=len(rows))
        else:
            yield from (replace(_about("code_blank", drawn, [row], households), severity="warning") for row in rows)
    for code, rows in rows_of.items():
        if len(rows) > 1:
            facts = {"code": code, "rows": len(rows), "places": some([drawn.where[row] for row in rows])}
            yield _about("code_several", drawn, rows, households, **facts)


def layer_faults(layer: GridLayer, rows: Integers, drawn: Drawn) -> Iterator[Finding]:
    """A layer whose rows say no tier or one we do not know, that mixes tiers, or whose codes became numbers."""
    source = layer.layer.source
    tiers = [drawn.tiers[row] for row in rows.tolist()]
    unknown = Counter(word for word, tier in zip(layer.texts("tier"), tiers, strict=True) if word and tier is None)
    for word, count in unknown.items():
        yield told("tier_unknown", source, word=word, rows=count)
    silent = sum(tier is None for tier in tiers) - sum(unknown.values())
    if silent:
        yield told("tier_missing", source, rows=silent)
    present = Counter(tier for tier in tiers if tier is not None)
    if len(present) > 1:
        said = ", ".join(f"{tier.code} ({present[tier]})" for tier in Tier if tier in present)
        yield told("tiers_mixed", source, severity="warning", tiers=said)
    floats = [code for code in layer.texts("code") if _FLOAT.fullmatch(code)]
    if floats:
        yield told("code_float", source, severity="warning", code=floats[0])


def parent_faults(drawn: Drawn, parent: Integers, lost: Sequence[int], households: Households) -> Iterator[Finding]:
    """Grids whose named parent is nowhere, that have none, and tiers that are skipped between parent and child."""
    for row in lost:
        facts = {"parent": drawn.parents[row], "grid": drawn.called(row)}
        yield _about("parent_missing", drawn, [row], households, **facts)
    missing = set(lost)
    for row in np.flatnonzero((parent < 0) & (drawn.source >= 0)).tolist():
        tier = drawn.tiers[row]
        if row not in missing and tier is not None and not is_root(tier):
            yield _about("parent_none", drawn, [row], households, grid=drawn.called(row))
    yield from _skipped(drawn, parent)
    yield from _childless(drawn, parent, households)


def _childless(drawn: Drawn, parent: Integers, households: Households) -> Iterator[Finding]:
    """A finding for each grid of the files without children, where nine of ten of its level have some."""
    has = np.zeros(len(drawn), dtype=bool)
    has[parent[parent >= 0]] = True
    for level in np.unique(drawn.level).tolist():
        peers = drawn.level == level
        if has[peers].mean() >= 0.9:
            for row in np.flatnonzero(peers & ~has & (drawn.source >= 0)).tolist():
                finding = _about("no_children", drawn, [row], households, grid=drawn.called(row))
                yield replace(finding, severity="warning")


def _skipped(drawn: Drawn, parent: Integers) -> Iterator[Finding]:
    """A finding for each pair of tiers between which others are skipped though the files or the county have them."""
    present = {tier for tier in drawn.tiers if tier is not None}
    pairs: Counter[tuple[Tier, Tier]] = Counter()
    for row in np.flatnonzero((parent >= 0) & (drawn.source >= 0)).tolist():
        below, above = drawn.tiers[row], drawn.tiers[int(parent[row])]
        if below is not None and above is not None and below is not Tier.SPECIAL:
            pairs[below, above] += 1
    for (below, above), count in sorted(pairs.items(), key=lambda pair: (pair[0][0].rank, pair[0][1].rank)):
        between = {tier for tier in present if above.rank < tier.rank < below.rank}
        if between:
            yield told(
                "tier_skipped", "the files", severity="warning", rows=count, tier=below.code, parent_tier=above.code
            )


def _about(rule: str, drawn: Drawn, grids: Sequence[int], households: Households, **facts: Any) -> Finding:
    """A finding about whole grids, at the last of them, with the households in all."""
    shapes = drawn.shapes[list(grids)]
    there = shapes[~shapely.is_missing(shapes)]
    row = grids[-1]
    count = int(households.within(there).sum())
    finding = told(rule, drawn.place(row), row=drawn.number[row], households=count, **facts)
    if len(there) == 0:
        return finding
    at = shapely.point_on_surface(there[-1])
    return replace(finding, point=(at.x, at.y), area_m2=float(shapely.area(there).sum()))
