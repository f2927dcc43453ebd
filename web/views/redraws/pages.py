"""The pages of redraws that are read: the list, the studio and the consequence sheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.clock import today
from geo_grid.redraw import Stage
from geo_grid.vocabulary import Action
from web.access import needs
from web.database import read, read_widely
from web.overview import overview_now
from web.redraws.drawing import drawing, has_border
from web.redraws.lists import sections
from web.redraws.sheet import sheet_of
from web.redraws.state import DraftState, draft_state, may_change, moment
from web.redraws.steps import next_words, steps_open
from web.redraws.studio import studio_data
from web.session import actor
from web.views.map import map_frame

MOST_LISTED = 200


def register(redraws: Blueprint) -> None:
    """The pages, added to `redraws`."""
    redraws.add_url_rule("/redraws", "drafts", drafts)
    redraws.add_url_rule("/redraws/<int:draft_id>", "studio", studio)
    redraws.add_url_rule("/redraws/<int:draft_id>/sheet", "sheet", sheet)


@needs(Action.SEE_REDRAWS)
def drafts() -> str:
    """The drafts: waiting for the reader, the reader's own, shared ones, and those that are done."""
    who = actor()
    found = read(lambda conn: redraw.list_drafts(conn, who, limit=MOST_LISTED))
    return render_template("redraws/list.html", sections=sections(found, who), has_drafts=bool(found))


@needs(Action.SEE_REDRAWS)
def studio(draft_id: int) -> str | Response:
    """The studio: the map with the draft over it and the tools to change it."""
    who = actor()
    state = read_widely(draft_state, draft_id, who)
    overview = overview_now()
    if overview.tree.bounds is None:
        return redirect(url_for("redraws.drafts"))
    return render_template(
        "redraws/studio.html",
        draft=state.draft,
        may_change=may_change(state.draft, who),
        problem=state.problem,
        shell=map_frame(overview),
        page_data=studio_data(overview, state, who),
    )


@needs(Action.SEE_REDRAWS)
def sheet(draft_id: int) -> str:
    """The consequence sheet of a draft: what changes for whom, and what may be decided now."""
    who = actor()
    state = read_widely(draft_state, draft_id, who)
    return render_template("redraws/sheet.html", **shown(state, who))


def shown(state: DraftState, who: Actor) -> dict[str, Any]:
    """What the sheet's template is given."""
    return {
        "draft": state.draft,
        "problem": state.problem,
        "behind": state.behind,
        "sheet": sheet_of(state),
        "picture": drawing(state.preview, width_mm=180, height_mm=120) if state.preview else None,
        "steps": steps_open(state.draft, who),
        "next_words": next_words(state.draft, who),
        "has_border": state.preview is not None and has_border(state.preview),
        "today": today(),
        "Stage": Stage,
        "moment": moment,
        "may_change": may_change(state.draft, who),
        "is_author": who.username == state.draft.author,
    }
