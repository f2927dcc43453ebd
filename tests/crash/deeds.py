"""One change of the county, done by a process that may be killed: `python -m tests.crash.deeds DEED KEY WORD…`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from geo_grid import redraw, staffing
from geo_grid.access import Actor
from geo_grid.db import DbRole, engine, run
from geo_grid.intake import load
from geo_grid.journal import NewChangeset
from geo_grid.settings import settings

ACTOR = Actor.system("crash")


def hand_over(key: str, worker: str, successor: str) -> None:
    """Everything that a worker holds to another one."""

    def work(conn: Connection) -> None:
        staffing.hand_over(conn, worker, successor, staffing.read_today(conn))

    run(engine(settings(), DbRole.LOADER), work, NewChangeset(ACTOR.username, "edit", "hand-over", key))


def bring_in(key: str, file: str) -> None:
    """The rows of a file."""
    load(settings(), [Path(file)], actor=ACTOR.username, key=key)


def apply(_: str, number: str) -> None:
    """An approved redraw into force."""
    run(engine(settings(), DbRole.LOADER), lambda conn: redraw.apply(conn, int(number), ACTOR))


def undo(_: str, number: str) -> None:
    """An applied redraw out of force."""
    run(engine(settings(), DbRole.LOADER), lambda conn: redraw.undo_applied(conn, int(number), ACTOR))


DEEDS: dict[str, Callable[..., None]] = {"hand-over": hand_over, "import": bring_in, "apply": apply, "undo": undo}


if __name__ == "__main__":
    with engine(settings(), DbRole.LOADER).connect() as first:
        first.exec_driver_sql("SELECT 1")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    DEEDS[sys.argv[1]](*sys.argv[2:])
