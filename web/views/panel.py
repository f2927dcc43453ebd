"""The parts of the page that arrive later: the side panel's contents and the branches of the tree."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from geo_grid.publish import household_summary, risk_site_summary
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read
from web.panels import panel_of
from web.summaries import branches_of

panel = Blueprint("panel", __name__, url_prefix="/panel")


@panel.get("/grids/<code>")
@needs(Action.SEE)
def grid(code: str) -> Response:
    """A grid in the side panel."""
    return panel_of(code, lambda grid: render_template("panel/grid.html", grid=grid))


@panel.get("/households/<int:number>")
@needs(Action.SEE)
def household(number: int) -> str:
    """A household in the side panel."""
    return render_template("panel/household.html", household=read(household_summary, number))


@panel.get("/risk-sites/<code>")
@needs(Action.SEE)
def risk_site(code: str) -> str:
    """A risk site in the side panel."""
    return render_template("panel/risk_site.html", site=read(risk_site_summary, code))


@panel.get("/tree")
@needs(Action.SEE)
def branch() -> str:
    """The grids directly under `?parent=`, or the widest ones."""
    return render_template("panel/branch.html", nodes=branches_of(params.text_or_none("parent")))
