"""`geo-grid worker`: does what the pages put into the queue."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Annotated

import typer

from geo_grid.errors import Unavailable
from geo_grid.settings import PREFIX, Settings, settings

#: How long to wait before a worker that ended is started again.
PAUSE_S = 2.0


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command()(worker)


def worker(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do what waits in the queue, then stop.")] = False,
    for_server: Annotated[
        int | None, typer.Option("--for-server", help="Stop when the server of this process number has gone.")
    ] = None,
) -> None:
    """Do the long work that the pages ask for: looking at files, checking, loading, undoing."""
    from geo_grid.jobs import TASKS, die_with_parent, keep_noting, remove_old_uploads, work, work_off
    from geo_grid.retention import keep_forgetting

    chosen = settings()
    if once:
        typer.echo(f"{work_off(chosen, TASKS)} jobs done")
        return
    if for_server is not None:
        die_with_parent()
    with suppress(Unavailable):
        remove_old_uploads(chosen)
    keep_noting(chosen)
    keep_forgetting(chosen)
    work(chosen, TASKS, until=lambda: for_server is not None and os.getppid() != for_server)


def keep_a_worker(chosen: Settings) -> None:
    """A worker beside this process for as long as it runs; one that ends is started again."""
    threading.Thread(target=_keep, args=(chosen,), name="worker", daemon=True).start()


def _keep(chosen: Settings) -> None:
    """Start a worker whenever there is none."""
    given = {PREFIX + name.upper(): str(value) for name, value in chosen.model_dump(exclude_none=True).items()}
    command = [sys.executable, "-m", "geo_grid.cli", "worker", "--for-server", str(os.getpid())]
    while True:
        # A session of its own, so that Ctrl-C reaches the server alone, which then ends the worker.
        child = subprocess.Popen(command, env=os.environ | given, start_new_session=True)
        atexit.register(child.kill)
        child.wait()
        atexit.unregister(child.kill)
        time.sleep(PAUSE_S)
