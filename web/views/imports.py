"""/import: the list of imports, and the steps of one."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from geo_grid.access import Action
from geo_grid.errors import BadInput, NotFound, Refused
from geo_grid.intake.clean import save_rules, saved_rules
from geo_grid.intake.field_map import FieldMap
from geo_grid.intake.field_names import KNOWN
from geo_grid.intake.report_files import write_places, write_workbook
from geo_grid.intake.runs import (
    Run,
    choose,
    create_run,
    drop_run,
    latest_runs,
    load_key,
    read_run,
    remove_all,
    save_map,
    saved_maps,
)
from geo_grid.jobs import Job, read_job
from web import imports as shown
from web.access import needs
from web.database import read, web_settings, write
from web.import_form import choices_of, rules_of
from web.language import is_english
from web.session import actor

imports = Blueprint("imports", __name__, url_prefix="/import")

NOT_THERE = {
    "found": "files",
    "fields": "files",
    "findings": "fields",
    "repairs": "fields",
    "changes": "fields",
    "load": "fields",
}


@imports.get("")
@needs(Action.IMPORT)
def overview() -> str:
    """All imports, and a place to drop new files on."""
    return render_template("import/overview.html", runs=read(latest_runs), states=shown.STATES)


@imports.post("")
@needs(Action.IMPORT)
def create() -> Answer:
    """A new import."""
    who = actor().username
    return redirect(url_for("imports.step", run_id=write(lambda conn: create_run(conn, who)), name="files"), 303)


@imports.get("/<int:run_id>")
@needs(Action.IMPORT)
def one(run_id: int) -> Answer:
    """The step that an import is at."""
    run = read(read_run, run_id)
    name = "load" if not run.is_open else "findings" if run.verdict else "found" if run.sighting else "files"
    return redirect(url_for("imports.step", run_id=run_id, name=name), 303)


@imports.get("/<int:run_id>/<name>")
@needs(Action.IMPORT)
def step(run_id: int, name: str) -> str | Answer:
    """One step of an import."""
    if name not in shown.STEPS:
        raise NotFound.of("there is no step %(name)s: the steps are %(steps)s", name=name, steps=", ".join(shown.STEPS))
    run = read(read_run, run_id)
    job = None if run.job_id is None else read(read_job, run.job_id)
    waits = job is not None and not job.is_over
    missing = run.sighting is None if name in {"found", "fields"} else run.verdict is None
    if run.is_open and name != "files" and missing and not waits and not _failed(job):
        return redirect(url_for("imports.step", run_id=run_id, name=NOT_THERE[name]), 303)
    return render_template(f"import/{name}.html", **_page(run, job, name, waits=waits))


def _failed(job: Job | None) -> bool:
    """Whether the last job ended without a result."""
    return job is not None and job.state.value in {"failed", "cancelled"}


def _page(run: Run, job: Job | None, name: str, *, waits: bool) -> dict[str, Any]:
    """What the template of a step is given."""
    verdict: dict[str, Any] = dict(run.verdict or {})
    findings = verdict.get("findings", [])
    return {
        "run": run,
        "job": job,
        "waits": waits,
        "failed": job if _failed(job) and not waits else None,
        "failure": shown.failure(job) if job is not None and _failed(job) else "",
        "steps": shown.steps(run, name),
        "at": name,
        "groups": shown.groups(findings),
        "verdict": verdict,
        "findings": findings,
        "sentence": shown.sentence,
        "place": shown.place,
        "stage": shown.stage(job),
        "nouns": shown.NOUNS,
        "fields": shown.FIELDS,
        "known": {noun.value: list(fields) for noun, fields in KNOWN.items()},
        "tiers": shown.tier_choices(),
        "kind_of": shown.kind_of,
        "dict_of": lambda seen: {field["name"]: field for field in seen},
        "maps": read(saved_maps) if name == "fields" else [],
        "kept_rules": read(saved_rules) if name == "repairs" else [],
        "states": shown.STATES,
    }


@imports.post("/<int:run_id>/look")
@needs(Action.IMPORT)
def look(run_id: int) -> Answer:
    """Look at the files, with the encodings and CRS that the form says."""
    run = _open(run_id)
    if not run.files:
        raise Refused.of("there are no files yet: drop some first")
    _choose(run)
    shown.ask_for(run, "look")
    return redirect(url_for("imports.step", run_id=run_id, name="found"), 303)


@imports.post("/<int:run_id>/settle")
@needs(Action.IMPORT)
def settle(run_id: int) -> Answer:
    """Keep what the form says of fields, encodings, CRS or repairs, and rehearse the load."""
    run = _open(run_id)
    _choose(run)
    _keep_map(run)
    _keep_rules()
    shown.ask_for(run, "rehearse")
    target = request.form.get("to", "findings")
    return redirect(url_for("imports.step", run_id=run_id, name=target if target in shown.STEPS else "findings"), 303)


@imports.post("/<int:run_id>/load")
@needs(Action.IMPORT)
def load(run_id: int) -> Answer:
    """Bring the files in."""
    run = _open(run_id)
    if not (run.verdict or {}).get("loads"):
        raise Refused.of("these files may not come in as they are: mend or repair what was found, then check again")
    job = None if run.job_id is None else read(read_job, run.job_id)
    key = load_key(run.id)
    tried = job is not None and job.kind == "load" and job.is_over
    # A load that failed is asked for anew; the change set's key still lets it happen once.
    shown.ask_for(run, "load", None if tried else key)
    return redirect(url_for("imports.step", run_id=run_id, name="load"), 303)


@imports.post("/<int:run_id>/undo")
@needs(Action.IMPORT)
def undo(run_id: int) -> Answer:
    """Take the import back."""
    run = read(read_run, run_id)
    if run.state != "loaded":
        raise Refused.of("this import was not loaded, or is undone already: nothing is left to undo")
    shown.ask_for(run, "undo")
    return redirect(url_for("imports.step", run_id=run_id, name="load"), 303)


@imports.post("/<int:run_id>/drop")
@needs(Action.IMPORT)
def drop(run_id: int) -> Answer:
    """Give the import up; its files are removed."""
    run = _open(run_id)
    write(lambda conn: drop_run(conn, run.id))
    remove_all(web_settings(), run.id)
    flash(_("The import was given up and its files were removed."), "good")
    return redirect(url_for("imports.overview"), 303)


@imports.get("/<int:run_id>/report.<kind>")
@needs(Action.IMPORT)
def report(run_id: int, kind: str) -> Response:
    """The findings as a file to send back: xlsx or gpkg."""
    run = read(read_run, run_id)
    if kind not in {"xlsx", "gpkg"} or run.verdict is None:
        raise NotFound.of("there is no such report: check the files first, then take xlsx or gpkg")
    write_file = write_workbook if kind == "xlsx" else write_places
    with tempfile.TemporaryDirectory(prefix="geo_grid_report_") as folder:
        path = Path(folder) / f"report.{kind}"
        write_file(shown.in_language(run.verdict["findings"]), path, lang="en" if is_english() else "zh")
        content = path.read_bytes()
    name = _("import-%(number)s-findings", number=run.id)
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{name}.{kind}")


def _open(run_id: int) -> Run:
    """The run, which must still be open."""
    run = read(read_run, run_id)
    run.demand_open()
    return run


def _choose(run: Run) -> None:
    """Keep what the form says, where it says anything."""
    chosen = choices_of(request.form, run)
    if chosen is not None:
        write(lambda conn: choose(conn, run.id, chosen))


def _keep_map(run: Run) -> None:
    """Save the field map of the layer that the form names, under the name that it gives."""
    name = request.form.get("save_as", "").strip()
    if not name:
        return
    layers = choices_of(request.form, run) or {}
    maps = [one["map"] for one in layers.get("layers", {}).values() if one.get("map")]
    if not maps:
        raise BadInput.of("there are no fields to save: choose them first")
    kept = FieldMap.from_json(maps[0] | {"name": name[:100]})
    who = actor().username
    write(lambda conn: save_map(conn, kept, who))


def _keep_rules() -> None:
    """Save the rules of repairing in the form, under the name that it gives."""
    name = request.form.get("save_rules_as", "").strip()
    if name:
        rules, who = rules_of(request.form), actor().username
        write(lambda conn: save_rules(conn, name, rules, who))
