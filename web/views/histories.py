"""/grids/<code>/history and /history: a grid's shapes through time with its lineage, and the map as of any day."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid import redraw
from geo_grid.clock import today
from geo_grid.publish import GridName, grid_names
from geo_grid.redraw import GridMoment, Lineage
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read
from web.overview import overview_now
from web.pagedata import page_data
from web.redraws.drawing import outlines
from web.redraws.state import moment
from web.views.map import map_frame

histories = Blueprint("histories", __name__)


@histories.get("/grids/<code>/history")
@needs(Action.SEE)
def grid(code: str) -> str:
    """Every shape that the grid had, and where its ground and households came from and went."""
    moments, lineage, names = read(_past, code)
    pictures = outlines([one.geometry for one in moments if one.geometry])
    return render_template(
        "past/grid.html",
        code=code,
        name=moments[0].name,
        tier=names[code].tier,
        moments=list(zip(moments, pictures, strict=False)),
        lineage=lineage,
        names={key: one.name for key, one in names.items()},
        moment=moment,
    )


@histories.get("/history")
@needs(Action.SEE)
def map_on_day() -> str | Response:
    """The map as it was at the end of `?day=`; today without one."""
    overview = overview_now()
    if overview.tree.bounds is None:
        return redirect(url_for("map.county_map"))
    day = params.day_or_none("day") or today()
    told: dict[str, Any] = {**page_data(overview, None, has_basemap=False), "day": day.isoformat()}
    told["words"] = {**told["words"], "gridsShown": _("%(count)s grids", count="{count}")}
    return render_template("past/map.html", shell=map_frame(overview), day=day, page_data=told)


def _past(conn: Connection, code: str) -> tuple[list[GridMoment], Lineage, dict[str, GridName]]:
    moments = redraw.history_of(conn, code)
    lineage = redraw.lineage_of(conn, code)
    steps = (*lineage.came_from, *lineage.went_to)
    codes = {code, *(one.source for one in steps), *(one.target for one in steps)}
    codes |= {one.parent for one in moments if one.parent}
    return moments, lineage, grid_names(conn, codes)
