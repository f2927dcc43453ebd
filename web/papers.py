"""A rendered page laid out for paper as PDF, with a style sheet of ours and nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from geo_grid.errors import Unavailable
from web.shelf import FOLDER


def laid_out(page: str, styles: str) -> bytes:
    """The PDF; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise Unavailable.of(
            "papers need Pango (%(missing)s): run `make`, which installs it", missing=missing
        ) from missing
    sheet = CSS(filename=FOLDER / "css" / styles)
    return bytes(HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=[sheet]))


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a paper."""
    raise ValueError(f"papers load nothing from elsewhere: {url}")
