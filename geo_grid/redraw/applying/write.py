"""A change set brought into the tables, in the caller's transaction; the database proves the net when it commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import Connection

from geo_grid.grids import GridVersion, retire_grids, write_lineage, write_outline, write_versions
from geo_grid.redraw.applying import store
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import Flow, flows_of
from geo_grid.redraw.heirs import heirs_of, likes_of
from geo_grid.redraw.net import COUNTY, Net


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


def write_changes(conn: Connection, net: Net, changes: ChangeSet, *, srid: int, today: date) -> Written:
    """What was written. `net` is the net before the changes; the change set of the journal must be open."""
    later = net.after(changes)
    gone = sorted(code for code, (_, new) in changes.rows.items() if new is None)
    revived = sorted(code for code, (old, new) in changes.rows.items() if old is None and new is not None)
    store.revive(conn, revived)
    versions = [version for code in sorted(changes.touched) if (version := _version(later, code)) is not None]
    write_versions(conn, versions, srid=srid)
    if changes.homes:
        store.move_households(conn, list(changes.homes), [after for _, after in changes.homes.values()])
    flows = flows_of(net, later, changes)
    if gone:
        store.hand_over_posts(conn, heirs_of(gone, flows, later), today)
        retire_grids(conn, gone)
    store.add_posts(conn, likes_of(net, changes))
    if COUNTY in changes.outlines:
        write_outline(conn, shapely.to_wkb(changes.outlines[COUNTY][1]), srid=srid)
    write_lineage(conn, [(f.source, f.target, f.area_m2, f.households) for f in flows if f.source and f.target])
    return Written(tuple(sorted(changes.touched)), flows)


def _version(later: Net, code: str) -> GridVersion | None:
    """The new version of a grid; None when it goes."""
    row = later.get(code)
    if row is None:
        return None
    own = None if row.own is None else shapely.to_wkb(row.own)
    geom = own if row.tier.is_leaf else shapely.to_wkb(later.outline(code))
    return GridVersion(row.code, row.tier, row.parent, row.name, own, geom or b"")
