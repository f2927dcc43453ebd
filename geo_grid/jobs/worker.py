"""The worker: takes jobs one after another, each in a process of its own that can be stopped at any moment."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from typing import Any

from geo_grid.db import DbRole, Unreachable, dispose_engines, engine, transaction
from geo_grid.errors import GeoGridError, Unavailable
from geo_grid.jobs import store
from geo_grid.jobs.model import Job, JobState, Task
from geo_grid.settings import Settings

#: A job whose worker has not been heard of for so long is taken up by another one.
STALE_S = 8.0
#: How often the queue is asked, and how often a running job is written down.
PAUSE_S, BEAT_S = 0.5, 0.5
#: A job that takes its worker down more often than this is the reason, and is given up.
MOST_ATTEMPTS = 3
#: The address space of a job: what a hostile file may take.
MOST_BYTES = 6 << 30

BROKEN = "something went wrong in the program; it has been logged: tell the operator the time"

_LOG = logging.getLogger("geo_grid.jobs")
_PR_SET_PDEATHSIG = 1


def work(
    settings: Settings,
    tasks: Mapping[str, Task],
    *,
    stale_s: float = STALE_S,
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Do jobs as they come, until `until` says so; while the database is away, wait for it."""
    name = f"{socket.gethostname()} {os.getpid()}"
    while not until():
        try:
            job = _claim(settings, name, stale_s)
            if job is not None:
                _do(settings, tasks, job, until)
                continue
        except Unavailable as away:
            _LOG.warning("the worker waits: %s", away)
        time.sleep(PAUSE_S)


def work_off(settings: Settings, tasks: Mapping[str, Task], *, stale_s: float = STALE_S) -> int:
    """How many jobs were waiting and are done now."""
    name, count = f"{socket.gethostname()} {os.getpid()}", 0
    while (job := _claim(settings, name, stale_s)) is not None:
        _do(settings, tasks, job, lambda: False)
        count += 1
    return count


def _claim(settings: Settings, name: str, stale_s: float) -> Job | None:
    """The next job, this worker's now; one that took too many workers down is ended."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        job = store.claim(conn, name, stale_s=stale_s)
        if job is None:
            return None
        if job.attempt <= MOST_ATTEMPTS:
            return job
        error, why = _sentence("it was begun %(count)s times and never came to an end", count=MOST_ATTEMPTS)
        store.end(conn, job, JobState.FAILED, error=error, result=why)
        return None


def _do(settings: Settings, tasks: Mapping[str, Task], job: Job, until: Callable[[], bool]) -> None:
    """Do one job in a child process, keeping its row alive; stop it when that is asked."""
    if job.cancel_asked:
        return _end(settings, job, JobState.CANCELLED)
    dispose_engines(settings)  # a connection must not be shared with the child
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(settings, tasks, job, theirs))
    child.start()
    theirs.close()
    try:
        return _watch(settings, job, child, ours, until)
    finally:
        child.kill()
        child.join()
        ours.close()


def _watch(settings: Settings, job: Job, child: BaseProcess, pipe: Pipe, until: Callable[[], bool]) -> None:
    """Pass on how far the child is until it ends, is cancelled, or is another worker's."""
    progress: tuple[str, int, int] = ("", 0, 0)
    while not until():
        told = _told(pipe)
        if told is None:
            error, why = _death(child)
            return _end(settings, job, JobState.FAILED, error=error, result=why)
        for kind, content in told:
            if kind == "done":
                return _end(settings, job, JobState.DONE, result=content)
            if kind == "failed":
                return _end(settings, job, JobState.FAILED, result=content[1], error=content[0])
            if kind == "away":
                raise Unreachable(content)  # the job is taken up again once the database is back
            if kind == "progress":
                progress = content
        asked = _beat(settings, job, progress)
        if asked is None:
            return None
        if asked:
            child.kill()
            child.join()
            return _end(settings, job, JobState.CANCELLED)
    return None


def _told(pipe: Pipe) -> list[tuple[str, Any]] | None:
    """What the child said in the last half second; None when it is gone without a word."""
    heard: list[tuple[str, Any]] = []
    deadline = time.monotonic() + BEAT_S
    try:
        while pipe.poll(max(0.0, deadline - time.monotonic())):
            heard.append(pipe.recv())
            if heard[-1][0] != "progress":
                return heard
    except EOFError:
        return heard or None
    return heard


def _beat(settings: Settings, job: Job, progress: tuple[str, int, int]) -> bool | None:
    """Whether the job is to be cancelled; None when it is no longer ours. Without a database nothing is known."""
    try:
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            return store.beat(conn, job, *progress)
    except Unavailable:
        return False


def _end(
    settings: Settings, job: Job, state: JobState, *, result: Mapping[str, Any] | None = None, error: str = ""
) -> None:
    """Note how it ended; when the database is away, the job is taken up again later."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        store.end(conn, job, state, result=result, error=error)


def _sentence(says: str, **facts: str | int | float) -> tuple[str, dict[str, Any]]:
    """A sentence with its facts put in, and the two apart, for pages in other languages."""
    return says % facts if facts else says, {"says": says, "facts": facts}


def _death(child: BaseProcess) -> tuple[str, dict[str, Any]]:
    """Why a child ended without a word."""
    child.join()
    if child.exitcode == -signal.SIGKILL:
        return _sentence(
            "it was stopped by the system, most likely because it took too much memory: give smaller files"
        )
    says = "it ended without a word (%(code)s): try again; if it stays, tell the operator the time"
    return _sentence(says, code=str(child.exitcode))


def _run(settings: Settings, tasks: Mapping[str, Task], job: Job, pipe: Pipe) -> None:
    """The child: does the task and tells how it went. It dies with its parent, and takes limited memory."""
    die_with_parent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    last = 0.0

    def told(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done in {0, total} or now - last > BEAT_S / 2:
            last = now
            pipe.send(("progress", (stage, done, total)))

    try:
        pipe.send(("done", dict(tasks[job.kind](settings, job, told))))
    except Unreachable as away:
        pipe.send(("away", str(away)))
    except GeoGridError as error:
        findings = getattr(error, "findings", ())
        facts = {"kind": type(error).__name__, "findings": [finding.to_json() for finding in findings]}
        said = {"says": error.says, "facts": dict(error.said_with), "source": getattr(error, "source", "")}
        pipe.send(("failed", (str(error), facts | said)))
    except MemoryError:
        pipe.send(
            ("failed", _sentence("it took more than %(most)s GB of memory: give smaller files", most=MOST_BYTES >> 30))
        )
    except Exception:  # noqa: BLE001  (the rim: the traceback is logged, the asker gets a sentence)
        _LOG.exception("job %d (%s) failed", job.id, job.kind)
        pipe.send(("failed", _sentence(BROKEN)))


def die_with_parent() -> None:
    """Let the system kill this process when its parent ends, however it ends (Linux; elsewhere nothing happens)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
