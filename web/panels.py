"""The panels of grids as they are sent, written once for all who see the same grid alike."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import cast

from flask import Response, current_app

from geo_grid.publish import GridSummary
from geo_grid.risks import PRESET_KINDS, kind_of_code
from web.compress import LEVEL, takes_gzip
from web.database import scope
from web.language import page_language
from web.session import may
from web.summaries import summary_of

#: What a panel depends on besides the grid's summary: whom it is for, the grid, the language, whether one may export.
Key = tuple[frozenset[str] | None, str, str, bool]
#: A panel weighs 1 to 5 kB packed, that of a wide grid with its outline up to some 40.
MOST = 2_000


class Panels:
    """The panels that were written last, each with the summary that it shows; safe among threads."""

    def __init__(self) -> None:
        self._written: OrderedDict[Key, tuple[GridSummary, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, grid: GridSummary, write: Callable[[], str]) -> bytes:
        """The packed panel of a grid, by `write` when the summary is another one than it shows.

        The county's own kinds of risk sites may be renamed without any change of the map: what names one is not kept.
        """
        key = scope().tops, grid.code, page_language(), may("EXPORT")
        with self._lock:
            known = self._written.get(key)
        if known is not None and known[0] is grid:
            return known[1]
        packed = gzip.compress(write().encode(), LEVEL, mtime=0)
        if any(kind_of_code(PRESET_KINDS, site.kind).is_own for site in grid.risk_sites):
            return packed
        with self._lock:
            self._written[key] = grid, packed
            self._written.move_to_end(key)
            while len(self._written) > MOST:
                self._written.popitem(last=False)
        return packed


def panel_of(code: str, write: Callable[[GridSummary], str]) -> Response:
    """The panel of a grid as the asker sees it, by `write` when it is not kept; raises `NotFound`."""
    grid = summary_of(code)
    packed = cast(Panels, current_app.extensions["panels"]).of(grid, lambda: write(grid))
    response = Response(packed if takes_gzip() else gzip.decompress(packed), mimetype="text/html")
    if takes_gzip():
        response.content_encoding = "gzip"
    return response
