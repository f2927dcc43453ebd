"""The map page, at the county or opened on one grid."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo_grid.publish import GridSummary
from geo_grid.vocabulary import Action
from web.access import needs
from web.coverage import coverage_rules
from web.maps import MapShell, map_shell
from web.maps.basemap import Basemap
from web.overview import Overview, overview_now
from web.pagedata import page_data
from web.soundness import Verdicts
from web.summaries import summary_of

map_page = Blueprint("map", __name__)


@map_page.get("/")
@needs(Action.SEE)
def county_map() -> str | Response:
    """The map of the county; `/?grid=<code>` leads to that grid's address."""
    code = request.args.get("grid")
    return redirect(url_for("map.grid", code=code)) if code else show_map(None)


@map_page.get("/grids/<code>")
@needs(Action.SEE)
def grid(code: str) -> str:
    """The map opened on a grid, with the grid's summary readable without any script."""
    return show_map(summary_of(code))


def show_map(opened: GridSummary | None) -> str:
    """The page of the map with `opened` in its side panel."""
    overview = overview_now()
    shell = _shell(overview.tree.bounds, current_app.extensions["basemap"])
    shown: dict[str, Any] = {"overview": overview, "tree": overview.tree, "shell": shell, "grid": opened}
    shown["broken"] = cast(Verdicts, current_app.extensions["verdicts"]).known(overview.version)
    shown["has_basemap"] = current_app.extensions["basemap"] is not None
    shown["rules"] = coverage_rules() if overview.version else []
    data = page_data(overview, opened, has_basemap=shown["has_basemap"])
    data["rule"] = request.args.get("rule") if opened is None else None
    data["assign"] = "assign" in request.args and opened is None
    return render_template("map.html", **shown, page_data=data)


def map_frame(overview: Overview) -> MapShell:
    """The map's shell alone, for a page that puts something else around it."""
    return _shell(overview.tree.bounds, current_app.extensions["basemap"])


@lru_cache(maxsize=8)
def _shell(bounds: tuple[float, float, float, float] | None, under: Basemap | None) -> MapShell:
    return map_shell(bounds, under.layers() if under else ())
