"""/inspections: what is due, the calendar, recording an inspection with what was found, and the rhythms."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from geo_grid.errors import BadInput, NotFound
from geo_grid.inspections import (
    MOST_PHOTO_BYTES,
    MOST_PHOTOS,
    Duty,
    NewFinding,
    NewInspection,
    Photo,
    close_finding,
    finding_grid,
    photo_of,
    read_findings,
    read_inspected,
    read_inspection,
    read_photo,
    record,
    set_rhythm,
    set_seasons,
)
from geo_grid.journal import NewChangeset
from geo_grid.vocabulary import Action, Season, Tier
from web import params
from web.access import needs
from web.bodies import takes_up_to
from web.database import read, write
from web.fields import count_field, day_field, field, needed_day, needed_field
from web.kinds import kinds_now
from web.own import own_worker
from web.rounds import Rounds, rounds_now
from web.session import actor, demand_county

inspections = Blueprint("inspections", __name__, url_prefix="/inspections")

PAGE_LINES = 50
MOST_IN_MONTH = 1000
WHOSE = ("all", "mine", "ground")


@inspections.get("")
@needs(Action.SEE)
def due() -> str:
    """What is to be inspected, the latest first: `?whose=` all, mine, or of my ground; `?tier=`, `?under=` a grid."""
    rounds = rounds_now()
    found = chosen_duties(rounds)
    return render_template(
        "inspections/due.html",
        rounds=rounds,
        late=sum(one.due_on < rounds.day for one in found),
        **params.page_of(found, PAGE_LINES),
        asked={name: params.text(name) for name in ("whose", "tier", "under")},
        tiers=[tier for tier in Tier if any(key[1] is tier for key in rounds.patrols.rhythms.days)],
        own=own_worker(),
    )


def chosen_duties(rounds: Rounds) -> list[Duty]:
    """The duties that the request asks for, the one that is due first at the front."""
    whose, tier, under = (params.text(name) for name in ("whose", "tier", "under"))
    if whose and whose not in WHOSE:
        raise BadInput.of(
            "there is no list %(whose)s: whose takes one of %(known)s", whose=whose, known=", ".join(WHOSE)
        )
    if tier and tier not in Tier.__members__:
        raise BadInput.of(
            "there is no tier %(tier)s: tier takes one of %(known)s", tier=tier, known=", ".join(Tier.__members__)
        )
    me, who = own_worker() if whose == "mine" else None, actor()
    return [
        one
        for one in rounds.duties
        if (not tier or one.tier.code == tier)
        and (not under or under in rounds.chain(one.grid))
        and (whose != "mine" or (one.keeper is not None and one.keeper.worker == me))
        and (whose != "ground" or rounds.reaches(who, one.grid))
    ]


@inspections.app_template_global()
def may_inspect(rounds: Rounds, grid: str) -> bool:
    """Whether who asks may record an inspection in a grid."""
    return actor().may(Action.INSPECT, rounds.chain(grid))


@inspections.get("/calendar")
@needs(Action.SEE)
def calendar() -> str:
    """The month of `?month=` (2026-11), each day with what was inspected and what is due."""
    rounds = rounds_now()
    first = _month(params.text("month"), rounds.day)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    due_on: dict[date, list[Duty]] = {}
    for one in chosen_duties(rounds):
        due_on.setdefault(one.due_on, []).append(one)
    done: dict[date, int] = {}
    for kept in read(read_inspected, weeks[0][0], weeks[-1][-1], MOST_IN_MONTH):
        done[kept.done_on] = done.get(kept.done_on, 0) + 1
    return render_template(
        "inspections/calendar.html",
        rounds=rounds,
        first=first,
        weeks=weeks,
        due=due_on,
        done=done,
        before=(first - timedelta(days=1)).replace(day=1),
        after=(first + timedelta(days=31)).replace(day=1),
        asked={name: params.text(name) for name in ("whose", "tier", "under")},
        own=own_worker(),
    )


def _month(text: str, today: date) -> date:
    """The first day of a month given as 2026-11; of this one when blank."""
    try:
        first = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        first = date.min
    if not 2000 <= first.year <= 2100:
        raise BadInput.of("%(text)s is no month: write it like 2026-06", text=text)
    return first


@inspections.get("/findings")
@needs(Action.SEE)
def findings() -> str:
    """What inspections found: open first."""
    rounds = rounds_now()
    return render_template("inspections/findings.html", rounds=rounds, findings=read(read_findings))


@inspections.get("/new")
@needs(Action.INSPECT)
def new() -> str:
    """The form to record an inspection of `?site=` for `?grid=`, made to be filled in on a phone."""
    rounds, code = rounds_now(), params.text("site")
    if code not in rounds.ground.sites.by_code:
        raise NotFound.of("there is no risk site %(code)s: see the list of risk sites", code=repr(code))
    site = rounds.ground.sites.by_code[code]
    who = actor()
    grids = [grid for grid in rounds.parts[code] if who.may(Action.INSPECT, rounds.chain(grid))]
    asked = set(rounds.patrols.rhythms.tiers_of(site.kind.code))
    grids.sort(key=lambda grid: (rounds.parts[code][grid] not in asked, rounds.parts[code][grid].rank, grid))
    return render_template(
        "inspections/new.html", rounds=rounds, site=site, grids=grids, chosen=params.text("grid"), own=own_worker()
    )


@inspections.post("")
@takes_up_to(MOST_PHOTOS * MOST_PHOTO_BYTES + (1 << 20))
@needs(Action.INSPECT)
def add() -> Redirect:
    """Keep an inspection with its findings and photos."""
    grid, site, who = needed_field("grid"), needed_field("site"), actor()
    rounds_now().demand(who, Action.INSPECT, [grid])
    kept = NewInspection(
        *(site, grid, field("worker") or None, needed_day("done_on"), field("note"), needed_field("request")[:80]),
        findings=_findings(),
        photos=_photos(),
    )
    number = write(lambda conn: record(conn, kept, who.username), _change(f"inspected {site} in {grid}"))
    flash(_("The inspection was recorded."), "good")
    return redirect(url_for("inspections.one", number=number), 303)


def _findings() -> tuple[NewFinding, ...]:
    """What the form says was found, one finding a line; they share the day to look again."""
    again = day_field("follow_up_on")
    return tuple(NewFinding(line.strip(), again) for line in field("findings").split("\n") if line.strip())


def _photos() -> tuple[Photo, ...]:
    """The photos of the form, encoded anew."""
    uploads = [one.stream.read(MOST_PHOTO_BYTES + 1) for one in request.files.getlist("photos") if one.filename]
    return tuple(photo_of(upload) for upload in uploads)


@inspections.get("/<int:number>")
@needs(Action.SEE)
def one(number: int) -> str:
    """One inspection with its findings and photos."""
    kept = read(read_inspection, number)
    return render_template(
        "inspections/one.html", rounds=rounds_now(), kept=kept, findings=read(read_findings, inspection=number)
    )


@inspections.get("/photos/<int:number>.jpg")
@needs(Action.SEE)
def photo(number: int) -> Response:
    """A photo."""
    return Response(
        read(read_photo, number).jpeg, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"}
    )


@inspections.post("/findings/<int:number>/close")
@needs(Action.INSPECT)
def close(number: int) -> Redirect:
    """Close a finding with what was done."""
    who, rounds = actor(), rounds_now()

    def work(conn: Connection) -> None:
        rounds.demand(who, Action.INSPECT, [finding_grid(conn, number)])
        close_finding(conn, number, by=who.username, closing=needed_field("closing"))

    write(work, _change(f"closed the finding {number}"))
    flash(_("The finding is closed."), "good")
    target = field("inspection")
    if target.isascii() and target.isdigit():
        return redirect(url_for("inspections.one", number=int(target)), 303)
    return redirect(url_for("inspections.findings"), 303)


@inspections.get("/rhythms")
@needs(Action.SEE)
def rhythms() -> str:
    """How often each kind is inspected by each tier in each season, and the season of each month."""
    return render_template(
        "inspections/rhythms.html",
        rhythms=rounds_now().patrols.rhythms,
        kinds=kinds_now(),
        tiers=list(Tier),
        seasons=list(Season),
        months=range(1, 13),
    )


@inspections.post("/rhythms")
@needs(Action.MANAGE_COVERAGE)
def change_rhythms() -> Redirect:
    """Other rhythms for one tier, and other seasons, for the whole county."""
    demand_county(Action.MANAGE_COVERAGE)
    tier = needed_field("tier")
    if tier not in Tier.__members__:
        raise BadInput.of("there is no tier %(tier)s: choose one of the list", tier=tier)
    days = {(kind.code, season): count_field(f"{kind.code}.{season.code}") for kind in kinds_now() for season in Season}
    seasons = tuple(_season(number) for number in range(1, 13))

    def work(conn: Connection) -> None:
        for (kind, season), every in days.items():
            set_rhythm(conn, kind, Tier[tier], season, every)
        set_seasons(conn, seasons)

    write(work, _change(f"changed the inspection rhythms of the tier {tier}"))
    flash(_("The rhythms were changed."), "good")
    return redirect(url_for("inspections.rhythms", tier=tier), 303)


def _season(month: int) -> Season:
    """The season that the form gives a month."""
    name = needed_field(f"month.{month}")
    if name not in Season.__members__:
        raise BadInput.of("there is no season %(name)s: choose one of the list", name=name)
    return Season[name]


def _change(note: str) -> NewChangeset:
    """A change under the name of who asks."""
    return NewChangeset(actor().username, "edit", note)
