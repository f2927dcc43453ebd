"""An import from files to committed rows: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from hashlib import file_digest, sha256
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from geo_grid import clock
from geo_grid.checks.finding import errors_in
from geo_grid.db import DbRole, engine, run
from geo_grid.db.staging import expect_many_rows
from geo_grid.errors import GeoGridError
from geo_grid.facilities import write_facilities
from geo_grid.grids import lock_county
from geo_grid.households import append_households, move_households, write_households
from geo_grid.intake.early import Early, write_net
from geo_grid.intake.order import Files, Unhurried
from geo_grid.intake.plan import plan
from geo_grid.intake.planned import Plan
from geo_grid.intake.read import Options, Reader
from geo_grid.intake.report import ImportReport, NotClean
from geo_grid.intake.retire.write import remove_gone_households, retire
from geo_grid.intake.watch import Progress, Watch
from geo_grid.journal import NewChangeset, data_version, sum_up
from geo_grid.risks import write_risk_sites
from geo_grid.settings import Settings
from geo_grid.staffing import write_staff


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def load(  # noqa: PLR0913  (one keyword for each choice of who loads)
    settings: Settings,
    paths: Sequence[Path],
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    actor: str = "geo-grid import",
    today: date | None = None,
    key: str | None = None,
    reader: Reader | None = None,
) -> ImportReport:
    """Import the files in one transaction and one change set; what it did.

    Files that say what the database holds already write nothing. Raises `NotClean` with the findings when the files
    may not come in, `Unreadable` when they cannot be read. With a `key` it is done once: whoever comes again with the
    same one raises `Duplicate`. `reader` reads one file, as for `read`.
    """
    watch, options = Watch(progress), options or Options()
    files = Files(paths, options, watch, reader)
    files.hurried = files.hurried and not dry_run
    pool = engine(settings, DbRole.LOADER)
    with ThreadPoolExecutor(1, "connecting") as meanwhile:
        meanwhile.submit(_connect, pool)
        files.first()
    digest = None if key else _digest(paths)
    reports: list[ImportReport] = []

    def work(conn: Connection) -> None:
        # The same files may come again after others changed the county: they are the same request only on one version.
        name = None if dry_run else (key or f"import {digest} on {data_version(conn)}")
        reports.append(_work(conn, files, options, watch, key=name, actor=actor, today=today))
        watch.lap("committing")
        if dry_run:
            raise _DryRun

    with suppress(_DryRun):
        try:
            run(pool, work)
        except Unhurried:
            files.hurried = False
            run(pool, work)
    watch.stop()
    return replace(reports[-1], seconds=watch.seconds, stages=watch.stages)


def _connect(pool: Engine) -> None:
    """Put a connection into the pool; what stands in its way is told when it is asked for."""
    with suppress(GeoGridError, SQLAlchemyError):
        pool.connect().close()


def _work(
    conn: Connection,
    files: Files,
    options: Options,
    watch: Watch,
    *,
    key: str | None,
    actor: str,
    today: date | None,
) -> ImportReport:
    """The transaction: plan, then write what is new under the `key`; without one nothing is written."""
    lock_county(conn)
    expect_many_rows(conn)
    changeset = NewChangeset(
        actor,
        "import",
        note=files.names[:500],
        idempotency_key=key,
    )
    with Early(conn, changeset, watch, hurried=files.hurried) as early:
        planned = plan(conn, files.first(), options, today=today, watch=watch, early=early, later=files.later)
        if errors_in(planned.findings):
            raise NotClean(planned.findings, planned.cleaning, planned.gone)
        written = planned.writes and key is not None
        if written:
            opened = early.wait()
            with watch("writing"):
                if opened is None:
                    opened = early.open()
                    write_net(conn, planned.grids, planned.srid)
                write_rest(conn, planned, watch)
                retire(conn, planned.gone, today or clock.today())
                sum_up(conn, opened, _summary(planned))
    moved = len(planned.moves.codes)
    return ImportReport(
        planned.tallies, planned.findings, moved, written=written, diff=planned.diff, cleaning=planned.cleaning
    )


def write(conn: Connection, planned: Plan, watch: Watch) -> None:
    """Write the plan, in the transaction it was made in."""
    write_net(conn, planned.grids, planned.srid)
    write_rest(conn, planned, watch)


def write_rest(conn: Connection, planned: Plan, watch: Watch) -> None:
    """Write all of the plan but the grids, which are there already."""
    if planned.by_noun("workers").writes or planned.by_noun("posts").writes:
        write_staff(conn, planned.staff.staff)
    remove_gone_households(conn, planned.gone)
    if planned.moves.codes:
        move_households(conn, planned.moves.codes, planned.moves.grids)
    if planned.households is not None:
        with watch("bringing households in", len(planned.households.codes)) as told:
            append_households(conn, planned.households, told=told)
    elif planned.by_noun("households").writes:
        write_households(conn, planned.given)
    if planned.by_noun("risk_sites").writes:
        write_risk_sites(conn)
    if planned.by_noun("facilities").writes:
        write_facilities(conn)


def _summary(planned: Plan) -> dict[str, object]:
    """What the journal says of an import: how many of each noun are new or changed, and which grids were renamed."""
    counts: dict[str, object] = {
        noun: {"new": tally.new, "changed": tally.changed} | ({"retired": tally.retired} if tally.retired else {})
        for noun, tally in planned.tallies.items()
    }
    gone = planned.gone.get("grids")
    retired = [one.code for one in gone.retired] if gone is not None else []
    return (
        counts
        | ({"renamed": planned.renamed} if planned.renamed else {})
        | ({"retired_grids": retired} if retired else {})
    )


def _digest(paths: Sequence[Path]) -> str:
    """A digest of the files' bytes."""
    total = sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(one for one in path.iterdir() if one.is_file()):
            with file.open("rb") as content:
                total.update(file_digest(content, "sha256").digest())
    return total.hexdigest()[:32]
