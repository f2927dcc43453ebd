"""Pages that somebody made in parts, laid out as one PDF with what is told on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geo_grid.errors import Unavailable


def laid_out_parts(parts: Sequence[str], told: Callable[[int], None] = lambda _done: None) -> bytes:
    """The HTML pages one after the other as a PDF; `told` hears how many parts are done."""
    try:
        from weasyprint import HTML
    except OSError as missing:
        raise Unavailable.of(
            "papers need Pango (%(missing)s): run `make`, which installs it", missing=missing
        ) from missing
    documents = []
    for done, part in enumerate(parts, start=1):
        documents.append(HTML(string=part, url_fetcher=_refuse).render())
        told(done)
    pages = [page for document in documents for page in document.pages]
    return bytes(documents[0].copy(pages).write_pdf())


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a paper."""
    raise ValueError(f"papers load nothing from elsewhere: {url}")
