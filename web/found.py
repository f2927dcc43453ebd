"""What searches found, kept in memory until something changes that the asker sees."""

from __future__ import annotations

from typing import cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.publish import Hit, data_version, search, tidy
from web.database import read, scope
from web.present import present_version, unchanged
from web.recent import Recent

#: Whom it is kept for (the grids whose subtrees they see; None: the county), the words, and how many at most.
Key = tuple[frozenset[str] | None, str, int]
#: What one search found weighs some 10 kB.
MOST = 1_000


class Finds:
    """What the latest searches found."""

    def __init__(self) -> None:
        self._recent: Recent[Key, list[Hit]] = Recent(MOST)

    def of(self, words: str, most: int) -> list[Hit]:
        """At most `most` hits of what the asker sees, best first."""
        wanted = tidy(words)
        key = scope().tops, wanted, most
        return self._recent.at(key, present_version(), lambda: read(_find, wanted, most), _is_same)


def found(words: str, most: int) -> list[Hit]:
    """What the asker's words find, best first."""
    return cast(Finds, current_app.extensions["finds"]).of(words, most)


def _find(conn: Connection, words: str, most: int) -> tuple[int, list[Hit]]:
    return data_version(conn), search(conn, words, most)


def _is_same(_: list[Hit], was: int, now: int) -> bool:
    return unchanged(was, now)
