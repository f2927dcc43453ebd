"""The values of jobs: what is asked, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from geo_grid.settings import Settings

#: Told the stage's name, how much of it is done, and of how much (0: not known).
Told = Callable[[str, int, int], None]
#: What a kind of job does: its result as plain values.
Task = Callable[[Settings, "Job", Told], Mapping[str, Any]]


class JobState(Enum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be queued; a second one with the same `idempotency_key` is the first."""

    kind: str
    actor: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands.

    `attempt` counts how often it was begun: more than once when a worker died in it. `changeset_id` is the change set
    that was committed under the job's idempotency key, whatever became of the job itself: what it says of the county
    is true even when a crash came right after the commit.
    """

    id: int
    kind: str
    actor: str
    state: JobState
    arguments: Mapping[str, Any]
    stage: str
    done: int
    total: int
    attempt: int
    worker: str
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None
    idempotency_key: str | None
    result: Mapping[str, Any]
    error: str
    changeset_id: int | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def stands(self) -> str:
        """Which state of the county stands as far as this job goes: "new" or "old"."""
        return "old" if self.changeset_id is None else "new"

    def to_json(self) -> dict[str, object]:
        """The job as plain values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state.value,
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "attempt": self.attempt,
            "cancel_asked": self.cancel_asked,
            "stands": self.stands,
            "changeset": self.changeset_id,
            "error": self.error,
            "result": dict(self.result),
        }
