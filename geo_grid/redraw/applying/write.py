"""A change set brought into the tables, in the caller's transaction; the database proves the net when it commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Connection

from geo_grid.grids import write_outline
from geo_grid.redraw.applying import store
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import Flow, flows_of
from geo_grid.redraw.heirs import heirs_of, likes_of
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY


@dataclass(frozen=True, slots=True)
class Written:
    """The codes of the grids that got a new version or went, and what went from which grid into which."""

    codes: tuple[str, ...]
    flows: tuple[Flow, ...]


def families_of(net: Net, changes: ChangeSet) -> frozenset[str]:
    """The codes of all grids that writing the changes locks: those that differ, and their parents before and after."""
    parents = {row.parent for pair in changes.rows.values() for row in pair if row is not None}
    net.prepare_rows(changes.touched | {code for code in parents if code is not None})
    for code in changes.outlines:
        row = net.get(code) if code else None
        parents |= {None if row is None else row.parent}
    return changes.touched | {code for code in parents if code is not None}


def lock_grids(conn: Connection, codes: Iterable[str]) -> None:
    """Let other writers of these grids wait; all locks are taken in the order of the grids' ids."""
    store.lock(conn, sorted(codes))


def write_changes(
    conn: Connection,
    net: Net,
    changes: ChangeSet,
    *,
    srid: int,
    today: date,
    flows: tuple[Flow, ...] | None = None,
) -> Written:
    """What was written. `net` is the net before the changes; the change set of the journal must be open.

    `flows` is what goes from where to where, if somebody has found it already.
    """
    later = net.after(changes)
    if flows is None:
        flows = flows_of(net, later, changes)
    gone = sorted(code for code, (_, new) in changes.rows.items() if new is None)
    if gone:
        store.hand_over_posts(conn, heirs_of(gone, flows, later), today)
    likes = likes_of(net, changes)
    store.write(
        conn,
        {
            **_grids(later, changes, srid),
            "doors": list(changes.homes),
            "homes": [after for _, after in changes.homes.values()],
            "gone": gone,
            "likes": list(likes),
            "liked": list(likes.values()),
            **_lineage(flows),
        },
    )
    if COUNTY in changes.outlines:
        write_outline(conn, shapely.to_wkb(changes.outlines[COUNTY][1]), srid=srid)
    return Written(tuple(sorted(changes.touched)), flows)


def _grids(later: Net, changes: ChangeSet, srid: int) -> dict[str, Any]:
    """The new grids, and every touched grid as it will be, the widest first: columns by name."""
    rows = [row for code in sorted(changes.touched) if (row := later.get(code)) is not None]
    rows.sort(key=lambda row: row.tier.rank)
    new = [row for row in rows if row.code in changes.rows and changes.rows[row.code][0] is None]
    return {
        "new": [row.code for row in new],
        "new_tiers": [row.tier.code for row in new],
        "codes": [row.code for row in rows],
        "parents": [row.parent for row in rows],
        "names": [row.name for row in rows],
        "owns": [None if row.own is None else shapely.to_wkb(row.own) for row in rows],
        "geoms": [None if row.tier.is_leaf else shapely.to_wkb(later.outline(row.code)) for row in rows],
        "srid": srid,
    }


def _lineage(flows: Iterable[Flow]) -> dict[str, Any]:
    """What goes from grid to grid, as columns by name."""
    inner = [flow for flow in flows if flow.source and flow.target]
    return {
        "sources": [flow.source for flow in inner],
        "targets": [flow.target for flow in inner],
        "areas": [flow.area_m2 for flow in inner],
        "counts": [flow.households for flow in inner],
    }
