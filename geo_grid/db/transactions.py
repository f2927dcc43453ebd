"""Transactions: one unit of work, its change set, and its repetition when somebody else was first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Protocol, TypeVar

from sqlalchemy import Connection, Engine

from geo_grid.db.failures import Repeat
from geo_grid.errors import Stale

Done = TypeVar("Done")
Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

RETRIES = 5


class SealOutdated(Stale):
    """The map has changed since the seal was made: what it says of grids may hold no more."""

    def __init__(self) -> None:
        super().__init__("the map has changed meanwhile: ask again")


class Opening(Protocol):
    """What can be written into the journal as the change set of a transaction (`geo_grid.journal.NewChangeset`)."""

    def open(self, conn: Connection) -> int:
        """Write the change set on `conn`; its id."""
        ...


@contextmanager
def transaction(
    engine: Engine, *, changeset: Opening | None = None, isolation: Isolation = "READ COMMITTED", seal: str = ""
) -> Iterator[Connection]:
    """A connection inside a transaction that commits at the end, or rolls back when the block raises.

    The deferred proofs run at the commit: what they refuse raises `RuleBroken` from the `with` statement's end. A
    transaction of a scoped role sees what its `seal` says (db/sql/scope.sql), and nothing without one.
    """
    with engine.connect().execution_options(isolation_level=isolation) as conn, conn.begin():
        take_seal(conn, seal)
        if changeset is not None:
            changeset.open(conn)
        yield conn


@contextmanager
def reading(engine: Engine, *, seal: str = "", version: int | None = None) -> Iterator[Connection]:
    """A connection that sees the database as of one moment and cannot write; `seal` as in `transaction`.

    Raises `SealOutdated` when the moment is not of the map's `version`, for which the seal was made.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as conn, conn.begin():
        present = take_seal(conn, seal)
        if version is not None and present not in (None, version):
            raise SealOutdated
        yield conn


def take_seal(conn: Connection, seal: str) -> int | None:
    """The map's version, after the transaction has the scope of `seal`, until it ends; None without a seal."""
    if not seal:
        return None
    took = "SELECT geo_grid.map_version(), set_config('geo_grid.scope', %s, true)"
    return int(conn.exec_driver_sql(took, (seal,)).scalar_one())


def run(
    engine: Engine,
    work: Callable[[Connection], Done],
    changeset: Opening | None = None,
    *,
    retries: int = RETRIES,
    isolation: Isolation = "READ COMMITTED",
    seal: str = "",
) -> Done:
    """What `work` returns, done in a transaction that is repeated when it collides with somebody else's.

    `work` is called anew for each attempt and must not keep anything of a failed one. After `retries` repetitions the
    last `Repeat` is raised.
    """
    for attempt in range(retries + 1):
        try:
            with transaction(engine, changeset=changeset, isolation=isolation, seal=seal) as conn:
                return work(conn)
        except Repeat:
            if attempt == retries:
                raise
            time.sleep(random.uniform(0.5, 1.5) * 0.02 * 2**attempt)  # noqa: S311 - spreads writers, guards nothing
    raise AssertionError("the loop returns or raises")
