"""/risk-sites: the list of risk sites, the page of one, and drawing, changing and removing them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from geo_grid.access import Actor
from geo_grid.errors import BadInput
from geo_grid.inspections import name_keeper, read_findings, read_inspections
from geo_grid.journal import NewChangeset
from geo_grid.publish import risk_site_summary
from geo_grid.risks import Site, SiteDraft, read_site_past
from geo_grid.vocabulary import Action, Tier
from web import params, site_edits
from web.access import needs
from web.database import read, write_widely
from web.fields import field, needed_field
from web.kinds import kinds_now
from web.language import word
from web.rounds import Rounds, rounds_now
from web.session import actor
from web.sitemap import map_parts
from web.tables import table_file

risks = Blueprint("risks", __name__, url_prefix="/risk-sites")

PAGE_LINES = 50
STATES = ("late", "soon", "fine", "none")


@risks.get("")
@needs(Action.SEE)
def sites() -> str:
    """The risk sites of `?kind=`, in the grid `?under=`, in the state `?due=`, with the words of `?q=`."""
    rounds = rounds_now()
    found = _chosen(rounds)
    return render_template(
        "risks/list.html",
        rounds=rounds,
        **params.page_of(found, PAGE_LINES),
        kinds=kinds_now(),
        states=STATES,
        towns=[(code, rounds.name(code)) for code, (tier, _) in rounds.ground.net.items() if tier is Tier.TOTAL],
        asked={name: params.text(name) for name in ("kind", "under", "due", "q", "worker")},
    )


@risks.get("/list.<ending>")
@needs(Action.EXPORT)
def table(ending: str) -> Response:
    """The same list as a table, csv or xlsx."""
    rounds = rounds_now()
    heads = (
        _("Code"),
        _("Name"),
        _("Kind"),
        _("Total grid"),
        _("Responsible"),
        _("Due on"),
        _("Longitude"),
        _("Latitude"),
    )
    return table_file(list(map(str, heads)), [_row(rounds, site) for site in _chosen(rounds)], ending, "risk-sites")


@risks.get("/new")
@needs(Action.EDIT_SITES)
def new() -> str:
    """A form with a map to draw a new site."""
    return render_template("risks/edit.html", site=None, kinds=kinds_now(), **map_parts(drawing=True))


@risks.get("/<code>")
@needs(Action.SEE)
def site(code: str) -> str:
    """One site: its place, its parts, who is responsible, its inspections and its past."""
    shown, rounds = read(risk_site_summary, code), rounds_now()
    standing = rounds.ground.sites.by_code[code]
    return render_template(
        "risks/site.html",
        site=standing,
        rounds=rounds,
        parts=_parts(rounds, standing),
        inspections=read(read_inspections, site=code, most=30),
        findings=read(read_findings, site=code),
        past=read(read_site_past, code),
        may_edit=may_edit(actor(), rounds, code),
        **map_parts(geometry=shown.geometry, bounds=shown.bounds),
    )


@risks.get("/<code>/edit")
@needs(Action.EDIT_SITES)
def edit(code: str) -> str:
    """The form of a standing site, its shape on the map."""
    shown, rounds = read(risk_site_summary, code), rounds_now()
    parts = map_parts(geometry=shown.geometry, bounds=shown.bounds, drawing=True)
    return render_template("risks/edit.html", site=rounds.ground.sites.by_code[code], kinds=kinds_now(), **parts)


@risks.post("")
@needs(Action.EDIT_SITES)
def add() -> Redirect:
    """A new site."""
    draft = _draft("")
    code = site_edits.add(draft)
    flash(_("%(name)s was added.", name=draft.name), "good")
    return redirect(url_for("risks.site", code=code), 303)


@risks.post("/<code>")
@needs(Action.EDIT_SITES)
def change(code: str) -> Redirect:
    """Other words and, when one was drawn, another shape for a site."""
    site_edits.change(_draft(code))
    flash(_("Changed."), "good")
    return redirect(url_for("risks.site", code=code), 303)


@risks.post("/<code>/remove")
@needs(Action.EDIT_SITES)
def remove(code: str) -> Redirect:
    """Take a site away; its past stays."""
    site_edits.remove(code, needed_field("reason")[:200])
    flash(_("The risk site %(code)s was removed; its past stays.", code=code), "good")
    return redirect(url_for("risks.sites"), 303)


@risks.post("/<code>/keeper")
@needs(Action.EDIT_SITES)
def keep(code: str) -> Redirect:
    """Name who is responsible for a part of a site; blank leaves it to the net."""
    grid, worker, who = needed_field("grid"), field("worker"), actor()
    rounds_now().demand(who, Action.EDIT_SITES, [grid])
    write_widely(
        lambda conn: name_keeper(conn, code, grid, worker, who.username),
        _change(f"named {worker or 'nobody'} for the risk site {code} in {grid}"),
    )
    flash(_("Changed."), "good")
    return redirect(url_for("risks.site", code=code) + "#parts", 303)


def may_edit(who: Actor, rounds: Rounds, code: str) -> bool:
    """Whether somebody may change a site: in every grid that it touches."""
    grounds = rounds.ground.sites.grounds().get(code, [])
    return who.may(Action.EDIT_SITES) and all(who.may(Action.EDIT_SITES, rounds.chain(one)) for one in grounds)


def _chosen(rounds: Rounds) -> list[Site]:
    """The sites that the request asks for, those due first at the front."""
    kind, under, due, words = (params.text(name) for name in ("kind", "under", "due", "q"))
    known = [one.code for one in kinds_now()]
    if kind and kind not in known:
        raise BadInput.of("there is no kind %(kind)s: kind takes one of %(known)s", kind=kind, known=", ".join(known))
    if due and due not in STATES:
        raise BadInput.of("there is no state %(due)s: due takes one of %(states)s", due=due, states=", ".join(STATES))
    found = [
        one
        for one in rounds.ground.sites.sites
        if (not kind or one.kind.code == kind)
        and (not under or under in rounds.parts[one.code])
        and (not due or rounds.state(rounds.due.get(one.code)) == due)
        and _holds(rounds, one, words)
    ]
    latest = max((duty.due_on for duty in rounds.duties), default=rounds.day)
    return sorted(found, key=lambda one: (duty.due_on if (duty := rounds.due.get(one.code)) else latest, one.code))


def _holds(rounds: Rounds, site: Site, words: str) -> bool:
    """Whether every word looked for is in what a line says."""
    if not words:
        return True
    duty = rounds.due.get(site.code)
    keeper = rounds.person(duty.keeper.worker) if duty and duty.keeper else ""
    towns = " ".join(rounds.name(one) for one in rounds.towns(site.code))
    whole = f"{site.code} {site.name} {site.kind.zh} {site.kind.en} {keeper} {towns}".lower()
    return all(one in whole for one in words.lower().split())


def _row(rounds: Rounds, site: Site) -> tuple[str | float, ...]:
    """A site's line of the table."""
    duty = rounds.due.get(site.code)
    keeper = rounds.person(duty.keeper.worker) if duty and duty.keeper else ""
    towns = " ".join(rounds.name(one) for one in rounds.towns(site.code))
    due_on = duty.due_on.isoformat() if duty else ""
    return (site.code, site.name, word(site.kind), towns, keeper, due_on, round(site.lon, 7), round(site.lat, 7))


def _parts(rounds: Rounds, site: Site) -> list[dict[str, Any]]:
    """A site's parts, wide tiers first, each with who is responsible and when it is due."""
    duties = {one.grid: one for one in rounds.duties if one.site.code == site.code}
    return [
        {"grid": grid, "tier": tier, "keeper": rounds.keeper(site, grid), "duty": duties.get(grid)}
        | {"may_inspect": actor().may(Action.INSPECT, rounds.chain(grid))}
        for grid, tier in sorted(rounds.parts[site.code].items(), key=lambda pair: (pair[1].rank, pair[0]))
    ]


def _draft(code: str) -> SiteDraft:
    """The site that the form gives."""
    drawn = request.form.get("drawn", "")
    return SiteDraft(code or field("code"), needed_field("name"), needed_field("kind"), field("note"), drawn)


def _change(note: str) -> NewChangeset:
    """A change under the name of who asks."""
    return NewChangeset(actor().username, "edit", note)
