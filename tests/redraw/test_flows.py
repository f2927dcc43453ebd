"""Tests of the flows of ground between grids against every shape before laid over every shape after."""

from __future__ import annotations

import random

import pytest
import shapely

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import flows_of
from geo_grid.redraw.memory import MemorySource
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.run import run
from geo_grid.vocabulary import LEAF_TIERS
from tests.redraw.anything import Planner

MOVES = 30


def test_ground_flows_as_every_shape_laid_over_every_other_says(sample_source: MemorySource) -> None:
    net, rng, seen = Net(sample_source), random.Random(11), 0
    planner = Planner(list(sample_source.codes), rng)
    while seen < MOVES:
        try:
            changes, _ = run(net, planner.move(net))
        except MoveRefused:
            continue
        later = net.after(changes)
        for before, after, one in ((net, later, changes), (later, net, ~changes)):
            found = {
                (flow.source, flow.target): flow.area_m2
                for flow in flows_of(before, after, one)
                if flow.source and flow.target and flow.tier in LEAF_TIERS
            }
            for (source, target), area in _laid_over(one).items():
                assert found.get((source, target), 0.0) == pytest.approx(area, abs=1.0), (source, target)
        seen += 1


def _laid_over(changes: ChangeSet) -> dict[tuple[str, str], float]:
    """What each leaf before shares with each other leaf after, in m²."""
    leaves = {code: pair for code, pair in changes.rows.items() if any(row and row.tier.is_leaf for row in pair)}
    return {
        (source, target): float(shapely.area(shapely.intersection(old.own, new.own)))
        for source, (old, _) in leaves.items()
        for target, (_, new) in leaves.items()
        if source != target and old is not None and new is not None and old.own is not None and new.own is not None
    }
