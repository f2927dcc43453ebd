"""The one search box: grids, workers, risk sites, facilities and households by code, name or address."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Connection, Row

from geo_grid.publish import store
from geo_grid.publish.model import Hit

MOST_HITS = 100
LONGEST_TEXT = 100


def search(conn: Connection, text: str, limit: int = 20) -> list[Hit]:
    """At most `limit` hits (100 at most), exact codes and names first; a blank `text` finds nothing.

    A code is found by its beginning, a name or an address by any part of it; full-width letters and digits count as
    plain ones.
    """
    wanted = tidy(text)
    if not wanted or limit < 1:
        return []
    literal = re.sub(r"([\\%_])", r"\\\1", wanted)
    cased = wanted.lower() != wanted.upper()
    rows = store.search(conn, wanted, (f"{literal}%", f"%{literal}%"), cased=cased, most=min(limit, MOST_HITS))
    return [_hit(row) for row in rows]


def tidy(text: str) -> str:
    """The text with plain letters and single blanks, without control characters, at most 100 characters long."""
    plain = unicodedata.normalize("NFKC", text)
    printable = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(printable.split())[:LONGEST_TEXT]


def _hit(row: Row[Any]) -> Hit:
    """A row of the search as a hit."""
    bounds = None if row.west is None else (row.west, row.south, row.east, row.north)
    return Hit(
        row.kind, row.code, row.title, row.subtitle, row.grid_code, row.id, row.lon, row.lat, bounds, tier=row.tier
    )
