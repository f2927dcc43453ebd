"""How long something would have taken had others left the machine alone: time less what others took of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROCESSORS = os.cpu_count() or 1
#: However busy others are, no more than so much of the time is put down to them.
LEAST_SHARE = 0.1


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and as they would have been with a processor to oneself."""

    seconds: float
    fair_seconds: float


@dataclass(frozen=True)
class Moment:
    """A moment by the clock, with the processor's seconds that everybody and that we had used until then."""

    clock: float
    everybody: float
    ours: float


class FairTime:
    """Time for some processes, this one and all below them; the database is among the others, one processor of two."""

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = {os.getpid(), *roots}

    def now(self) -> Moment:
        """This moment."""
        return Moment(time.monotonic(), _everybody(), _used_below(self._roots))

    def since(self, began: Moment) -> Took:
        """What passed since a moment.

        With the processors that others left, one of them at most: what we do, we do in one thread at a time.
        """
        ended = self.now()
        seconds = max(ended.clock - began.clock, 1e-6)
        others = max(0.0, (ended.everybody - began.everybody) - max(0.0, ended.ours - began.ours))
        share = min(1.0, max(LEAST_SHARE, _PROCESSORS - others / seconds))
        return Took(seconds, seconds * share)


def processes() -> dict[int, tuple[int, float]]:
    """The parent of every process, and the seconds that it and those it has waited for used of the processor."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(path.parent.name)] = (int(words[1]), sum(map(int, words[11:15])) / _TICKS)
    return found


def below(roots: Iterable[int], known: dict[int, tuple[int, float]]) -> set[int]:
    """The processes below some of those known, these left out."""
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in known.items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    left = list(roots)
    while left:
        mine = children.get(left.pop(), [])
        found.update(mine)
        left += mine
    return found


def _used_below(roots: set[int]) -> float:
    """Seconds of the processor that some processes and those below them used."""
    known = processes()
    return sum(known[pid][1] for pid in below(roots, known) | roots if pid in known)


def _everybody() -> float:
    """Seconds that all processors were busy, for us, for others or for another machine on the same iron."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, interrupts, soft, stolen = map(int, words[:8])
    return (user + nice + system + interrupts + soft + stolen) / _TICKS
