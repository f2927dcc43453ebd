"""Grids shared out among workers so that each gets a run of neighbours with about as many households."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def share_out(households: Mapping[str, int], workers: Sequence[str]) -> dict[str, str]:
    """Grid → worker: the grids in the order of their codes (serials run west to east) cut into runs of equal weight.

    A grid goes to the run that holds its middle household, so no share is farther from the mean than its largest grid.
    A grid without households weighs nothing among others and one where there are none at all.
    """
    codes = sorted(households)
    weights = [households[code] for code in codes]
    if not any(weights):
        weights = [1] * len(codes)
    total, passed, given = sum(weights), 0.0, {}
    for code, weight in zip(codes, weights, strict=True):
        middle = (passed + weight / 2) / total if total else 0.0
        given[code] = workers[min(int(middle * len(workers)), len(workers) - 1)]
        passed += weight
    return given
