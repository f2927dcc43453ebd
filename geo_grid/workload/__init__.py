"""Workload: what each grid and each worker has to carry, by a formula whose every term can be seen."""

from geo_grid.workload.balance import Move, Spread, histogram, next_moves, outliers, spread_of
from geo_grid.workload.facts import LeafFacts, visits_a_month
from geo_grid.workload.formula import Workload, workload_of
from geo_grid.workload.store import change_weights, read_leaf_facts, read_weights, weights_mark
from geo_grid.workload.weights import BadWeight, Weights

__all__ = [
    "BadWeight",
    "LeafFacts",
    "Move",
    "Spread",
    "Weights",
    "Workload",
    "change_weights",
    "histogram",
    "next_moves",
    "outliers",
    "read_leaf_facts",
    "read_weights",
    "spread_of",
    "visits_a_month",
    "weights_mark",
    "workload_of",
]
