"""Grids written and proved by the database while the rest of an import is still being planned."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Any

import shapely
from sqlalchemy import Connection

from geo_grid.grids import GridVersion, prove_net, write_identities, write_outline, write_versions
from geo_grid.intake.grid_plan import GridPlan
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.watch import Watch
from geo_grid.journal import NewChangeset


class Early:
    """The net's part of one transaction, done in a thread as soon as the grids are found clean.

    The connection belongs to that thread until `wait` returns. Unless `hurried`, nothing is begun early. Nothing
    of it lasts unless the whole transaction does.
    """

    def __init__(self, conn: Connection, changeset: NewChangeset, watch: Watch, *, hurried: bool) -> None:
        self.hurried = hurried
        self._conn, self._changeset, self._watch = conn, changeset, watch
        self._under_way: Future[int] | None = None
        self._opened: int | None = None
        self._written: frozenset[str] = frozenset()

    def __enter__(self) -> Early:
        """The block in which the work may be begun."""
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        """The connection given back, whatever came of the work: a block that failed has it rolled back."""
        if self._under_way is not None:
            self._under_way.exception()

    @property
    def begun(self) -> bool:
        """Whether there is any work under way or done."""
        return self._under_way is not None

    def begin_leaves(self, rows: Sequence[GridRow], srid: int) -> None:
        """Begin to write all grids and the versions of the leaves, none of which is there yet."""
        self._submit(self._write_leaves, list(rows), srid)

    def begin(self, grids: GridPlan, srid: int) -> None:
        """Begin to write the versions that are not written yet, and to have all of them proved."""
        self._submit(self._write, grids, srid)

    def wait(self) -> int | None:
        """The id of the change set under which the grids were written, None when none was begun.

        Raises what the database refused them with.
        """
        return None if self._under_way is None else self._under_way.result()

    def _submit(self, work: Callable[[Any, int], int], grids: object, srid: int) -> None:
        """Do the work after what is under way already; its failure is that of all."""
        before, pool = self._under_way, ThreadPoolExecutor(1, "grids")

        def after() -> int:
            if before is not None:
                before.result()
            return work(grids, srid)

        self._under_way = pool.submit(after)
        pool.shutdown(wait=False)

    def open(self) -> int:
        """The id of the change set, opened by whoever is the first to write."""
        if self._opened is None:
            self._opened = self._changeset.open(self._conn)
        return self._opened

    def _write_leaves(self, rows: Sequence[GridRow], srid: int) -> int:
        """Open the change set, write the grids and the leaves among them."""
        began = time.perf_counter()
        opened = self.open()
        write_identities(self._conn, [(row.code, row.tier) for row in rows])
        leaves = [row for row in rows if row.tier.is_leaf]
        grounds = shapely.to_wkb([row.geom for row in leaves])
        versions = [
            GridVersion(row.code, row.tier, row.parent or None, row.name or row.code, ground, ground)
            for row, ground in zip(leaves, grounds, strict=True)
        ]
        write_versions(self._conn, versions, srid=srid)
        self._written = frozenset(row.code for row in leaves)
        self._watch.note("writing leaves", time.perf_counter() - began)
        return opened

    def _write(self, grids: GridPlan, srid: int) -> int:
        """Open the change set, write the grids and have them proved."""
        began = time.perf_counter()
        opened = self.open()
        rest = [version for version in grids.versions if version.code not in self._written]
        write_net(self._conn, replace(grids, versions=rest), srid)
        self._watch.note("writing grids", time.perf_counter() - began)
        began = time.perf_counter()
        prove_net(self._conn, grids.shapes, grids.cuts)
        self._watch.note("proving grids", time.perf_counter() - began)
        return opened


def write_net(conn: Connection, grids: GridPlan, srid: int) -> None:
    """Write the versions and the outline of a plan."""
    if grids.versions:
        write_versions(conn, grids.versions, srid=srid)
    if grids.county is not None:
        write_outline(conn, grids.county, srid=srid)
