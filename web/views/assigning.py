"""/assign: many grids given to a worker at once, from a list or from what was lassoed; and taking that back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid.errors import BadInput
from geo_grid.staffing.undo import staff_changes, touched_grids, undo_staffing
from geo_grid.vocabulary import Action, Role, Tier
from web import params
from web.access import needs
from web.assigning import do, giving_of, shown
from web.coverage import coverage_now
from web.database import read, read_widely, write_widely
from web.people import People
from web.session import actor
from web.staffed import people_now

assigning = Blueprint("assigning", __name__)

MOST_LINES = 400
#: Which leaves a list shows.
LISTS = ("all", "uncontacted", "vacant")
#: The roles that are filled leaf by leaf.
ROLES = (Role.CONTACT, Role.PART_TIME, Role.FULL_TIME, Role.LEADER, Role.STAND_IN, Role.CADRE)


@assigning.get("/assign")
@needs(Action.MANAGE_STAFF)
def leaves() -> str:
    """The leaves below `?under=`, all or those that lack somebody (`?show=`), to be ticked and assigned."""
    return _page(people_now(), {})


@assigning.post("/assign")
@needs(Action.MANAGE_STAFF)
def assign() -> str | Response:
    """What was ticked: looked at first (`step` look), then done."""
    people, given = people_now(), _form()
    if request.form.get("step") != "give":
        return _page(people, given)
    change, done = do(people, giving_of(given, people.county.day))
    flash(
        _(
            "%(posts)s posts filled, %(households)s households have a new contact. It can be taken back below.",
            posts=done.posts,
            households=done.households,
        ),
        "good",
    )
    return redirect(url_for("assigning.changes", _anchor=f"change-{change}"), 303)


@assigning.post("/panel/assign")
@needs(Action.MANAGE_STAFF)
def panel() -> str:
    """The side panel of the map while leaves are gathered: what the JSON body names, and what assigning would do."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput.of("send a JSON object with grids and workers")
    people = people_now()
    return render_template("assigning/panel.html", **_shown(people, given))


@assigning.get("/assign/changes")
@needs(Action.MANAGE_STAFF)
def changes() -> str:
    """The latest changes of workers, posts and contacts, each of which can be taken back."""
    return render_template("assigning/changes.html", changes=read(staff_changes))


@assigning.post("/assign/changes/<int:number>/undo")
@needs(Action.MANAGE_STAFF)
def undo(number: int) -> Response:
    """Take a change back."""
    undo_change(number)
    flash(_("Taken back."), "good")
    return redirect(url_for("assigning.changes"), 303)


def undo_change(number: int) -> dict[str, int]:
    """Rows of each noun that came back; raises `Forbidden` for grids outside the actor's scope."""
    people_now().demand_rights(actor(), read_widely(touched_grids, number))
    who = actor().username

    def work(conn: Connection) -> dict[str, int]:
        return undo_staffing(conn, number, who)

    return write_widely(work)


def _page(people: People, given: dict[str, Any]) -> str:
    """The page with the list, what was ticked, and what assigning would do."""
    under, show = params.text_or_none("under"), params.text("show") or "all"
    if show not in LISTS:
        raise BadInput.of("there is no list %(show)s: show takes one of %(lists)s", show=show, lists=", ".join(LISTS))
    codes = people.leaves(under) if under else []
    lines = shown(people, giving_of({"grids": codes}, people.county.day)).lines
    if show == "uncontacted":
        lines = tuple(line for line in lines if line.contacted < line.households)
    elif show == "vacant":
        lines = tuple(line for line in lines if not line.people)
    return render_template(
        "assigning/list.html",
        lines=lines[:MOST_LINES],
        total=len(lines),
        under=under,
        show=show,
        villages=people.places(Tier.SUB),
        **_shown(people, given),
    )


def _shown(people: People, given: dict[str, Any]) -> dict[str, Any]:
    """What the templates of assigning need."""
    giving = giving_of(given, people.county.day)
    return {
        "people": people,
        "giving": giving,
        "assigning": shown(people, giving),
        "roles": ROLES,
        "limit": coverage_now().rule("every_household_has_a_contact").most_households,
    }


def _form() -> dict[str, Any]:
    """The form as the JSON body would be."""
    form = request.form
    plain = {name: form.get(name, "") for name in ("role", "since", "until", "contact", "replace")}
    return {**plain, "grids": form.getlist("grids"), "workers": form.getlist("workers")}
