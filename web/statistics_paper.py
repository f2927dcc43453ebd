"""The figures of places as PDF: charts and the table, on A4."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from geo_grid.publish import PlaceFigures
from web.papers import laid_out

#: Places in a chart; the table has all.
MOST_BARS = 40


def figures_pdf(lines: Sequence[PlaceFigures], *, title: str, sums: dict[str, float]) -> bytes:
    """The paper; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    page = render_template("statistics/paper.html", lines=lines, bars=lines[:MOST_BARS], title=title, sums=sums)
    return laid_out(page, "statistics-paper.css")
