"""/api/imports: the files of an import, its layers drawn, and how far its work is."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import Connection

from geo_grid.access import Action
from geo_grid.errors import BadInput, NotFound
from geo_grid.intake.runs import MOST_BYTES, add_file, create_run, read_outlines, read_run, receive, remove, remove_file
from geo_grid.jobs import JobState, read_job
from geo_grid.jobs import cancel as cancel_job
from web import imports as shown
from web.access import needs
from web.api.description import declared, takes
from web.bodies import takes_up_to
from web.database import read, web_settings, write
from web.session import actor

imports = Blueprint("import_runs", __name__, url_prefix="/imports")

_TEXT, _WHOLE, _OBJECT = {"type": "string"}, {"type": "integer"}, {"type": "object"}
_MAYBE_WHOLE = {"type": ["integer", "null"]}
_TOLD = {"type": ["object", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}
_FILE = {"name": str, "stored": str, "size": int}
_WORK = {
    **_TOLD,
    "description": "the job that works on it",
    "properties": {
        "state": {**_TEXT, "enum": [state.value for state in JobState]},
        "is_over": {"type": "boolean"},
        "says": {**_TEXT, "description": "what it is doing, in the reader's language"},
        **dict.fromkeys(("id", "done", "total", "attempt"), _WHOLE),
    },
    "required": ["id", "state", "done", "total", "attempt", "is_over", "says"],
}
_RUN = {
    "id": int,
    "actor": str,
    "created_at": str,
    "state": {**_TEXT, "enum": ["open", "loaded", "unchanged", "undone", "dropped"]},
    "files": {"type": "array", "items": {**_OBJECT, "required": list(_FILE)}},
    "choices": _OBJECT,
    "accepted": _TEXTS,
    "rules": _OBJECT,
    "retiring": _TEXTS,
    "sighting": {**_TOLD, "description": "what was found in the files"},
    "estimate": {**_TOLD, "description": "what the rehearsal will say, nearly"},
    "verdict": {**_TOLD, "description": "what a rehearsal of the load said"},
    "report": {**_TOLD, "description": "what the load did"},
    "job": _MAYBE_WHOLE,
    "changeset": _MAYBE_WHOLE,
    "undo": _MAYBE_WHOLE,
    "work": _WORK,
}
_FINDING = {
    **_OBJECT,
    "properties": {"severity": {"type": ["string", "null"]}, "rule": {"type": ["string", "null"]}},
    "required": ["severity", "point", "geometry", "households", "rule"],
}
_OBJECTS = {"type": "array", "items": _OBJECT}


@imports.post("")
@takes(answer={"id": int, "page": str}, status=201)
@needs(Action.IMPORT)
def create() -> tuple[Response, int]:
    """A new import, with the address of its page."""
    who = actor().username
    run_id = write(lambda conn: create_run(conn, who))
    return jsonify(id=run_id, page=url_for("imports.step", run_id=run_id, name="files")), 201


@imports.get("/<int:run_id>")
@takes(answer=_RUN, refuses=(404,))
@needs(Action.IMPORT)
def one(run_id: int) -> Response:
    """An import as it stands, with what its work is doing."""
    run = read(read_run, run_id)
    job = None if run.job_id is None else read(read_job, run.job_id)
    if job is not None and job.is_over:
        # Work may have ended between the two: whoever sees that it is over sees what came of it.
        run = read(read_run, run_id)
    work = None if job is None else job.to_json() | {"is_over": job.is_over, "says": shown.stage(job)}
    return jsonify(run.to_json() | {"work": work})


@imports.post("/<int:run_id>/files")
@takes(
    body={"file": declared.Given({"type": "string", "format": "binary"}, "the file", is_required=True)},
    answer=_FILE,
    status=201,
    refuses=(404, 409, 413, 422),
    is_upload=True,
)
@takes_up_to(MOST_BYTES + (1 << 20))
@needs(Action.IMPORT)
def upload(run_id: int) -> tuple[Response, int]:
    """One file more, in the form field `file`."""
    given = request.files.get("file")
    if given is None:
        raise BadInput.of("there is no file in this request: send it in the form field named file")

    def work(conn: Connection) -> Any:
        run = read_run(conn, run_id, lock=True)
        run.demand_open()
        kept = receive(web_settings(), run, given.filename or "", cast(Any, given.stream))
        add_file(conn, run_id, kept)
        return kept

    return jsonify(write(work).to_json()), 201


@imports.delete("/<int:run_id>/files/<stored>")
@takes(answer={"removed": str}, refuses=(404, 409, 422))
@needs(Action.IMPORT)
def take_away(run_id: int, stored: str) -> Response:
    """One file less."""

    def work(conn: Connection) -> None:
        run = read_run(conn, run_id, lock=True)
        run.demand_open()
        if stored not in {file.stored for file in run.files}:
            raise NotFound.of("there is no file %(file)s in this import: load the page again", file=stored)
        remove_file(conn, run_id, stored)
        remove(web_settings(), run_id, stored)

    write(work)
    return jsonify(removed=stored)


@imports.get("/<int:run_id>/outlines")
@takes(answer={"layers": _OBJECTS, "county": _TOLD}, refuses=(404,))
@needs(Action.IMPORT)
def outlines(run_id: int) -> Response:
    """The layers drawn in lon/lat, with the county's outline."""
    return jsonify(read(read_outlines, run_id) or {"layers": [], "county": None})


@imports.get("/<int:run_id>/findings")
@takes(answer={"findings": {"type": "array", "items": _FINDING}, "repairs": _OBJECTS}, refuses=(404,))
@needs(Action.IMPORT)
def findings(run_id: int) -> Response:
    """Where the findings are, in the order in which the page numbers them."""
    verdict = read(read_run, run_id).verdict or {}
    kept = ("severity", "point", "geometry", "households", "rule")
    places = [{key: one.get(key) for key in kept} for one in verdict.get("findings", [])]
    return jsonify(findings=places, repairs=verdict.get("repairs", []))


@imports.post("/<int:run_id>/cancel")
@takes(answer={"asked": bool}, refuses=(404,))
@needs(Action.IMPORT)
def cancel(run_id: int) -> Response:
    """Ask for the end of the work on this import."""
    run = read(read_run, run_id)
    if run.job_id is not None:
        job = run.job_id
        write(lambda conn: cancel_job(conn, job))
    return jsonify(asked=run.job_id is not None)
