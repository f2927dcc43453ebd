"""`geo-grid import`: files into the county, all of them or none."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.cli.import_words import (
    Accept,
    AcceptRepairs,
    Answers,
    CloseGaps,
    Complete,
    Fields,
    Lead,
    Overlap,
    RepairWords,
    Rules,
    Snap,
    Tiers,
    options_of,
)
from geo_grid.cli.output import AsJson
from geo_grid.cli.speaking import (
    estimate_text,
    findings_lines,
    in_chinese,
    is_chinese_shell,
    missing_lines,
    outcome_text,
)
from geo_grid.cli.speaking import refusal as why_refused
from geo_grid.settings import Settings, settings

if TYPE_CHECKING:
    from geo_grid.checks.finding import Finding
    from geo_grid.intake import NotClean, Options
    from geo_grid.intake.clean import CleaningRules

_Paths = Annotated[
    list[Path],
    typer.Argument(
        help="Shapefiles, zips of them, GeoPackages, GeoJSON, GeoParquet, CSV, XLSX, or folders of these.",
        metavar="PATH…",
    ),
]


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("import")(import_files)


def import_files(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    paths: _Paths,
    tier: Tiers = None,
    field: Fields = None,
    encoding: Annotated[str | None, typer.Option(help="The encoding of the files' text, as GBK.")] = None,
    crs: Annotated[str | None, typer.Option(help="The CRS of the files, as EPSG:4546.")] = None,
    holds: Annotated[
        str | None,
        typer.Option("--as", help="What the files hold: grids, households, risk-sites, facilities, workers."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="With --dry-run: only estimate, in seconds, what repairing would change."),
    ] = False,
    accept_repairs: AcceptRepairs = False,
    accept: Accept = None,
    lead: Lead = None,
    snap: Snap = None,
    close_gaps: CloseGaps = None,
    overlap: Overlap = None,
    answer: Answers = None,
    rules: Rules = None,
    complete: Complete = None,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write the report here too: JSON for .json, a workbook for .xlsx, the places for .gpkg, else text."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import files into the county: all or nothing; files that say nothing new write nothing."""
    from geo_grid.intake import NotClean, load
    from geo_grid.intake.retire import Retiring

    chosen = settings()
    kept = None if rules is None else _kept_rules(chosen, rules)
    repairs = RepairWords(accept_repairs, accept or (), lead, snap, close_gaps, overlap, answer or (), kept)
    options = options_of(tier or [], field or [], encoding, crs, holds, repairs, paths)
    options = replace(options, retiring=Retiring.of(complete or []))
    if quick:
        return _estimate(chosen, paths, options, dry_run=dry_run, as_json=as_json)
    try:
        with _progress() as advance:
            outcome = load(chosen, paths, options, advance, dry_run=dry_run)
            if outcome.written:
                advance("preparing the map", 0, 0)
                _prepare_tiles(chosen)
    except NotClean as refusal:
        _show_refusal(refusal, report, chosen.locale, as_json=as_json)
        if is_chinese_shell():
            refusal.args = (why_refused(refusal.findings),)
        raise
    text = outcome_text(outcome, dry_run=dry_run)
    _write(report, outcome.to_json(), text, outcome.findings, chosen.locale)
    typer.echo(json.dumps(outcome.to_json(), ensure_ascii=False) if as_json else text)


def _estimate(chosen: Settings, paths: Sequence[Path], options: Options, *, dry_run: bool, as_json: bool) -> None:
    """What repairing the files would change, nearly."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.errors import BadInput
    from geo_grid.intake import read, standing_county
    from geo_grid.intake.estimate import estimate

    if not dry_run:
        raise BadInput("--quick only estimates and writes nothing: say --dry-run with it")
    with reading(engine(chosen, DbRole.LOADER)) as conn:
        standing = standing_county(conn)
    nearly = estimate(read(paths, options), options, standing)
    plain = {"estimate": True, "grids": 0} if nearly is None else nearly.to_json()
    if as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False))
    else:
        typer.echo(estimate_text(nearly))


def _kept_rules(chosen: Settings, name: str) -> CleaningRules:
    """The rules of repairing that are kept under a name."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.intake.clean import rules_named

    with reading(engine(chosen, DbRole.LOADER)) as conn:
        return rules_named(conn, name)


def _prepare_tiles(chosen: Settings) -> None:
    """The map's shapes, renewed in a transaction of their own: until then tiles come from the full geometry."""
    from geo_grid.db import DbRole, engine, transaction
    from geo_grid.journal import NewChangeset
    from geo_grid.publish import prepare_tiles

    renewal = NewChangeset("geo-grid import", "tiles", note="shapes for tiles")
    with transaction(engine(chosen, DbRole.LOADER), changeset=renewal) as conn:
        prepare_tiles(conn)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def advance(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total or None)

        yield advance


def _show_refusal(refusal: NotClean, report: Path | None, locale: str, *, as_json: bool) -> None:
    """The findings, on standard error or as JSON, and in the report."""
    lines = "\n".join([*findings_lines(refusal.findings), *missing_lines(refusal.gone)])
    facts = {
        "changed": 0,
        "written": False,
        "findings": [finding.to_json() for finding in refusal.findings],
        "missing": {noun: gone.to_json() for noun, gone in refusal.gone.items()},
    }
    _write(report, facts, lines, refusal.findings, locale)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        typer.echo(lines, err=True)


def _write(report: Path | None, facts: dict[str, object], lines: str, findings: Sequence[Finding], locale: str) -> None:
    """The report as a file, where one was asked for: of the kind that its name's ending says.

    What is sent back to people, a workbook or places on a map, is in the language of the setting LOCALE.
    """
    if report is None:
        return
    match report.suffix.lower():
        case ".json":
            report.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        case ".xlsx":
            from geo_grid.intake.report_files import write_workbook

            write_workbook(_in_language(findings, locale), report, lang=locale[:2])
        case ".gpkg":
            from geo_grid.intake.report_files import write_places

            write_places(_in_language(findings, locale), report, lang=locale[:2])
        case _:
            report.write_text(f"{lines}\n", encoding="utf-8")


def _in_language(findings: Sequence[Finding], locale: str) -> list[dict[str, object]]:
    """The findings as plain values, in Chinese where the county is."""
    return in_chinese(findings) if locale == "zh_CN" else [finding.to_json() for finding in findings]
