"""The rows of jobs: queued, claimed by one worker at a time, kept alive, ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from geo_grid.errors import NotFound
from geo_grid.jobs.model import Job, JobState, NewJob

_JOBS = """
SELECT j.id, j.kind, j.actor, j.state, j.arguments, j.stage, j.done, j.total, j.attempt, j.worker, j.cancel_asked,
       j.created_at, j.started_at, j.heartbeat_at, j.finished_at, j.idempotency_key, j.result, j.error,
       c.id AS changeset_id
  FROM geo_grid.jobs j
  LEFT JOIN geo_grid.changesets c ON c.idempotency_key = j.idempotency_key
"""

_QUEUE = """
INSERT INTO geo_grid.jobs (kind, actor, arguments, idempotency_key)
VALUES (:kind, :actor, CAST(:arguments AS jsonb), :key)
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id
"""

# A running job whose heart stopped is as good as a queued one; the attempt says whose it is from now on.
_CLAIM = """
UPDATE geo_grid.jobs j
   SET state = 'running', worker = :worker, attempt = j.attempt + 1, heartbeat_at = clock_timestamp(),
       started_at = coalesce(j.started_at, clock_timestamp()), stage = '', done = 0, total = 0
  FROM (SELECT id FROM geo_grid.jobs
         WHERE state = 'queued'
            OR (state = 'running' AND heartbeat_at < clock_timestamp() - make_interval(secs => :stale_s))
         ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) AS next
 WHERE j.id = next.id
RETURNING j.id
"""

_BEAT = """
UPDATE geo_grid.jobs SET heartbeat_at = clock_timestamp(), stage = :stage, done = :done, total = :total
 WHERE id = :id AND attempt = :attempt AND state = 'running'
RETURNING cancel_asked
"""

_END = """
UPDATE geo_grid.jobs SET state = :state, result = CAST(:result AS jsonb), error = :error,
       finished_at = clock_timestamp(), heartbeat_at = clock_timestamp()
 WHERE id = :id AND attempt = :attempt AND state = 'running'
"""

_CANCEL = """
UPDATE geo_grid.jobs
   SET cancel_asked = true,
       state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
       finished_at = CASE WHEN state = 'queued' THEN clock_timestamp() END
 WHERE id = :id AND state IN ('queued', 'running')
"""


def queue(conn: Connection, new: NewJob) -> int:
    """The id of the job, queued; of the one that was queued before under the same key."""
    values = {
        "kind": new.kind,
        "actor": new.actor,
        "arguments": json.dumps(dict(new.arguments), ensure_ascii=False),
        "key": new.idempotency_key,
    }
    made = conn.execute(text(_QUEUE), values).scalar()
    if made is None:
        query = text("SELECT id FROM geo_grid.jobs WHERE idempotency_key = :key")
        made = conn.execute(query, {"key": new.idempotency_key}).scalar_one()
    return int(made)


def read_job(conn: Connection, job_id: int) -> Job:
    """The job with that id; raises `NotFound`."""
    row = conn.execute(text(f"{_JOBS} WHERE j.id = :id"), {"id": job_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no job {job_id}: look at the list of imports")
    return _job(row)


def latest_jobs(conn: Connection, *, limit: int = 50) -> list[Job]:
    """The latest jobs, newest first."""
    return [_job(row) for row in conn.execute(text(f"{_JOBS} ORDER BY j.id DESC LIMIT :limit"), {"limit": limit})]


def count_jobs(conn: Connection) -> dict[JobState, int]:
    """How many jobs there are in each state."""
    rows = conn.execute(text("SELECT state, count(*) AS jobs FROM geo_grid.jobs GROUP BY state")).all()
    return dict.fromkeys(JobState, 0) | {JobState(row.state): row.jobs for row in rows}


def claim(conn: Connection, worker: str, *, stale_s: float) -> Job | None:
    """The next job, now this worker's: the oldest queued one, or a running one whose worker has gone; None if none."""
    taken = conn.execute(text(_CLAIM), {"worker": worker, "stale_s": stale_s}).scalar()
    return None if taken is None else read_job(conn, taken)


def beat(conn: Connection, job: Job, stage: str, done: int, total: int) -> bool | None:
    """Whether the job is to be cancelled; None when it is another worker's by now.

    Writes down that the job lives, and how far it is.
    """
    values = {"id": job.id, "attempt": job.attempt, "stage": stage, "done": done, "total": total}
    asked = conn.execute(text(_BEAT), values).scalar()
    return None if asked is None else bool(asked)


def end(
    conn: Connection, job: Job, state: JobState, *, result: Mapping[str, Any] | None = None, error: str = ""
) -> None:
    """Note how the job ended, unless it is another worker's by now."""
    values = {
        "id": job.id,
        "attempt": job.attempt,
        "state": state.value,
        "result": json.dumps(dict(result or {}), ensure_ascii=False),
        "error": error,
    }
    conn.execute(text(_END), values)


def cancel(conn: Connection, job_id: int) -> None:
    """Ask for the end of a job: a queued one never begins, a running one is stopped by its worker."""
    conn.execute(text(_CANCEL), {"id": job_id})


def _job(row: Row[Any]) -> Job:
    """A job of a row."""
    plain = dict(row._mapping)
    return Job(**plain | {"state": JobState(plain["state"])})
