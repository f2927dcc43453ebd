"""Jobs are done once, tell how far they are, stop when asked, and outlive their worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import Refused
from geo_grid.jobs import Job, JobState, NewJob, Told, cancel, queue, read_job, work, work_off
from geo_grid.settings import Settings


def ask(settings: Settings, kind: str, key: str | None = None, **arguments: object) -> int:
    """The id of a job, queued."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        return queue(conn, NewJob(kind, "alice", arguments, key))


def state(settings: Settings, job_id: int) -> Job:
    """The job as it stands."""
    with engine(settings, DbRole.WEB).connect() as conn:
        return read_job(conn, job_id)


def wait_for(settings: Settings, job_id: int, wanted: Callable[[Job], bool]) -> Job:
    """The job once it is as wanted."""
    for _ in range(300):
        if wanted(job := state(settings, job_id)):
            return job
        time.sleep(0.1)
    raise AssertionError(f"the job never came so far: {job}")


def greet(settings: Settings, job: Job, told: Told) -> dict[str, object]:
    """A quick task."""
    told("greeting", 1, 1)
    return {"said": f"hello {job.arguments['who']}"}


def refuse(settings: Settings, job: Job, told: Told) -> dict[str, object]:
    """A task that may not be done."""
    raise Refused("this may not be: ask for something else")


def sleep(settings: Settings, job: Job, told: Told) -> dict[str, object]:
    """A task that takes its first worker's whole life, and is quick the second time."""
    told("sleeping", 3, 10)
    if job.attempt == 1:
        time.sleep(600)
    return {"attempt": job.attempt}


def die(settings: Settings, job: Job, told: Told) -> dict[str, object]:
    """A task that the system ends."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


TASKS = {"greet": greet, "refuse": refuse, "sleep": sleep, "die": die}


def test_a_job_is_done_and_says_what_came_of_it(database: Settings) -> None:
    job = ask(database, "greet", who="Bob")
    assert work_off(database, TASKS) == 1
    done = state(database, job)
    assert (done.state, done.result, done.stands) == (JobState.DONE, {"said": "hello Bob"}, "old")


def test_a_refusal_is_kept_as_its_sentence(database: Settings) -> None:
    job = ask(database, "refuse")
    work_off(database, TASKS)
    assert (state(database, job).state, state(database, job).error) == (
        JobState.FAILED,
        "this may not be: ask for something else",
    )


def test_a_second_job_with_the_same_key_is_the_first(database: Settings) -> None:
    assert ask(database, "greet", "once", who="Bob") == ask(database, "greet", "once", who="Bob")
    assert work_off(database, TASKS) == 1


def test_a_job_that_is_killed_by_the_system_fails_with_a_sentence(database: Settings) -> None:
    job = ask(database, "die")
    work_off(database, TASKS)
    assert state(database, job).state is JobState.FAILED
    assert "memory" in state(database, job).error


def test_a_queued_job_that_is_cancelled_never_begins(database: Settings) -> None:
    job = ask(database, "greet", who="Bob")
    with transaction(engine(database, DbRole.LOADER)) as conn:
        cancel(conn, job)
    assert work_off(database, TASKS) == 0
    assert state(database, job).state is JobState.CANCELLED


WORKER = """
import sys
from geo_grid.settings import Settings
from geo_grid.jobs import work
from tests.jobs.test_worker import TASKS
work(Settings(database_url=sys.argv[1], home=sys.argv[2]), TASKS, stale_s=2.0)
"""


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", WORKER, str(settings.database_url), str(settings.home)])


@pytest.mark.parametrize("asked", ["kill", "cancel"])
def test_a_running_job_can_be_cancelled_and_outlives_its_worker(database: Settings, asked: str) -> None:
    job = ask(database, "sleep")
    worker = start_worker(database)
    try:
        begun = wait_for(database, job, lambda one: one.stage == "sleeping")
        assert (begun.done, begun.total, begun.state) == (3, 10, JobState.RUNNING)
        if asked == "cancel":
            with transaction(engine(database, DbRole.LOADER)) as conn:
                cancel(conn, job)
            assert wait_for(database, job, lambda one: one.is_over).state is JobState.CANCELLED
            return
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        stopped = threading.Event()
        later = threading.Timer(20, stopped.set)
        later.start()
        work(database, TASKS, stale_s=2.0, until=lambda: stopped.is_set() or state(database, job).is_over)
        later.cancel()
        assert state(database, job).result == {"attempt": 2}
    finally:
        worker.kill()
        worker.wait()
