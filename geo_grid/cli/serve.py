"""`geo-grid serve`: the web server."""

from __future__ import annotations

import logging
import os
import shutil
import socket
from contextlib import closing
from typing import Annotated

import typer

from geo_grid.cli.db import start_and_upgrade
from geo_grid.cli.demo import demo_passwords, fill_if_empty
from geo_grid.cli.worker import keep_a_worker
from geo_grid.errors import Unavailable
from geo_grid.settings import Settings, settings

#: Named as a string for the server alone: nothing below `web` imports it.
WEB_APPLICATION = "web.app:create_served_app"
#: Processes that answer: one alone leaves a second core to the database, of which that needs less than half.
WORKERS = min(2, os.cpu_count() or 1)
#: What a server that is told to stop waits for its processes; one that was just starting may not have heard.
STOP_SECONDS = 8
#: Requests that one worker answers at once. Few of them use the interpreter, but some wait for the database or for what
#: another one is making, and a quick answer must not wait behind them.
THREADS = 10


class PortTaken(Unavailable):
    """Another program listens where the web server should."""


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command()(serve)


def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Load the sample county first if there is no grid yet.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = WORKERS,
) -> None:
    """Serve the map; the database is started and its schema brought up to date first."""
    chosen = settings()
    demand_port(chosen)
    start_and_upgrade(chosen)
    if demo:
        fill_if_empty(chosen)
    typer.echo(welcome(chosen, accounts_sentence(chosen)))
    keep_a_worker(chosen)
    _serve(chosen, workers)


def demand_port(chosen: Settings) -> None:
    """Nothing, if the address can be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as refusal:
        reason = (refusal.strerror or "cannot be used").lower()
        raise PortTaken(
            f"{chosen.host}:{chosen.port} cannot be listened on ({reason}): stop what uses it, "
            "or set GEO_GRID_PORT or GEO_GRID_HOST"
        ) from refusal


def welcome(chosen: Settings, accounts: str) -> str:
    """What whoever started the server needs to know."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    stop_database = "" if chosen.database_url else "; `.venv/bin/geo-grid db stop` stops the database"
    return f"\n  geo_grid  http://{host}:{chosen.port}\n  accounts  {accounts}\n  stop      Ctrl-C{stop_database}\n"


def accounts_sentence(chosen: Settings) -> str:
    """Who can sign in, in one line."""
    from geo_grid.access import any_administrator
    from geo_grid.db import DbRole, engine

    demo = demo_passwords(chosen)
    if demo:
        return f"THIS IS A DEMO: everyone may read without an account; to do more sign in as\n            {demo}"
    with engine(chosen, DbRole.ACCESS).connect() as conn:
        known = any_administrator(conn)
    if known:
        return "everyone signs in; `.venv/bin/geo-grid user --help` keeps the accounts"
    return "none yet: make the first with `.venv/bin/geo-grid user add USERNAME --role administrator`"


def share_counts(chosen: Settings) -> None:
    """Name the folder in which the server's processes keep what they count for one another, empty at first.

    prometheus_client looks for it in the environment when it is loaded, which the processes do later.
    """
    folder = chosen.home / "run" / "counts" / str(chosen.port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _is_news(said: logging.LogRecord) -> bool:
    """Whether the operator should read what the server logs: not that it has more threads than it would choose.

    They are meant (decision 69), and nothing can be done about it (granian 2.5).
    """
    return "spawning up to" not in said.getMessage()


def _serve(chosen: Settings, workers: int) -> None:
    """The web server, until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from geo_grid.db import dispose_engines
    from geo_grid.db.scheduled import keep_backing_up
    from geo_grid.publish import tiles_shared

    share_counts(chosen)
    keep_backing_up(chosen)
    logging.getLogger("_granian").addFilter(_is_news)
    dispose_engines(chosen)  # its workers are forked, and a connection must not be shared
    with tiles_shared(chosen.home):
        Granian(
            WEB_APPLICATION,
            address=chosen.host,
            port=chosen.port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            log_level=LogLevels.warning,
            factory=True,
            workers_kill_timeout=STOP_SECONDS,
        ).serve()
