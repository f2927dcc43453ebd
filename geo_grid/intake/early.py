"""Grids written and proved by the database while the rest of an import is still being planned."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from sqlalchemy import Connection

from geo_grid.grids import prove_net, write_outline, write_versions
from geo_grid.intake.grid_plan import GridPlan
from geo_grid.intake.watch import Watch
from geo_grid.journal import NewChangeset


class Early:
    """The net's part of one transaction, done in a thread as soon as the grids are found clean.

    The connection belongs to that thread until `wait` returns. Nothing of it lasts unless the whole transaction does.
    """

    def __init__(self, conn: Connection, changeset: NewChangeset, watch: Watch) -> None:
        self._conn, self._changeset, self._watch = conn, changeset, watch
        self._under_way: Future[int] | None = None

    def __enter__(self) -> Early:
        """The block in which the work may be begun."""
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        """The connection given back, whatever came of the work: a block that failed has it rolled back."""
        if self._under_way is not None:
            self._under_way.exception()

    def begin(self, grids: GridPlan, srid: int) -> None:
        """Begin to write the grids."""
        pool = ThreadPoolExecutor(1, "grids")
        self._under_way = pool.submit(self._write, grids, srid)
        pool.shutdown(wait=False)

    def wait(self) -> int | None:
        """The id of the change set under which the grids were written, None when none was begun.

        Raises what the database refused them with.
        """
        return None if self._under_way is None else self._under_way.result()

    def _write(self, grids: GridPlan, srid: int) -> int:
        """Open the change set, write the grids and have them proved."""
        began = time.perf_counter()
        opened = self._changeset.open(self._conn)
        write_net(self._conn, grids, srid)
        self._watch.note("writing grids", time.perf_counter() - began)
        began = time.perf_counter()
        prove_net(self._conn)
        self._watch.note("proving grids", time.perf_counter() - began)
        return opened


def write_net(conn: Connection, grids: GridPlan, srid: int) -> None:
    """Write the versions and the outline of a plan."""
    if grids.versions:
        write_versions(conn, grids.versions, srid=srid)
    if grids.county is not None:
        write_outline(conn, grids.county, srid=srid)
