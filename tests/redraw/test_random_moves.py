"""Whatever is moved, and in whatever order, the net stays one partition that carries all tiers."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geo_grid.redraw.memory import MemorySource
from geo_grid.redraw.moves import MOVES
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.run import run
from tests.redraw.anything import Planner
from tests.redraw.proofs import prove_move, prove_net, same

#: Moves in a row, and rows: together at least 1,000 moves.
LENGTH, ROWS = 40, 26

_done: Counter[str] = Counter()


def work(source: MemorySource, seeds: list[int], *, whole: bool) -> Counter[str]:
    """Run a move for each seed, prove each, perhaps the whole net at the end, take all back; how many were made."""
    start = net = Net(source)
    codes, made, done = list(source.codes), [], Counter[str]()
    for seed in seeds:
        move = Planner(codes, random.Random(seed)).move(net)
        try:
            changes, new = run(net, move)
        except MoveRefused:
            done["refused"] += 1
            continue
        later = net.after(changes)
        prove_move(net, changes, later)
        codes, net = sorted({*codes, *new}), later
        made.append(changes)
        done[move.kind] += 1
    if whole:
        prove_net(net, codes)
    for changes in reversed(made):
        net = net.after(~changes)
    assert same(net, start, [code for code in codes if code in net.changed or code in net.redrawn])
    return done


# Shrinking rows of moves takes minutes and rarely helps: a failing row is run again by its seeds.
@settings(max_examples=ROWS, deadline=None, derandomize=True, phases=[Phase.generate])
@given(seeds=st.lists(st.integers(0, 2**32), min_size=LENGTH, max_size=LENGTH))
def test_the_net_holds_after_every_move_and_undoing_all_brings_it_back(
    sample_source: MemorySource, seeds: list[int]
) -> None:
    _done.update(work(sample_source, seeds, whole=_done["rows"] == 0))
    _done["rows"] += 1


def test_moves_of_all_kinds_were_made() -> None:
    made = {kind: count for kind, count in _done.items() if kind in MOVES}
    assert sum(made.values()) + _done["refused"] >= 1000
    assert set(made) == set(MOVES)
    assert sum(made.values()) > _done["refused"]


def test_the_sample_county_holds_before_any_move(sample_source: MemorySource) -> None:
    prove_net(Net(sample_source), list(sample_source.codes))
