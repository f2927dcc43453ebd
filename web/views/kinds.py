"""/risk-kinds: the kinds of risk sites, and those that the county adds."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from geo_grid.inspections import set_rhythm
from geo_grid.journal import NewChangeset
from geo_grid.risks import SYMBOLS, KindDraft, add_kind, change_kind, remove_kind
from geo_grid.vocabulary import Action, Season, Tier
from web.access import needs
from web.database import write
from web.fields import count_field, needed_field
from web.kinds import kinds_now
from web.rounds import rounds_now
from web.session import actor, demand_county

kinds = Blueprint("kinds", __name__, url_prefix="/risk-kinds")
#: The tiers whose rhythm is asked for with a new kind; the page of rhythms has them all.
USUAL_TIERS = (Tier.SUB, Tier.TOTAL)


@kinds.get("")
@needs(Action.SEE)
def overview() -> str:
    """All kinds with how many sites each has."""
    rounds = rounds_now()
    count: dict[str, int] = {}
    for site in rounds.ground.sites.sites:
        count[site.kind.code] = count.get(site.kind.code, 0) + 1
    return render_template(
        "risks/kinds.html",
        kinds=kinds_now(),
        count=count,
        rhythms=rounds.patrols.rhythms,
        symbols=SYMBOLS,
        tiers=USUAL_TIERS,
        seasons=list(Season),
    )


@kinds.post("")
@needs(Action.MANAGE_COVERAGE)
def add() -> Redirect:
    """A kind of the county's own, with its usual rhythms."""
    draft = _draft()
    days = {(tier, season): count_field(f"{tier.code}.{season.code}") for tier in USUAL_TIERS for season in Season}

    def work(conn: Connection) -> None:
        made = add_kind(conn, draft)
        for (tier, season), every in days.items():
            set_rhythm(conn, made.code, tier, season, every)

    _write(work, f"added the kind {draft.zh} of risk sites")
    flash(_("%(name)s was added.", name=draft.zh), "good")
    return redirect(url_for("kinds.overview"), 303)


@kinds.post("/<code>")
@needs(Action.MANAGE_COVERAGE)
def change(code: str) -> Redirect:
    """Other words and another symbol for a kind of the county's own."""
    draft = _draft()
    _write(lambda conn: change_kind(conn, code, draft), f"changed the kind {code} of risk sites")
    flash(_("Changed."), "good")
    return redirect(url_for("kinds.overview"), 303)


@kinds.post("/<code>/remove")
@needs(Action.MANAGE_COVERAGE)
def remove(code: str) -> Redirect:
    """Take a kind of the county's own away; one that sites have stays."""
    _write(lambda conn: remove_kind(conn, code), f"removed the kind {code} of risk sites")
    flash(_("The kind was removed."), "good")
    return redirect(url_for("kinds.overview"), 303)


def _draft() -> KindDraft:
    """The kind that the form gives."""
    return KindDraft(needed_field("zh"), needed_field("en"), needed_field("symbol"))


def _write(work: Callable[[Connection], object], note: str) -> None:
    """Do `work` under the name of who asks; kinds hold for the whole county."""
    demand_county(Action.MANAGE_COVERAGE)
    write(work, NewChangeset(actor().username, "edit", note))
