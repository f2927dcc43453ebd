"""/journal/restore: a former state of the county or of one grid, looked at first and then brought back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid import rewind
from geo_grid.access import Action
from geo_grid.errors import BadInput, NotFound, Refused, Stale
from geo_grid.rewind import Consequences, Then
from web import params
from web.access import needs
from web.database import read, write
from web.errors import sentence_of
from web.fields import count_field, field
from web.session import actor

restoring = Blueprint("restoring", __name__)

#: Grids that the page names; the figures are of all.
MOST_GRIDS = 200


@restoring.get("/journal/restore")
@needs(Action.RESTORE)
def look() -> str:
    """What restoring the state at `?at=`, or the one `?before=` a change set, would change; `?place=` narrows it."""
    wish = {name: params.text_or_none(name) for name in ("at", "before", "place")}
    found: Consequences | None = None
    problem = ""
    if wish["at"] or wish["before"]:
        try:
            found = read(_looked_at, wish["at"], params.count("before", 0, 2**62), wish["place"])
        except (BadInput, NotFound) as wrong:
            problem = sentence_of(wrong)
    return render_template("journal/restore.html", wish=wish, found=found, problem=problem, most=MOST_GRIDS)


@restoring.post("/journal/restore")
@needs(Action.RESTORE)
def bring_back() -> Response:
    """Brings the state back that was looked at, unless something changed since."""
    version, seen = count_field("version") or 0, count_field("seen") or 0
    place, reason = field("place") or None, field("reason")

    def work(conn: Connection) -> rewind.Rewound:
        then = Then(version, None, None, "", "")
        return rewind.rewind(conn, then, actor().username, reason=reason, place=place, seen=seen)

    try:
        if not reason:
            raise BadInput(_("say why: the reason is kept in the journal"))
        done = write(work)
    except (BadInput, Refused, Stale) as wrong:
        flash(sentence_of(wrong), "bad")
        return redirect(request.full_path.rstrip("?"), 303)
    said = _("Restored, as change set %(id)s. “Before this” beside its entry takes it back.", id=done.changeset_id)
    flash(said, "good")
    return redirect(url_for("journal.entries"), 303)


def _looked_at(conn: Connection, at: str | None, before: int, place: str | None) -> Consequences:
    """What restoring means, of the state that is named by a moment or by a change set."""
    then = rewind.then_before(conn, before) if before else rewind.then_at(conn, rewind.moment_named(at or ""))
    return rewind.look(conn, then, place=place)
