"""The pages of workers and posts: who is where, which posts are vacant, and the changes of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Answer
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid import staffing
from geo_grid.errors import BadInput
from geo_grid.journal import NewChangeset
from geo_grid.staffing import Post, Worker
from geo_grid.vocabulary import Action, Role
from web import params
from web.access import needs
from web.database import read, write
from web.papers import laid_out
from web.people import WorkerLine
from web.session import actor
from web.staffed import people_now
from web.workload import carried_by

workers = Blueprint("workers", __name__, url_prefix="/workers")

T = TypeVar("T")
PAGE_LINES = 50
#: The lists that can be asked for, and who is on them.
LISTS: dict[str, Callable[[WorkerLine], bool]] = {
    "all": bool,
    "idle": lambda one: not one.posts and not one.households,
    "overloaded": lambda one: one.is_overloaded,
}


@workers.get("")
@needs(Action.SEE)
def everybody() -> str:
    """The workers (`?show=` all, idle or overloaded) or the vacant posts (`?show=vacant`), with the words of `?q=`."""
    people, show, wanted = people_now(), params.text("show") or "all", params.text("q")
    if show == "vacant":
        vacant = [one for one in people.vacancies() if _matches(wanted, one.grid, one.name, one.town, one.role.zh)]
        return render_template(
            "workers/vacant.html", **params.page_of(vacant, PAGE_LINES), people=people, show=show, q=wanted
        )
    if show not in LISTS:
        raise BadInput.of(
            "there is no list %(show)s: show takes one of %(known)s", show=show, known=", ".join((*LISTS, "vacant"))
        )
    lines = [one for one in people.workers() if LISTS[show](one) and (not wanted or _fits(one, wanted))]
    return render_template("workers/list.html", **params.page_of(lines, PAGE_LINES), people=people, show=show, q=wanted)


@workers.get("/<code>")
@needs(Action.SEE)
def worker(code: str) -> str:
    """A worker: posts past, present and coming, households, and the hand-over."""
    people = people_now()
    return render_template(
        "workers/worker.html",
        people=people,
        worker=people.worker(code),
        history=people.history(code),
        places=people.contact_places(code),
        roles=list(Role),
        carried=carried_by(code),
    )


@workers.get("/<code>/hand-over")
@needs(Action.MANAGE_STAFF)
def hand_over_list(code: str) -> str:
    """All that would go to `?successor=` on `?on=`, to be looked at, printed and confirmed."""
    return render_template("workers/hand_over.html", **_to_hand_over(code))


@workers.get("/<code>/hand-over.pdf")
@needs(Action.MANAGE_STAFF)
def hand_over_paper(code: str) -> Answer:
    """The same list on paper, to be signed."""
    body = laid_out(render_template("workers/hand_over_paper.html", **_to_hand_over(code)), "workers-paper.css")
    answer = Answer(body, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"hand-over-{code}.pdf")
    return answer


def _to_hand_over(code: str) -> dict[str, Any]:
    """What goes from a worker to `?successor=` on `?on=`."""
    people = people_now()
    return {
        "people": people,
        "worker": people.worker(code),
        "successor": people.worker(params.text("successor")),
        "on": params.day_or_none("on") or people.county.day,
        "places": people.contact_places(code),
        "sites": [(site, people.name_of(grid)) for site, grid in read(staffing.sites_of, code)],
    }


@workers.post("")
@needs(Action.MANAGE_STAFF)
def hire() -> Response:
    """A new worker."""
    new = Worker(_field("code"), _field("name"), request.form.get("phone"))
    _write(lambda conn: staffing.hire(conn, new), f"took on {new.name} ({new.code})")
    return _back(new.code, _("%(name)s was added.", name=new.name))


@workers.post("/<code>")
@needs(Action.MANAGE_STAFF)
def change(code: str) -> Response:
    """Another name for a worker, and another phone number when one is given; `-` takes it away."""
    name, phone = _field("name"), request.form.get("phone", "").strip()

    def work(conn: Connection) -> None:
        staffing.rename(conn, code, name)
        if phone:
            staffing.change_phone(conn, code, "" if phone == "-" else phone)

    _write(work, f"changed the name{' and phone' if phone else ''} of {code}")
    return _back(code, _("Changed."))


@workers.post("/<code>/posts")
@needs(Action.MANAGE_STAFF)
def assign(code: str) -> Response:
    """Put a worker into a post of a grid; without a seat, into a new one."""
    grid, role, since = _field("grid"), _role(), _day("since")
    people_now().demand_rights(actor(), [grid])

    def work(conn: Connection) -> None:
        seat = request.form.get("seat", "")
        post = Post(grid, role, int(seat)) if seat.isdigit() else staffing.open_post(conn, grid, role)
        staffing.assign(conn, post, code, since)

    _write(work, f"assigned {code} as {role.code} of {grid} from {since}")
    return _back(code, _("Assigned."))


@workers.post("/<code>/posts/end")
@needs(Action.MANAGE_STAFF)
def release(code: str) -> Response:
    """Let a worker leave a post on a day."""
    grid, role, on = _field("grid"), _role(), _day("on")
    people_now().demand_rights(actor(), [grid])
    post = Post(grid, role, int(_field("seat")) if _field("seat").isdigit() else 1)
    _write(lambda conn: staffing.release(conn, post, on), f"{code} left {role.code} of {grid} on {on}")
    return _back(code, _("The post is vacant from %(day)s on.", day=on))


@workers.post("/<code>/contacts")
@needs(Action.MANAGE_STAFF)
def make_contact(code: str) -> Response:
    """Make a worker the contact of all households of a grid."""
    grid = _field("grid")
    people_now().demand_rights(actor(), [grid])
    changed = _write(
        lambda conn: staffing.make_contact(conn, [grid], code), f"made {code} the contact of all households of {grid}"
    )
    return _back(code, _("%(count)s households have a new contact.", count=changed))


@workers.post("/<code>/hand-over")
@needs(Action.MANAGE_STAFF)
def hand_over(code: str) -> Response:
    """Give everything in a worker's hands to a successor."""
    successor, on, people = _field("successor"), _day("on"), people_now()
    posts = [one.grid for one in people.history(code) if one.until is None or one.until > on]
    people.demand_rights(actor(), [*posts, *(grid for grid, _name, _count in people.contact_places(code))])
    note = f"{code} handed over to {successor} on {on}"

    def work(conn: Connection) -> staffing.HandOver:
        parts = staffing.sites_of(conn, code)
        kept = {"sites": {"from": code, "to": successor, "parts": parts}} if parts else {}
        NewChangeset(actor().username, "edit", note, summary=kept).open(conn)
        return staffing.hand_over(conn, code, successor, on)

    done = write(work)
    figures = {"posts": len(done.posts), "households": done.households, "sites": done.sites}
    said = _("%(posts)s posts, %(households)s households and %(sites)s risk sites were handed over.", **figures)
    return _back(successor, said)


