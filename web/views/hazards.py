"""/hazard-zones: the zones, the households in each, drawing them, and the evacuation cards as one PDF."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from geo_grid.access import Actor, Forbidden
from geo_grid.boards import laid_out_parts
from geo_grid.errors import Refused
from geo_grid.hazards import (
    Threatened,
    Zone,
    ZoneDraft,
    add_zone,
    change_zone,
    demand_zone,
    read_threatened,
    read_zone,
    read_zone_past,
    read_zones,
    remove_zone,
    shelters,
)
from geo_grid.jobs import NewJob, keep_pages, queue
from geo_grid.journal import NewChangeset
from geo_grid.publish import masked
from geo_grid.vocabulary import Action, Hazard
from web.access import needs
from web.cards import card_pages
from web.database import read, web_settings, write_widely
from web.fields import field, needed_field
from web.rounds import rounds_now
from web.session import actor
from web.sitemap import map_parts

hazards = Blueprint("hazards", __name__, url_prefix="/hazard-zones")

MOST_LISTED = 500
MOST_CHECKED = 50_000
#: Cards of one PDF: a page holds two of them, and a page takes about a tenth of a second.
MOST_CARDS = 10_000
#: Cards that are laid out while the asker waits; more are made by the worker.
MOST_AT_ONCE = 60


@hazards.get("")
@needs(Action.SEE)
def zones() -> str:
    """All hazard zones with the households in them."""
    return render_template("hazards/list.html", zones=read(read_zones), most_at_once=MOST_AT_ONCE)


@hazards.get("/new")
@needs(Action.EDIT_SITES)
def new() -> str:
    """A form with a map to draw a zone."""
    parts = map_parts(drawing=True, shapes=("Polygon",))
    return render_template("hazards/edit.html", zone=None, hazards=list(Hazard), shelters=read(shelters), **parts)


@hazards.get("/<code>")
@needs(Action.SEE)
def zone(code: str) -> str:
    """One zone: its area, its words, and the households in it that who asks may see."""
    shown, rounds, who = read(read_zone, code), rounds_now(), actor()
    inside = [one for one in read(read_threatened, code, MOST_LISTED) if who.may(Action.SEE, rounds.chain(one.grid))]
    return render_template(
        "hazards/zone.html",
        zone=shown,
        rounds=rounds,
        inside=inside,
        masked=masked,
        persons=sum(one.persons or 0 for one in inside),
        shelter=dict(read(shelters)).get(shown.shelter or ""),
        past=read(read_zone_past, code),
        most_at_once=MOST_AT_ONCE,
        **map_parts(geometry=shown.geometry, bounds=shown.bounds),
    )


@hazards.get("/<code>/edit")
@needs(Action.EDIT_SITES)
def edit(code: str) -> str:
    """The form of a standing zone, its area on the map."""
    shown = read(read_zone, code)
    parts = map_parts(geometry=shown.geometry, bounds=shown.bounds, drawing=True, shapes=("Polygon",))
    return render_template("hazards/edit.html", zone=shown, hazards=list(Hazard), shelters=read(shelters), **parts)


@hazards.get("/<code>/cards.pdf")
@needs(Action.EXPORT)
def cards(code: str) -> Response:
    """The evacuation card of every household in a zone, phones masked."""
    shown, inside = _threatened(code, Action.EXPORT)
    if len(inside) > MOST_AT_ONCE:
        raise Refused.of(
            "the zone %(code)s has %(count)s cards: print them from its page, where the worker makes them",
            code=code,
            count=len(inside),
        )
    return _pdf(shown, card_pages(shown, inside, rounds_now(), in_full=False))


@hazards.post("/<code>/cards")
@needs(Action.EXPORT)
def many_cards(code: str) -> Redirect:
    """The same cards made by the worker, with their progress on a page."""
    shown, inside = _threatened(code, Action.EXPORT)
    return _queue(shown, card_pages(shown, inside, rounds_now(), in_full=False), len(inside))


@hazards.post("/<code>/cards.pdf")
@needs(Action.EXPORT_PHONES)
def cards_in_full(code: str) -> Response | Redirect:
    """The same cards with the phones of those responsible in full, which is kept in the journal."""
    reason = needed_field("reason")[:200]
    shown, inside = _threatened(code, Action.EXPORT_PHONES)
    write_widely(
        lambda conn: demand_zone(conn, code), _change(f"printed the cards of {code} with phones in full: {reason}")
    )
    pages = card_pages(shown, inside, rounds_now(), in_full=True)
    return _pdf(shown, pages) if len(inside) <= MOST_AT_ONCE else _queue(shown, pages, len(inside))


def _threatened(code: str, needed: Action) -> tuple[Zone, list[Threatened]]:
    """A zone and the households in it that who asks may print cards for; raises `Refused` for none, or too many."""
    shown, rounds, who = read(read_zone, code), rounds_now(), actor()
    inside = [one for one in read(read_threatened, code, MOST_CARDS + 1) if who.may(needed, rounds.chain(one.grid))]
    if len(inside) > MOST_CARDS:
        raise Refused.of(
            "the zone %(code)s holds more than %(most)s households: draw it as several zones",
            code=code,
            most=MOST_CARDS,
        )
    if not inside:
        raise Refused.of("the zone %(code)s holds no household that your account may print cards for", code=code)
    return shown, inside


def _pdf(zone: Zone, pages: list[str]) -> Response:
    """The cards as a PDF to be looked at."""
    response = Response(laid_out_parts(pages), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"evacuation-cards-{zone.code}.pdf")
    return response


def _queue(zone: Zone, pages: list[str], cards: int) -> Redirect:
    """The page of the job that lays the cards out."""
    wanted = {"kind": "cards", "zone": zone.code, "cards": cards, "pages": keep_pages(web_settings(), pages)}
    job = write_widely(lambda conn: queue(conn, NewJob("boards", actor().username, wanted)))
    return redirect(url_for("boards.one", number=job), 303)


@hazards.post("")
@needs(Action.EDIT_SITES)
def add() -> Redirect:
    """A new zone."""
    who, draft = actor(), _draft("")

    def work(conn: Connection) -> str:
        code = add_zone(conn, draft, who.username)
        _demand_homes(conn, who, code)
        return code

    code = write_widely(work, _change(f"added the hazard zone {draft.name}"))
    flash(_("%(name)s was added.", name=draft.name), "good")
    return redirect(url_for("hazards.zone", code=code), 303)


@hazards.post("/<code>")
@needs(Action.EDIT_SITES)
def change(code: str) -> Redirect:
    """Other words and, when one was drawn, another area for a zone."""
    who, draft = actor(), _draft(code)

    def work(conn: Connection) -> None:
        _demand_homes(conn, who, code)
        change_zone(conn, draft, who.username)
        _demand_homes(conn, who, code)

    read(demand_zone, code)  # what lies wholly elsewhere answers like what does not exist
    write_widely(work, _change(f"changed the hazard zone {code}"))
    flash(_("Changed."), "good")
    return redirect(url_for("hazards.zone", code=code), 303)


@hazards.post("/<code>/remove")
@needs(Action.EDIT_SITES)
def remove(code: str) -> Redirect:
    """Take a zone away."""
    who, reason = actor(), needed_field("reason")[:200]

    def work(conn: Connection) -> None:
        _demand_homes(conn, who, code)
        remove_zone(conn, code)

    read(demand_zone, code)  # what lies wholly elsewhere answers like what does not exist
    write_widely(work, _change(f"removed the hazard zone {code}: {reason}"))
    flash(_("The hazard zone %(code)s was removed.", code=code), "good")
    return redirect(url_for("hazards.zones"), 303)


def _demand_homes(conn: Connection, who: Actor, code: str) -> None:
    """Nothing when somebody may edit wherever a zone threatens a household; raises `Forbidden`.

    A zone without households is the county's own matter.
    """
    grids = {one.grid for one in read_threatened(conn, code, MOST_CHECKED)}
    if not grids and not who.may(Action.EDIT_SITES, []):
        raise Forbidden(Action.EDIT_SITES)
    rounds_now().demand(who, Action.EDIT_SITES, grids)


def _draft(code: str) -> ZoneDraft:
    """The zone that the form gives."""
    words = (needed_field("name"), needed_field("hazard"), field("signal"), field("route"), field("shelter"))
    return ZoneDraft(code or field("code"), *words, request.form.get("drawn", ""))


def _change(note: str) -> NewChangeset:
    """A change under the name of who asks."""
    return NewChangeset(actor().username, "edit", note)
