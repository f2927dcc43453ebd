"""/workload: the formula with its weights, how evenly loads are spread, and which move would even them out most."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid.errors import BadInput, NotFound
from geo_grid.journal import NewChangeset
from geo_grid.vocabulary import Action, LoadTerm, Tier
from geo_grid.workload import change_weights, histogram, next_moves, outliers, read_weights, spread_of
from web import params
from web.access import needs
from web.coverage import coverage_now
from web.database import write
from web.people import People
from web.session import actor, demand_county
from web.workload import leaf_lines, places_of, workload_now

workload = Blueprint("workload", __name__, url_prefix="/workload")

MOST_OUTLIERS = 40
#: What each term counts, said on the page.
COUNTED = {
    LoadTerm.HOUSEHOLDS: lazy_gettext("households to keep contact with"),
    LoadTerm.SITES: lazy_gettext("visits a month to the risk sites that touch the ground"),
    LoadTerm.AREA: lazy_gettext("km² of ground"),
    LoadTerm.DISTANCE: lazy_gettext("km from the middle of a grid’s households to each of them, summed up"),
    LoadTerm.MATTERS: lazy_gettext(
        "matters that were reported and are not closed; none are kept here yet, so they count 0"
    ),
}


@workload.get("")
@needs(Action.SEE)
def balance() -> str:
    """The county's workload: formula, places, histogram, grids that stand out; with `?under=` a place's next moves."""
    found, under = workload_now(), params.text_or_none("under")
    county = found.county
    if under is not None and under not in county.index:
        raise NotFound.of("there is no grid %(under)s: choose one of the list", under=under)
    micros = [county.index[grid.code] for grid in county.of_tier(Tier.MICRO)]
    standing_out = outliers(found)
    people = People(county, coverage_now().rule("every_household_has_a_contact").most_households)
    return render_template(
        "workload/balance.html",
        found=found,
        places=places_of(found),
        spread=spread_of(found.loads[micros]),
        bars=histogram(found.loads[micros]),
        worker_bars=histogram([found.load_of(part) for worker, part in found.by_worker.items() if worker]),
        nobodys=found.load_of(found.by_worker[""]) if "" in found.by_worker else 0.0,
        outliers=leaf_lines(found, [code for code, _load in standing_out[:MOST_OUTLIERS]]),
        outlier_count=len(standing_out),
        under=county.grids[county.index[under]] if under else None,
        moves=next_moves(found, under) if under else [],
        leaves=leaf_lines(found, _leaves(people, under)) if under else [],
        villages=people.places(Tier.SUB),
        people=people,
        terms=list(LoadTerm),
        counted=COUNTED,
    )


@workload.post("/weights")
@needs(Action.MANAGE_COVERAGE)
def change() -> Response:
    """Give the formula other weights."""
    demand_county(Action.MANAGE_COVERAGE)
    given = {term: _weight(term) for term in LoadTerm if term.code in request.form}

    def work(conn: Connection) -> None:
        change_weights(conn, read_weights(conn).changed(given))

    said = ", ".join(f"{term.en.lower()} {weight:g}" for term, weight in given.items())
    write(work, NewChangeset(actor().username, "edit", f"changed the weights of the workload: {said}"[:200]))
    flash(_("The weights were changed."), "good")
    return redirect(url_for("workload.balance"), 303)


def _weight(term: LoadTerm) -> float:
    """A weight of the form."""
    text: Any = request.form[term.code].strip()
    try:
        return float(text)
    except ValueError:
        raise BadInput.of(
            "the weight of %(lower)s must be a number: %(text)s is none", lower=term.en.lower(), text=text[:20]
        ) from None


def _leaves(people: People, under: str) -> list[str]:
    """The leaves of a place."""
    return people.leaves(under)
