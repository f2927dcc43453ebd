"""Runs two ways of doing the same work in turn and gives the ratio of their times."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """How long we took against a peer: seconds of each run, ours and theirs pair by pair."""

    name: str
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    goal: float

    @property
    def value(self) -> float:
        """The median over the pairs of ours ÷ peer's."""
        return statistics.median(a / b for a, b in zip(self.ours, self.peer, strict=True))

    @property
    def met(self) -> bool:
        """Whether the ratio is at or below its goal."""
        return self.value <= self.goal

    def line(self) -> str:
        """One line of the report."""
        ours, peer = statistics.median(self.ours), statistics.median(self.peer)
        verdict = "met" if self.met else "MISSED"
        return (
            f"{self.name:<58} {ours:9.3f} s {peer:9.3f} s   ratio {self.value:6.3f}   goal ≤ {self.goal:g}  {verdict}"
        )


def seconds(work: Callable[[], object]) -> float:
    """How long one call of `work` took, in wall seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(
    name: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    goal: float,
    runs: int = 5,
    before: Callable[[], object] = lambda: None,
) -> Ratio:
    """The ratio of `ours` to `peer` over `runs` pairs, after one pair that does not count.

    `before` is called before every single run, outside the time measured.
    """
    mine: list[float] = []
    theirs: list[float] = []
    for turn in range(runs + 1):
        before()
        a = seconds(ours)
        before()
        b = seconds(peer)
        if turn:
            mine.append(a)
            theirs.append(b)
    return Ratio(name, tuple(mine), tuple(theirs), goal)


def command(words: Sequence[str], environ: dict[str, str] | None = None) -> None:
    """Run a command to its end; its failure is ours."""
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}")
