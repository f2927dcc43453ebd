"""/visits: linked cadres and their quotas by place, who is behind, and recording a visit."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from geo_grid.journal import NewChangeset
from geo_grid.visits import NewVisit, Quota, links, quota_of, read_visited, read_visits, record_visit, set_quota
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read, write
from web.fields import count_field, field, needed_day, needed_field
from web.own import own_worker
from web.rounds import rounds_now
from web.session import actor

visits = Blueprint("visits", __name__, url_prefix="/visits")


@visits.get("")
@needs(Action.SEE)
def overview() -> str:
    """The links by place, all or those behind (`?show=behind`), the latest visits, and the form to record one."""
    rounds, visited = rounds_now(), read(read_visited)
    parents = {code: parent for code, (_, parent) in rounds.ground.net.items()}
    found = links(rounds.ground.staff, visited, parents, rounds.day)
    show = "behind" if params.text("show") == "behind" else "all"
    own = own_worker()
    return render_template(
        "visits/overview.html",
        rounds=rounds,
        links=[one for one in found if show == "all" or one.is_behind],
        behind=sum(one.is_behind for one in found),
        total=len(found),
        show=show,
        visits=read(read_visits, most=40),
        quotas=visited.quotas,
        quota_of=lambda grid: quota_of(grid, visited.quotas, parents),
        own=own,
        own_links=[one for one in found if one.worker == own],
    )


@visits.post("")
@needs(Action.INSPECT)
def add() -> Response:
    """Keep a visit."""
    grid, who = needed_field("grid"), actor()
    rounds_now().demand(who, Action.INSPECT, [grid])
    visit = NewVisit(
        *(needed_field("worker"), grid, needed_day("done_on"), count_field("households") or 0),
        *(field("note"), needed_field("request")[:80]),
    )
    change = NewChangeset(who.username, "edit", f"recorded a visit of {visit.worker} to {grid}")
    write(lambda conn: record_visit(conn, visit, who.username), change)
    flash(_("The visit was recorded."), "good")
    return redirect(url_for("visits.overview"), 303)


@visits.post("/quotas")
@needs(Action.MANAGE_COVERAGE)
def change_quota() -> Response:
    """Another quota for a place and all below it; blank: as the places above say."""
    grid, who = needed_field("grid"), actor()
    rounds_now().demand(who, Action.MANAGE_COVERAGE, [grid])
    count, households = count_field("visits"), count_field("households")
    quota = None if count is None else Quota(count, households or 0)
    write(
        lambda conn: set_quota(conn, grid, quota),
        NewChangeset(who.username, "edit", f"changed the visit quota of {grid}"),
    )
    flash(_("Changed."), "good")
    return redirect(url_for("visits.overview"), 303)
