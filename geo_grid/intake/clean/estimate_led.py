"""Cells cut and extended to the lines that lead, nearly: for an estimate, before their coverage is cleaned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.intake.clean.leading import led_by_tier
from geo_grid.intake.clean.rules import PARENT, CleaningRules
from geo_grid.intake.clean.tiers import thick
from geo_grid.intake.clean.tree import tree_of
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition.clean_rings import mended
from geo_grid.partition.clean_zones import Fence
from geo_grid.partition.lattice import Geometries
from geo_grid.vocabulary import Tier


def led_cells(
    cells: Sequence[GridRow], shapes: Geometries, wider: Sequence[GridRow], rules: CleaningRules
) -> Geometries:
    """The shapes of cells, which are valid, as far as lines of wider grids let them.

    Those lead of the tier that the rules name; where somebody answered that parents lead, those of the narrowest of
    the wider tiers, and only where the two differ by more than a slip.
    """
    lead, every = rules.lead, True
    if lead is None and rules.answers.get("tier") == PARENT:
        lead, every = max((row.tier for row in wider), key=lambda tier: tier.rank, default=None), False
    if lead is None or lead is Tier.SPECIAL or not any(row.tier is lead for row in wider):
        return shapes
    wider, around = valid_rows(wider)
    rows, whole = [*cells, *wider], np.concatenate([shapes, around])
    fences = led_by_tier(lead, rows, whole, tree_of(rows, whole), len(cells)).fences
    return _cut(shapes, fences, None if every else rules.close_gaps_m or 0.0)


def valid_rows(rows: Sequence[GridRow]) -> tuple[list[GridRow], Geometries]:
    """The rows that have any ground, and that ground, valid."""
    shapes, _ = mended(np.array([row.geom for row in rows], dtype=object))
    there = ~shapely.is_missing(shapes)
    return [row for row, kept in zip(rows, there, strict=True) if kept], shapes[there]


def _cut(shapes: Geometries, fences: Sequence[Fence], slip_m: float | None) -> Geometries:
    """The shapes cut to the one fence that admits each, and what they lose given to the nearest one within."""
    times: dict[int, int] = defaultdict(int)
    for fence in fences:
        for cell in fence.admitted:
            times[cell] += 1
    members = [sorted(cell for cell in fence.admitted if times[cell] == 1) for fence in fences]
    result, lost = shapes.copy(), []
    for fence, inside in zip(fences, members, strict=True):
        shapely.prepare(fence.shape)
        over = [cell for cell in inside if not shapely.covers(fence.shape, shapes[cell])]
        for cell, beyond in zip(over, shapely.difference(shapes[over], fence.shape), strict=True):
            pieces = [beyond] if slip_m is None else thick(beyond, slip_m)
            if pieces:
                lost += pieces
                result[cell] = shapely.difference(shapes[cell], shapely.union_all(pieces))
    return _given(result, shapes, lost, fences, members)


def _given(
    result: Geometries, shapes: Geometries, lost: Sequence[Any], fences: Sequence[Fence], members: Sequence[list[int]]
) -> Geometries:
    """The shapes with lost ground, piece by piece, given to the nearest member of the fence it lies in."""
    parts = shapely.get_parts(np.array(lost, dtype=object))
    gains: dict[int, list[Any]] = defaultdict(list)
    tree = shapely.STRtree(parts)
    for fence, inside in zip(fences, members, strict=True):
        near = tree.query(fence.shape, predicate="intersects")
        within = shapely.intersection(parts[near], fence.shape)
        within = within[shapely.area(within) > 0]
        if len(within) and inside:
            _, taker = shapely.STRtree(shapes[inside]).query_nearest(within, all_matches=False)
            for piece, place in zip(within, taker.tolist(), strict=True):
                gains[inside[place]].append(piece)
    for cell, pieces in gains.items():
        result[cell] = shapely.union_all([result[cell], *pieces])
    return result
