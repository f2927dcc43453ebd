"""What the steps of an import run do when a worker does them: look, rehearse, load, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.intake import (
    ImportReport,
    NotClean,
    Options,
    Unreadable,
    load,
    look,
    read,
    sandbox,
    standing_county,
    validate,
)
from geo_grid.intake.choices import Choices, LayerChoice, called_so
from geo_grid.intake.clean import Cleaning, CleaningRules
from geo_grid.intake.coordinates import placed_by_columns
from geo_grid.intake.estimate import estimate
from geo_grid.intake.layer import Layer
from geo_grid.intake.outlines import county_outline, drawn
from geo_grid.intake.retire import Gone, Retiring
from geo_grid.intake.runs import (
    Run,
    files_in,
    load_key,
    note_estimate,
    note_report,
    note_sighting,
    note_verdict,
    old_runs,
    read_run,
    remove_all,
)
from geo_grid.intake.standing import Standing
from geo_grid.intake.undo import undo_import
from geo_grid.intake.validate.gather import gather
from geo_grid.jobs.model import Job, Task, Told
from geo_grid.journal import NewChangeset, changeset_by_key
from geo_grid.publish import prepare_tiles
from geo_grid.settings import Settings

#: Findings kept for the pages and the report; all are counted.
MOST_KEPT = 3000
#: How long the files of a run that was left are kept.
UPLOADS_KEPT_DAYS = 30


def look_at_files(settings: Settings, job: Job, told: Told) -> Mapping[str, Any]:
    """See what the files of a run hold, and draw their layers."""
    run = _run(settings, job)
    paths, names = files_in(settings, run)
    options = Options(choices=run.choices, names=names)
    told("reading files", 0, len(paths))
    with reading(engine(settings, DbRole.LOADER)) as conn:
        standing = standing_county(conn)
    reader = _once(_sandboxed)
    sighting = look(paths, options, reader, standing)
    refused = {one.file for one in sighting.refused}
    told("drawing the layers", 0, 0)
    whole = [path for path in paths if names[path.name] not in refused]
    read_layers = read(whole, Options(choices=_placing(run, sighting.to_json()), names=names), reader)
    layers = [placed_by_columns(layer, options.fields, options.noun) for layer in read_layers]
    plain: dict[str, Any] = dict(sighting.to_json())
    outlines = {"layers": drawn(layers, standing.srid), "county": county_outline(standing.outline, standing.srid)}
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        note_sighting(conn, run.id, plain, outlines)
    return {"layers": len(sighting.layers), "refused": len(sighting.refused)}


def rehearse(settings: Settings, job: Job, told: Told) -> Mapping[str, Any]:
    """Find every fault of the files and what loading them would change; nothing is written to the county."""
    run = _run(settings, job)
    paths, names = files_in(settings, run)
    options = _options(run, names)
    with reading(engine(settings, DbRole.LOADER)) as conn:
        standing = standing_county(conn)
    reader = _once(_sandboxed)
    told("estimating", 0, 0)
    _note_estimate(settings, run, read(paths, options, reader), options, standing)
    report: ImportReport | None = None
    refusal: list[Finding] = []
    try:
        report = load(settings, paths, options, told, dry_run=True, actor=run.actor, reader=reader)
        cleaning, gone = report.cleaning, {noun: one.missing for noun, one in report.diff.nouns.items()}
    except NotClean as not_clean:
        refusal, cleaning, gone = not_clean.findings, not_clean.cleaning, dict(not_clean.gone)
    told("finding faults", 0, 0)
    leaving = {one.code for one in gone.get("grids", Gone()).retired}
    found = validate(read(paths, options, reader), options, standing.without(leaving))
    found = _together(found, refusal, report)
    verdict = {
        "findings": [one.to_json() for one in gather(found, MOST_KEPT)],
        "counts": {"all": len(found), "errors": len(errors_in(found))},
        "loads": report is not None,
        "repairs": [] if cleaning is None else _repairs(cleaning, fresh=not run.accepted),
        "report": None if report is None else _plain(report),
        "missing": {noun: one.to_json() for noun, one in gone.items() if one.things},
    }
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        note_verdict(conn, run.id, verdict)
    return {"findings": len(found), "loads": report is not None}


def _note_estimate(settings: Settings, run: Run, layers: Sequence[Layer], options: Options, standing: Standing) -> None:
    """Note what the rehearsal will say, nearly, to be looked at meanwhile."""
    nearly = estimate(layers, options, standing)
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        note_estimate(conn, run.id, None if nearly is None else nearly.to_json())


def load_run(settings: Settings, job: Job, told: Told) -> Mapping[str, Any]:
    """Bring the files of a run in, once: when the change set is there already, a crash came after the commit."""
    run = _run(settings, job)
    key = load_key(run.id)
    with reading(engine(settings, DbRole.LOADER)) as conn:
        done = changeset_by_key(conn, key)
    if done is None:
        paths, names = files_in(settings, run)
        options = _options(run, names)
        outcome = _plain(load(settings, paths, options, told, actor=run.actor, key=key, reader=_sandboxed))
    else:
        outcome = {"written": True, "nouns": _nouns(done.summary), "resumed": True}
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        note_report(conn, run.id, outcome)
    if outcome["written"]:
        told("preparing the map", 0, 0)
        _prepare_tiles(settings, run.actor)
    remove_all(settings, run.id)
    return {"written": outcome["written"]}


def undo_run(settings: Settings, job: Job, told: Told) -> Mapping[str, Any]:
    """Take the load of a run back."""
    run = _run(settings, job)
    if run.undo_id is not None or run.changeset_id is None:
        return {"undone": run.undo_id is not None}
    told("undoing the import", 0, 0)
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        done = undo_import(conn, run.changeset_id, job.actor)
    told("preparing the map", 0, 0)
    _prepare_tiles(settings, job.actor)
    return done.to_json()


#: The tasks of the worker, by the kind of job.
TASKS: dict[str, Task] = {"look": look_at_files, "rehearse": rehearse, "load": load_run, "undo": undo_run}


def _run(settings: Settings, job: Job) -> Run:
    """The run that the job works on."""
    with reading(engine(settings, DbRole.LOADER)) as conn:
        return read_run(conn, int(job.arguments["run"]))


def _placing(run: Run, sighting: Mapping[str, Any]) -> Choices:
    """The choices, with the likeliest CRS for each layer that nobody chose one for."""
    layers = {source: replace(choice, map=None, left_out=False) for source, choice in run.choices.layers.items()}
    for seen in sighting["layers"]:
        chosen = (seen.get("crs") or {}).get("chosen")
        if chosen and layers.get(seen["source"], LayerChoice()).crs is None:
            layers[seen["source"]] = LayerChoice(crs=chosen["crs"])
    return replace(run.choices, layers=layers)


def _sandboxed(path: Path, options: Options) -> list[Layer]:
    """The layers of an uploaded file, read in a process of its own, under the name that people know it by."""
    called = options.names.get(path.name, path.name)
    plain = Options(encoding=options.choices.encodings.get(called, options.encoding))
    try:
        return [called_so(layer, path, called) for layer in sandbox.layers_of(path, plain)]
    except Unreadable as wrong:
        raise Unreadable(wrong.source.replace(path.name, called, 1), wrong.says, **wrong.facts) from wrong


def _once(reader: Callable[[Path, Options], list[Layer]]) -> Callable[[Path, Options], list[Layer]]:
    """The reader, reading each file only the first time."""
    known: dict[Path, list[Layer]] = {}

    def layers_of(path: Path, options: Options) -> list[Layer]:
        if path not in known:
            known[path] = reader(path, options)
        return known[path]

    return layers_of


def _together(found: list[Finding], refusal: list[Finding], report: ImportReport | None) -> list[Finding]:
    """The faults of validation, and those of the rehearsal that it does not tell."""
    told = {(one.rule, one.where) for one in found}
    rules = {one.rule for one in found}
    rest = [one for one in (*refusal, *(report.findings if report else ())) if not one.rule.startswith("repair_")]
    return found + [one for one in rest if (one.rule, one.where) not in told and (one.rule not in rules or not found)]


def _repairs(cleaning: Cleaning, *, fresh: bool) -> list[dict[str, Any]]:
    """The repairs as plain values; before anybody chose, those are ticked that need no asking."""
    plain = [dict(repair.to_json()) for repair in cleaning.repairs]
    return [
        one | {"number": number, "accepted": one["accepted"] or (fresh and one["default"])}
        for number, one in enumerate(plain)
    ]


def _options(run: Run, names: Mapping[str, str]) -> Options:
    """What was chosen for a run."""
    rules = {name: value or None for name, value in run.rules.items()}
    repairs = CleaningRules.from_json(rules | {"accepted": list(run.accepted)})
    return Options(choices=run.choices, names=names, repairs=repairs, retiring=Retiring.of(run.retiring))


def _nouns(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of nouns in what the journal says of an import."""
    return {noun: counts for noun, counts in summary.items() if isinstance(counts, Mapping)}


def _plain(report: ImportReport) -> dict[str, Any]:
    """A report without its findings, which are kept apart."""
    return {key: value for key, value in report.to_json().items() if key != "findings"}


def _prepare_tiles(settings: Settings, actor: str) -> None:
    """The map's shapes made anew: until then tiles come from the full geometry."""
    renewal = NewChangeset(actor, "tiles", note="shapes for tiles")
    with transaction(engine(settings, DbRole.LOADER), changeset=renewal) as conn:
        prepare_tiles(conn)


def remove_old_uploads(settings: Settings, days: int = UPLOADS_KEPT_DAYS) -> None:
    """Remove the uploaded files of runs that nobody touched for so many days; the runs stay in the list."""
    with reading(engine(settings, DbRole.LOADER)) as conn:
        old = old_runs(conn, days)
    for run_id in old:
        remove_all(settings, run_id)
