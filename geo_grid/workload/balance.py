"""How evenly loads are spread over places, which leaves stand out, and which move would even them out most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_grid.vocabulary import Tier
from geo_grid.workload.formula import Workload

#: Tukey's fences: a value farther than 1.5 times the spread of the middle half beyond it stands out (Tukey 1977).
FENCE = 1.5
#: A move that evens out less than this share of what the giver carries is not worth the change.
LEAST_GAIN = 0.05
Loads = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """The loads of some leaves: how many, their sum, quartiles and extremes, and beyond which values one stands out."""

    count: int
    total: float
    least: float
    lower: float
    median: float
    upper: float
    most: float

    @property
    def mean(self) -> float:
        """The mean load."""
        return self.total / self.count if self.count else 0.0

    @property
    def fences(self) -> tuple[float, float]:
        """Below and above which a load stands out."""
        reach = FENCE * (self.upper - self.lower)
        return self.lower - reach, self.upper + reach


@dataclass(frozen=True, slots=True)
class Move:
    """A leaf's part given from one worker to another: their loads before and after."""

    leaf: str
    giver: str
    taker: str
    load: float
    giver_before: float
    taker_before: float

    @property
    def giver_after(self) -> float:
        """What the giver carries then."""
        return self.giver_before - self.load

    @property
    def taker_after(self) -> float:
        """What the taker carries then."""
        return self.taker_before + self.load


def spread_of(loads: Sequence[float] | Loads) -> Spread:
    """How some loads are spread."""
    values = np.asarray(loads, dtype=np.float64)
    if not len(values):
        return Spread(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    least, lower, median, upper, most = np.percentile(values, [0, 25, 50, 75, 100]).tolist()
    return Spread(len(values), float(values.sum()), least, lower, median, upper, most)


def histogram(loads: Sequence[float] | Loads, bins: int = 16) -> list[tuple[float, float, int]]:
    """(from, below, how many) of classes of equal, round width; the last of all holds whatever lies above it."""
    values = np.asarray(loads, dtype=np.float64)
    if not len(values):
        return []
    width = _round_up(float(np.percentile(values, 99)) / bins) or 1.0
    number = np.minimum((values / width).astype(np.int64), bins - 1)
    counts = np.trim_zeros(np.bincount(number, minlength=bins), "b").tolist()
    return [(width * place, width * (place + 1), count) for place, count in enumerate(counts)]


def _round_up(width: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    if width <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9)))


def outliers(workload: Workload, tier: Tier = Tier.MICRO) -> list[tuple[str, float]]:
    """The leaves of a tier (code, load) that stand out among all of it, the farthest above first."""
    places = [place for place, grid in enumerate(workload.county.grids) if grid.tier is tier]
    low, high = spread_of(workload.loads[places]).fences
    found = [(workload.county.grids[place].code, float(workload.loads[place])) for place in places]
    return sorted((one for one in found if not low <= one[1] <= high), key=lambda one: (-one[1], one[0]))


def next_moves(workload: Workload, under: str, most: int = 5) -> list[Move]:
    """The moves that even out the loads of the workers of a grid most, one after the other; each stands on the last.

    A leaf's part `l` given from `a` to `b` lowers the sum of squared loads by 2 l (a - b - l): the gain that is sought.
    Only workers who carry something in the grid take, so nobody is sent far; they carry what they have elsewhere too.
    """
    county = workload.county
    head = county.index[under]
    inside = (county.ancestors == head).any(axis=1)
    weights = workload.weights.vector()
    parts = {key: float(part @ weights) for key, part in workload.carried.items() if inside[key[0]] and key[1] != ""}
    loads = {worker: workload.load_of(workload.by_worker[worker]) for _, worker in parts}
    moves: list[Move] = []
    moved: set[int] = set()
    while len(moves) < most and len(loads) > 1:
        taker = min(loads, key=lambda worker: (loads[worker], worker))
        gains = {
            key: load * (loads[key[1]] - loads[taker] - load)
            for key, load in parts.items()
            if key[1] != taker and key[0] not in moved
        }
        best = max(gains, key=lambda key: (gains[key], county.grids[key[0]].code), default=None)
        if best is None or gains[best] <= LEAST_GAIN * loads[best[1]] * parts[best]:
            break
        load, giver = parts.pop(best), best[1]
        moves.append(Move(county.grids[best[0]].code, giver, taker, load, loads[giver], loads[taker]))
        loads[giver], loads[taker] = loads[giver] - load, loads[taker] + load
        parts[best[0], taker] = parts.get((best[0], taker), 0.0) + load
        moved.add(best[0])
    return moves
