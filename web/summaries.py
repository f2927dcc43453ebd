"""The summaries of grids, kept in memory until something changes that one of them tells of."""

from __future__ import annotations

from typing import cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.publish import GridSummary, TreeNode, children, data_version, grid_summary
from web.database import read, scope
from web.kept import Kept
from web.present import changes_since, present_version, unchanged
from web.recent import Recent

#: Whom it is kept for (the grids whose subtrees they see; None: the county), and the grid's code.
Key = tuple[frozenset[str] | None, str]
#: A summary weighs 5 to 20 kB, that of a wide grid with its outline up to some 100.
MOST = 2_000


class Summaries:
    """The summaries that were asked for last, and the widest grids of each scope; safe among threads."""

    def __init__(self) -> None:
        self._recent: Recent[Key, GridSummary] = Recent(MOST)
        self._roots: Kept[int, tuple[TreeNode, ...]] = Kept()

    def of(self, code: str) -> GridSummary:
        """The summary of a grid as the asker sees it; raises `NotFound`."""
        return self._recent.at((scope().tops, code), present_version(), lambda: read(_summary, code), _is_same)

    def roots(self) -> tuple[TreeNode, ...]:
        """The widest grids that the asker sees."""
        known = self._roots.known(scope(), present_version())
        return read(self._read_roots) if known is None else known

    def _read_roots(self, conn: Connection) -> tuple[TreeNode, ...]:
        return self._roots.at(scope(), data_version(conn), lambda: children(conn, None), unchanged)


def summary_of(code: str) -> GridSummary:
    """All that the panel shows of a grid, as the asker sees it; raises `NotFound`."""
    return cast(Summaries, current_app.extensions["summaries"]).of(code)


def branches_of(parent: str | None) -> tuple[TreeNode, ...]:
    """The grids directly under a grid, or the widest ones, as the asker sees them; raises `NotFound`."""
    if parent is None:
        return cast(Summaries, current_app.extensions["summaries"]).roots()
    return read(children, parent)


def _summary(conn: Connection, code: str) -> tuple[int, GridSummary]:
    return data_version(conn), grid_summary(conn, code)


def _is_same(known: GridSummary, was: int, now: int) -> bool:
    """Whether a summary that was true at one version of the map is true at another."""
    since = changes_since(was, now)
    return since is not None and all(change.spares_summary(known) for change in since)
