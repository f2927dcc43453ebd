"""What becomes of posts: those of grids that go end, those of new grids are vacant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import Flow
from geo_grid.redraw.heirs import heirs_of, likes_of
from geo_grid.redraw.net import Net
from geo_grid.redraw.sheet.model import PostMove
from geo_grid.vocabulary import Role


def post_moves(
    before: Net, after: Net, changes: ChangeSet, flows: Sequence[Flow], posts: Sequence[Any]
) -> tuple[PostMove, ...]:
    """The posts that end, are handed over or are new, by the rule that applying follows."""
    gone = [code for code, (_, new) in changes.rows.items() if new is None]
    heirs = heirs_of(gone, flows, after)
    vacant: dict[tuple[str, str], list[int]] = defaultdict(list)
    for post in posts:
        if post.worker is None:
            vacant[post.grid, post.role].append(post.seat)
    found = []
    for post in posts:
        if post.grid not in heirs:
            continue
        heir = heirs[post.grid]
        seats = vacant[heir or "", post.role]
        handed = post.worker is not None and heir is not None and bool(seats)
        if handed:
            seats.pop(0)
        fate, to = ("handed", heir) if handed else ("ends", None)
        found.append(PostMove(post.grid, Role[post.role], post.seat, post.worker, post.name, fate, to))
    for code, like in likes_of(before, changes).items():
        found += [
            PostMove(code, Role[post.role], post.seat, None, None, "new", None) for post in posts if post.grid == like
        ]
    return tuple(found)
