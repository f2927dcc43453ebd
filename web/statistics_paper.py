"""The figures of places as PDF: charts and the table, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from geo_grid.errors import Unavailable
from geo_grid.publish import PlaceFigures
from web.shelf import FOLDER

STYLES = FOLDER / "css" / "statistics-paper.css"
#: Places in a chart; the table has all.
MOST_BARS = 40


def figures_pdf(lines: Sequence[PlaceFigures], *, title: str, sums: dict[str, float]) -> bytes:
    """The paper; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise Unavailable(f"papers need Pango ({missing}): run `make`, which installs it") from missing
    page = render_template("statistics/paper.html", lines=lines, bars=lines[:MOST_BARS], title=title, sums=sums)
    return bytes(HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=[CSS(filename=STYLES)]))


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a paper."""
    raise ValueError(f"papers load nothing from elsewhere: {url}")
