"""/boards: the signs of grids and map sheets of places, one at once or many as a job."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Answer

from geo_grid import access
from geo_grid.boards import PAPERS, Phones, Wish, board_pdf, boards_of, read_source, sheet_pdf
from geo_grid.errors import BadInput, NotFound
from geo_grid.jobs import Job, JobState, NewJob, archive_of, latest_jobs, queue, read_job
from geo_grid.jobs import cancel as cancel_job
from geo_grid.journal import NewEntry, enter
from geo_grid.vocabulary import Action, Tier
from web import params
from web.access import needs
from web.coverage import coverage_now
from web.database import keep, read_widely, web_settings, write_widely
from web.language import is_english
from web.people import People
from web.session import actor

boards = Blueprint("boards", __name__, url_prefix="/boards")

#: Tiers whose grids get a board, and the tiers of which map sheets are made.
BOARD_TIERS = (Tier.MICRO, Tier.SPECIAL, Tier.GROUP, Tier.SUB, Tier.TOTAL)
KINDS = ("boards", "sheets")


@boards.get("")
@needs(Action.EXPORT)
def overview() -> str:
    """What can be printed, and what was."""
    people = People(coverage_now().county, None)
    jobs = [job for job in read_widely(latest_jobs, limit=200) if job.kind == "boards" and _is_mine(job)][:20]
    return render_template(
        "boards/overview.html",
        places=people.places(Tier.SUB),
        towns=[(grid.code, grid.name) for grid in people.county.of_tier(Tier.TOTAL)],
        tiers=BOARD_TIERS,
        papers=PAPERS,
        jobs=jobs,
        states=JobState,
        whole=actor().may(Action.EXPORT, ()),
    )


@boards.post("")
@needs(Action.EXPORT)
def ask() -> Answer:
    """Many boards, printed by the worker."""
    form = request.form
    tier, kind, under = form.get("tier", ""), form.get("kind", "boards"), form.get("under") or None
    if tier not in {one.code for one in BOARD_TIERS} or kind not in KINDS or form.get("paper") not in PAPERS:
        raise BadInput.of("choose what is to be printed, of which tier, on which paper")
    _demand(under)
    phones = _phones(form.get("phones", ""), under)
    wanted = {"kind": kind, "tier": tier, "under": under, "paper": form["paper"], "lang": _lang(form.get("lang"))}
    wanted |= {"phones": phones.value, "address": request.host_url}
    job = write_widely(lambda conn: queue(conn, NewJob("boards", actor().username, wanted)))
    return redirect(url_for("boards.one", number=job), 303)


@boards.get("/<int:number>")
@needs(Action.EXPORT)
def one(number: int) -> str:
    """How far a print is, and where it lies when it is done."""
    return render_template("boards/one.html", job=_job(number), states=JobState)


@boards.get("/<int:number>/progress")
@needs(Action.EXPORT)
def progress(number: int) -> Response:
    """How far a print is, for the page that waits."""
    job = _job(number)
    return jsonify(done=job.done, total=job.total, is_over=job.is_over)


@boards.post("/<int:number>/cancel")
@needs(Action.EXPORT)
def cancel(number: int) -> Answer:
    """Stop a print."""
    job = _job(number)
    write_widely(lambda conn: cancel_job(conn, job.id))
    flash(_("The print is being stopped."), "good")
    return redirect(url_for("boards.one", number=number), 303)


@boards.get("/<int:number>/boards.zip")
@needs(Action.EXPORT)
def archive(number: int) -> Response:
    """What was printed, a PDF for each village."""
    job = _job(number)
    path = archive_of(web_settings(), job)
    if not path.is_file():
        raise NotFound.of("this print is not there, or not any more: print it anew")
    if job.arguments["kind"] == "cards":
        return send_file(path, as_attachment=True, download_name=f"evacuation-cards-{job.arguments['zone']}.pdf")
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=f"boards-{number}.zip")


@boards.get("/grids/<code>.pdf")
@needs(Action.EXPORT)
def board(code: str) -> Response:
    """The board of one grid, on `?paper=` A4 or A3, with `?phones=` none, masked or full."""
    _demand(code)
    wish = _wish(code)
    source = read_widely(read_source)
    return _pdf(board_pdf(source, list(boards_of(source, [code], wish)), wish), f"board-{code}.pdf")


@boards.get("/sheets/<code>.pdf")
@needs(Action.EXPORT)
def sheet(code: str) -> Response:
    """The map sheet (A3) of one grid."""
    _demand(code)
    source = read_widely(read_source)
    return _pdf(sheet_pdf(source, [code], _wish(code)), f"sheet-{code}.pdf")


def _wish(code: str) -> Wish:
    """How one board is wanted."""
    lang = _lang(params.text("lang") or None)
    phones = _phones(params.text("phones") or Phones.MASKED.value, code)
    return Wish(params.text("paper") or "A4", lang, phones, request.host_url)


def _phones(name: str, under: str | None) -> Phones:
    """How phones are to stand on boards; in full only for who may write phones to files, and that is kept."""
    try:
        phones = Phones(name)
    except ValueError:
        raise BadInput.of("phones are none, masked or full, not %(name)s", name=name[:20]) from None
    if phones is Phones.FULL:
        access.demand(actor(), Action.EXPORT_PHONES, _chain(under))
        entry = NewEntry(actor().username, "phones-printed", under or "county", {"grid": under or ""})
        keep(lambda conn: enter(conn, entry))
    return phones


def _demand(under: str | None) -> None:
    """Nothing when the asker may take this ground's data out; raises `Forbidden`."""
    access.demand(actor(), Action.EXPORT, _chain(under))


def _chain(under: str | None) -> list[str]:
    """The grid with those above it; of the county, nothing. Raises `NotFound`."""
    if under is None:
        return []
    county = coverage_now().county
    if under not in county.index:
        raise NotFound.of("there is no grid %(under)s, or it was retired: check the code", under=under)
    return People(county, None).chain(under)


def _is_mine(job: Job) -> bool:
    """Whether the asker asked for the job, or has the whole county."""
    return job.actor == actor().username or actor().may(Action.EXPORT_PHONES, ())


def _job(number: int) -> Job:
    """A print that the asker may see; raises `NotFound`."""

    def look(conn: Connection) -> Job:
        return read_job(conn, number)

    job = read_widely(look)
    if job.kind != "boards" or not _is_mine(job):
        raise NotFound.of("there is no print %(number)s: look at the list", number=number)
    return job


def _lang(given: Any) -> str:
    """The language of the boards; the page's when none is given."""
    return given if given in {"zh", "en"} else "en" if is_english() else "zh"


def _pdf(body: bytes, name: str) -> Response:
    """A PDF to be looked at."""
    response = Response(body, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response
