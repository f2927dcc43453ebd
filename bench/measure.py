"""Runs two ways of doing the same work in turn and gives the ratio of their times."""

from __future__ import annotations

import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ratio:
    """How long we took against a peer: seconds (or another unit) of each run, ours and theirs pair by pair."""

    name: str
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    goal: float
    unit: str = "s"

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
            f"{self.name:<58} {ours:9.3f} {self.unit} {peer:9.3f} {self.unit}   ratio {self.value:6.3f}"
            f"   goal ≤ {self.goal:g}  {verdict}"
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


def watched(words: Sequence[str], environ: dict[str, str]) -> tuple[float, float, int]:
    """How long a command took, its seconds of the processor, and the most bytes that its processes held together.

    Memory that processes share counts once: it is the sum of their proportional set sizes, looked at twice a second.
    """
    start, most, before = time.perf_counter(), 0, _processor()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(words, env=environ, stdout=said, stderr=said, start_new_session=True) as child:
            while child.poll() is None:
                most = max(most, sum(map(_proportional_bytes, _session(child.pid))))
                time.sleep(0.5)
        if child.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}: {said.read()[-2000:]!r}")
    return time.perf_counter() - start, _processor() - before, most


def _processor() -> float:
    """The processor's seconds of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _session(leader: int) -> list[int]:
    """The processes of the session that a process began (proc(5): the fourth field after the name)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == leader:
            found.append(int(stat.parent.name))
    return found


def _proportional_bytes(process: int) -> int:
    """The proportional set size of a process; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)
