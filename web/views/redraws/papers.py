"""The papers of a redraw to take away: PDF, workbook and GPX."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response

from geo_grid.errors import Refused
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.database import read_widely
from web.redraws.gpx import gpx
from web.redraws.pdf import pdf
from web.redraws.sheet import Sheet, sheet_of
from web.redraws.state import DraftState, draft_state
from web.redraws.workbook import workbook
from web.session import actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoEffect(Refused):
    """A draft's effect cannot be told, as its moves do not stand on the present net."""

    def __init__(self, draft_id: int) -> None:
        super().__init__(f"the moves of draft {draft_id} do not stand on the present net: rebase it first")


def register(redraws: Blueprint) -> None:
    """The papers' addresses, added to `redraws`."""
    redraws.add_url_rule("/redraws/<int:draft_id>/sheet.pdf", "sheet_pdf", sheet_pdf)
    redraws.add_url_rule("/redraws/<int:draft_id>/sheet.xlsx", "sheet_xlsx", sheet_xlsx)
    redraws.add_url_rule("/redraws/<int:draft_id>/border.gpx", "border_gpx", border_gpx)


@needs(Action.SEE_REDRAWS)
def sheet_pdf(draft_id: int) -> Response:
    """The registration papers, on `?paper=` A4 or A3."""
    state, sheet = _sheet(draft_id)
    body = pdf(state, sheet, params.text("paper") or "A4")
    return _file(body, "application/pdf", state, "pdf", shown=True)


@needs(Action.EXPORT)
def sheet_xlsx(draft_id: int) -> Response:
    """The consequence sheet as a workbook."""
    state, sheet = _sheet(draft_id)
    return _file(workbook(state, sheet), XLSX, state, "xlsx")


@needs(Action.SEE_REDRAWS)
def border_gpx(draft_id: int) -> Response:
    """The changed border, to be walked in the field."""
    state, _ = _sheet(draft_id)
    assert state.preview is not None  # noqa: S101 - there is no sheet without it
    return _file(gpx(state.draft, state.preview), "application/gpx+xml", state, "gpx")


def _sheet(draft_id: int) -> tuple[DraftState, Sheet]:
    state = read_widely(draft_state, draft_id, actor())
    sheet = sheet_of(state)
    if sheet is None:
        raise NoEffect(draft_id)
    return state, sheet


def _file(body: bytes, kind: str, state: DraftState, ending: str, **how: Any) -> Response:
    name = quote(f"{state.draft.id}-{state.draft.name}.{ending}")
    place = "inline" if how.get("shown") else "attachment"
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = (
        f"{place}; filename=\"redraw-{state.draft.id}.{ending}\"; filename*=UTF-8''{name}"
    )
    return response
