"""Who watches an import: told each stage and how far it is, with a clock for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Called with the stage's name, how much is done, and of how much (0: not known).
Progress = Callable[[str, int, int], None]


class Watch:
    """A clock over the stages of one import."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._began = time.perf_counter()
        self._lap: tuple[str, float] | None = None
        self.stages: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str, total: int = 0) -> Iterator[Callable[[int], None]]:
        """A stage: what is yielded takes how much of it is done."""
        began = time.perf_counter()
        self._tell(stage, 0, total)
        yield lambda done: self._tell(stage, done, total)
        self._tell(stage, total, total)
        self.stages[stage] = self.stages.get(stage, 0.0) + time.perf_counter() - began

    def note(self, stage: str, seconds: float) -> None:
        """Add to a stage that ran beside the others."""
        self.stages[stage] = self.stages.get(stage, 0.0) + seconds

    def lap(self, stage: str) -> None:
        """Begin a stage that ends with `stop`."""
        self._tell(stage, 0, 0)
        self._lap = (stage, time.perf_counter())

    def stop(self) -> None:
        """End the stage that `lap` began."""
        if self._lap is not None:
            stage, began = self._lap
            self.stages[stage] = time.perf_counter() - began

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return time.perf_counter() - self._began

    def _tell(self, stage: str, done: int, total: int) -> None:
        """Tell whoever watches."""
        if self._progress is not None:
            self._progress(stage, done, total)
