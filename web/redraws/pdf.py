"""The registration papers as PDF: the consequence sheet and the drawing, on A4 or A3, with Chinese type."""

from __future__ import annotations

from typing import Any

from flask import render_template

from geo_grid.errors import BadInput, Unavailable
from web.redraws.drawing import drawing
from web.redraws.sheet import Sheet
from web.redraws.state import DraftState
from web.shelf import FOLDER

#: Paper → width and height of the drawing on it, in millimetres.
PAPERS = {"A4": (269.0, 164.0), "A3": (392.0, 246.0)}
STYLES = FOLDER / "css" / "paper.css"


def pdf(state: DraftState, sheet: Sheet, paper: str) -> bytes:
    """The papers of a draft; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    if paper not in PAPERS:
        raise BadInput(f"the parameter paper must be one of {', '.join(PAPERS)}")
    width, height = PAPERS[paper]
    assert state.preview is not None  # noqa: S101 - there is no sheet without it
    picture = drawing(state.preview, width_mm=width, height_mm=height)
    page = render_template("redraws/paper.html", draft=state.draft, sheet=sheet, picture=picture, paper=paper)
    return _laid_out(page, paper)


def _laid_out(page: str, paper: str) -> bytes:
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise Unavailable(f"papers need Pango ({missing}): run `make`, which installs it") from missing
    size = CSS(string=f"@page {{ size: {paper}; }} @page drawing {{ size: {paper} landscape; }}")
    made = HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=[CSS(filename=STYLES), size])
    return bytes(made)


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a paper."""
    raise ValueError(f"papers load nothing from elsewhere: {url}")
