"""/api/imports: the files of an import, its layers drawn, and how far its work is."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import Connection

from geo_grid.access import Action
from geo_grid.errors import BadInput, NotFound
from geo_grid.intake.runs import MOST_BYTES, add_file, create_run, read_outlines, read_run, receive, remove, remove_file
from geo_grid.jobs import cancel as cancel_job
from geo_grid.jobs import read_job
from web import imports as shown
from web.access import needs
from web.bodies import takes_up_to
from web.database import read, web_settings, write
from web.session import actor

imports = Blueprint("import_runs", __name__, url_prefix="/imports")


@imports.post("")
@needs(Action.IMPORT)
def create() -> tuple[Response, int]:
    """A new import, with the address of its page."""
    who = actor().username
    run_id = write(lambda conn: create_run(conn, who))
    return jsonify(id=run_id, page=url_for("imports.step", run_id=run_id, name="files")), 201


@imports.get("/<int:run_id>")
@needs(Action.IMPORT)
def one(run_id: int) -> Response:
    """An import as it stands, with what its work is doing."""
    run = read(read_run, run_id)
    job = None if run.job_id is None else read(read_job, run.job_id)
    work = None if job is None else job.to_json() | {"is_over": job.is_over, "says": shown.stage(job)}
    return jsonify(run.to_json() | {"work": work})


@imports.post("/<int:run_id>/files")
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
@needs(Action.IMPORT)
def outlines(run_id: int) -> Response:
    """The layers drawn in lon/lat, with the county's outline."""
    return jsonify(read(read_outlines, run_id) or {"layers": [], "county": None})


@imports.get("/<int:run_id>/findings")
@needs(Action.IMPORT)
def findings(run_id: int) -> Response:
    """Where the findings are, in the order in which the page numbers them."""
    verdict = read(read_run, run_id).verdict or {}
    kept = ("severity", "point", "geometry", "households", "rule")
    places = [{key: one.get(key) for key in kept} for one in verdict.get("findings", [])]
    return jsonify(findings=places, repairs=verdict.get("repairs", []))


@imports.post("/<int:run_id>/cancel")
@needs(Action.IMPORT)
def cancel(run_id: int) -> Response:
    """Ask for the end of the work on this import."""
    run = read(read_run, run_id)
    if run.job_id is not None:
        job = run.job_id
        write(lambda conn: cancel_job(conn, job))
    return jsonify(asked=run.job_id is not None)
