"""/redraws/<number>/compare: two drafts side by side, or a draft and the live net, on a map and in figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.errors import Refused, Stale
from geo_grid.redraw import Comparison, Draft, Stage
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read, read_widely
from web.overview import overview_now
from web.redraws.comparison import compared_data, totals_of
from web.redraws.sheet import tiers_of
from web.redraws.state import problem_of
from web.session import actor
from web.views.map import map_frame

MOST_LISTED = 200


def register(redraws: Blueprint) -> None:
    """The page, added to `redraws`."""
    redraws.add_url_rule("/redraws/<int:draft_id>/compare", "compare", compare)


@needs(Action.SEE_REDRAWS)
def compare(draft_id: int) -> str:
    """Where a draft differs from another draft, or from the live net."""
    who = actor()
    other = params.count("with", 1, 2**31) if params.text("with") else None
    first, second, found, problem = read_widely(_compared, draft_id, other, who)
    listed = read(lambda conn: redraw.list_drafts(conn, who, limit=MOST_LISTED))
    overview = overview_now()
    return render_template(
        "redraws/compare.html",
        draft=first,
        other=second,
        others=[draft for draft in listed if draft.id != draft_id and draft.stage is not Stage.APPLIED],
        tiers=() if found is None else tiers_of(found.grids),
        totals=() if found is None else totals_of(found),
        problem=problem,
        shell=map_frame(overview),
        page_data=compared_data(overview, found),
    )


def _compared(
    conn: Connection, draft_id: int, other: int | None, who: Actor
) -> tuple[Draft, Draft | None, Comparison | None, str]:
    """Both drafts, and where they differ or why that cannot be told."""
    first = redraw.read_draft(conn, draft_id, who)
    second = redraw.read_draft(conn, other, who) if other else None
    try:
        found = redraw.compare(conn, draft_id, other, who)
    except (Refused, Stale) as wrong:
        return first, second, None, problem_of(wrong)["message"]
    assert found.map  # noqa: S101 - a cached property that is drawn here, while the connection is open
    return first, second, found, ""
