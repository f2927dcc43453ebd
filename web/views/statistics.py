"""The page of statistics: places of one tier side by side, with a bar for one figure, and the table as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, Response, render_template
from flask_babel import gettext, lazy_gettext

from geo_grid.errors import BadInput
from geo_grid.publish import PlaceFigures, grid_summary, place_figures, write_figures
from geo_grid.vocabulary import Action, Tier
from web import params
from web.access import needs
from web.database import read
from web.language import is_english, word
from web.overview import overview_now
from web.statistics_paper import figures_pdf

statistics = Blueprint("statistics", __name__, url_prefix="/statistics")

#: The figures that a bar can show, and those that can be added up (a site or a worker belongs to several places).
FIGURES = {
    "households": lazy_gettext("Households"),
    "persons": lazy_gettext("Persons"),
    "contacted": lazy_gettext("With a contact"),
    "posts": lazy_gettext("Posts held or vacant"),
    "filled": lazy_gettext("Filled posts"),
    "workers": lazy_gettext("Workers"),
    "sites": lazy_gettext("Risk sites"),
    "facilities": lazy_gettext("Service centres"),
}
SUMMED = ("area_m2", "grids", "leaves", "households", "persons", "contacted", "posts", "filled", "facilities")
MIMES = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_LINES = 500


@statistics.get("")
@needs(Action.SEE)
def places() -> str:
    """The places of `?tier=`, those below the grid `?under=`, with a bar for the figure `?show=`."""
    tier, under, show = _tier(), params.text_or_none("under"), params.text("show") or "households"
    if show not in FIGURES:
        raise BadInput.of(
            "there is no figure %(show)s: show takes one of %(figures)s", show=show, figures=", ".join(FIGURES)
        )
    lines = read(place_figures, tier, under)
    return render_template(
        "statistics/places.html",
        tier=tier,
        under=read(grid_summary, under) if under else None,
        show=show,
        figures=FIGURES,
        lines=lines[:MOST_LINES],
        total=len(lines),
        sums=_sums(lines),
        most=max((getattr(one, show) for one in lines), default=0),
        tiers=list(Tier),
        below=_below(tier),
    )


@statistics.get("/figures.<ending>")
@needs(Action.SEE)
def table(ending: str) -> Response:
    """The same figures as a table, csv or xlsx, or on paper with charts, pdf."""
    if ending not in MIMES:
        raise BadInput.of("a table of figures is csv, xlsx or pdf, not %(ending)s: choose one of them", ending=ending)
    tier, under = _tier(), params.text_or_none("under")
    lines = read(place_figures, tier, under)
    body = _paper(lines, tier, under) if ending == "pdf" else _written(lines, ending)
    response = Response(body, mimetype=MIMES[ending])
    # Only a place that is there has lines: what else was asked for is no part of a file's name.
    name = f"statistics-{tier.code.lower()}{'-' + under if under and lines else ''}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _written(figures: list[PlaceFigures], ending: str) -> bytes:
    """The table's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"figures.{ending}"
        write_figures(figures, path, lang="en" if is_english() else "zh")
        return path.read_bytes()


def _paper(lines: list[PlaceFigures], tier: Tier, under: str | None) -> bytes:
    """The figures on paper."""
    place = f" · {read(grid_summary, under).name}" if under else ""
    return figures_pdf(lines, title=f"{gettext('Statistics')}{place} · {word(tier)}", sums=_sums(lines))


def _sums(lines: list[PlaceFigures]) -> dict[str, float]:
    """The figures that can be added up, added up."""
    return {name: sum(getattr(one, name) for one in lines) for name in SUMMED}


def _tier() -> Tier:
    """The tier that is asked for; when none is, the widest of which the asker sees a grid."""
    seen = (one.tier for one in overview_now().tree.tiers if one.grids)
    name = params.text("tier") or next(seen, Tier.TOTAL.code)
    if name not in Tier.__members__:
        raise BadInput.of(
            "there is no tier %(name)s: tier takes one of %(known)s", name=name, known=", ".join(Tier.__members__)
        )
    return Tier[name]


def _below(tier: Tier) -> Tier | None:
    """The tier that a place leads to."""
    leads = {Tier.TOTAL: Tier.SUB, Tier.SUB: Tier.GROUP, Tier.BRANCH: Tier.GROUP, Tier.GROUP: Tier.MICRO}
    return leads.get(tier)
