"""What is retired, written: rows that leave, posts that end, grids with their lineage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from geo_grid.facilities import remove_facilities
from geo_grid.grids import retire_grids, write_lineage
from geo_grid.households import remove_households
from geo_grid.intake.retire.grids import flows
from geo_grid.intake.retire.missing import Gone
from geo_grid.intake.retire.things import post_of
from geo_grid.risks import remove_risk_sites
from geo_grid.staffing import end_posts, posts_of_grids

_NOTHING = Gone()
_REMOVE = {"risk_sites": remove_risk_sites, "facilities": remove_facilities}


def retire(conn: Connection, gone: Mapping[str, Gone], day: date) -> None:
    """Take out all that is retired; households have left the grids that go before, or go themselves."""
    grids = gone.get("grids", _NOTHING)
    leaving = [one.code for one in grids.retired]
    posts = [post_of(one.code) for one in gone.get("posts", _NOTHING).retired]
    posts += [post for post, _ in posts_of_grids(conn, leaving, day)] if leaving else []
    if posts:
        end_posts(conn, sorted(set(posts), key=lambda post: (post.grid, post.role.code, post.seat)), day)
    for noun, remove in _REMOVE.items():
        if codes := [one.code for one in gone.get(noun, _NOTHING).retired]:
            remove(conn, codes)
    write_lineage(conn, flows(grids))
    retire_grids(conn, leaving)


def remove_gone_households(conn: Connection, gone: Mapping[str, Gone]) -> None:
    """Take out the households that are retired, before the others move."""
    if codes := [one.code for one in gone.get("households", _NOTHING).retired]:
        remove_households(conn, codes)