def _write(work: Callable[[Connection], T], note: str) -> T:
    """What `work` answers, done under the name of who asks."""
    return write(work, NewChangeset(actor().username, "edit", note))


def _back(code: str, said: str) -> Response:
    """Back to a worker's page, with a sentence."""
    flash(said, "good")
    return redirect(url_for("workers.worker", code=code), 303)


def _field(name: str) -> str:
    """A field of the form; raises `BadInput` when it is blank."""
    text = request.form.get(name, "").strip()
    if not text:
        raise BadInput.of("the form lacks %(name)s: fill it in", name=name)
    return text


def _role() -> Role:
    """The role that the form names."""
    name = _field("role")
    if name not in Role.__members__:
        raise BadInput.of("there is no role %(name)s: choose one of the list", name=name)
    return Role[name]


def _day(name: str) -> date:
    """A day of the form."""
    text = _field(name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput.of("%(text)s is no day: write it like 2026-06-01", text=text) from None


def _fits(line: WorkerLine, wanted: str) -> bool:
    """Whether a worker's code, name or any grid of theirs holds the words looked for."""
    posts = (f"{one.name} {one.grid} {one.town} {one.role.zh} {one.role.en}" for one in line.posts)
    return _matches(wanted, line.code, line.name, *posts)


def _matches(wanted: str, *texts: str) -> bool:
    """Whether every word looked for is in one of the texts."""
    whole = " ".join(texts).lower()
    return all(word in whole for word in wanted.lower().split())
