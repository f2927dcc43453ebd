"""What the panel, the tree and the legend show of a grid, a household, a risk site or the whole county."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from geo_grid.errors import NotFound
from geo_grid.phones import Holder
from geo_grid.publish import store
from geo_grid.publish.model import (
    Bounds,
    Breaks,
    Crumb,
    FacilityRef,
    GridSummary,
    HouseholdSummary,
    KindCount,
    RiskSiteSummary,
    Sibling,
    SiteRef,
    TierCount,
    TierTree,
    TreeNode,
)
from geo_grid.publish.owner import owner_at
from geo_grid.publish.people import crumb, leader_among, seats_of
from geo_grid.publish.phones import masking

#: As many risk sites and facilities are named in a panel; more are only counted.
MOST_NAMED = 50
MOST_SIBLINGS = 12
#: The classes of shares, as in the legend: below a half, then by tenths.
SHARE_BREAKS = (0.5, 0.6, 0.7, 0.8)
FILLED_BREAKS = (0.01, 0.5, 1.0)


class GridUnknown(NotFound):
    """No current grid has the code."""

    def __init__(self, conn: Connection, code: str) -> None:
        retired = store.grid_retired(conn, code)
        since = f": it was retired on {retired:%Y-%m-%d}" if retired else ""
        self.say("there is no grid %(code)s%(since)s", code=repr(code[:60]), since=since)


def grid_summary(conn: Connection, code: str) -> GridSummary:
    """All that the panel shows of the current grid `code`; raises `NotFound`."""
    row = store.grid_by_code(conn, code)
    if row is None:
        raise GridUnknown(conn, code)
    chain = store.chain(conn, row.id)
    below = store.subtree(conn, row.id)
    seats = seats_of(conn, chain, store.today(conn))
    sites = store.sites_in_grid(conn, row.id, MOST_NAMED)
    facilities = store.facilities_in_grid(conn, row.id, MOST_NAMED)
    siblings = _siblings(conn, row.parent_id, row.tier)
    return GridSummary(
        id=row.id,
        code=row.code,
        tier=row.tier,
        name=row.name,
        is_leaf=row.is_leaf,
        breadcrumbs=tuple(crumb(step) for step in reversed(chain)),
        area_m2=row.area_m2,
        perimeter_m=row.perimeter_m,
        households=below.households,
        persons=below.persons,
        contacted=below.contacted,
        descendants=below.descendants,
        posts=tuple(seat for seat in seats if seat.grid.code == row.code),
        leader=leader_among(seats),
        risk_sites=tuple(SiteRef(site.code, site.name, site.kind) for site in sites),
        risk_site_count=sites[0].total if sites else 0,
        facilities=tuple(FacilityRef(one.code, one.name, one.level, one.address) for one in facilities),
        facility_count=facilities[0].total if facilities else 0,
        siblings=_around(siblings, row.code),
        sibling_count=len(siblings),
        sibling_mean=sum(sibling.households for sibling in siblings) / max(len(siblings), 1),
        bounds=_bounds(row),
        geometry=json.loads(row.geometry),
    )


def _siblings(conn: Connection, parent_id: int | None, tier: str) -> list[Sibling]:
    """The grids of a tier directly under a parent (None: the roots), most households first."""
    found = [Sibling(one.code, one.name, one.households) for one in store.children(conn, parent_id) if one.tier == tier]
    return sorted(found, key=lambda sibling: (-sibling.households, sibling.code))


def _around(siblings: Sequence[Sibling], code: str) -> tuple[Sibling, ...]:
    """The siblings ranked nearest to the one with `code`, itself among them."""
    place = next((place for place, sibling in enumerate(siblings) if sibling.code == code), 0)
    first = max(0, min(place - MOST_SIBLINGS // 2, len(siblings) - MOST_SIBLINGS))
    return tuple(siblings[first : first + MOST_SIBLINGS])


def _bounds(row: Row[Any]) -> Bounds:
    """The row's box in longitude and latitude."""
    return (row.west, row.south, row.east, row.north)


def grid_at(conn: Connection, lon: float, lat: float) -> Crumb | None:
    """The grid whose own ground holds the place, by the half-open rule; None outside the net."""
    place = owner_at(conn, lon, lat)
    return crumb(store.chain(conn, place.grid_id)[0]) if place else None


def tier_tree(conn: Connection) -> TierTree:
    """The county in figures, all of one snapshot; raises `NotFound` while there is no county."""
    row = store.county_figures(conn)
    if row is None:
        raise NotFound.of("there is no county yet: import its grids first")
    return TierTree(
        version=row.version,
        name=row.name,
        srid=row.srid,
        bounds=_bounds(row) if row.west is not None else None,
        tiers=tuple(TierCount(*pair) for pair in row.tiers or ()),
        households=row.households,
        persons=row.persons,
        contacted=row.contacted,
        unplaced=row.unplaced,
        workers=row.workers,
        posts=row.posts,
        posts_filled=row.posts_filled,
        risk_sites=tuple(KindCount(*pair) for pair in row.kinds or ()),
        facilities=row.facilities,
        micro_without_worker=row.micro_without_worker,
    )


def children(conn: Connection, code: str | None = None) -> tuple[TreeNode, ...]:
    """The grids directly under `code` (None: the widest tier), by code, at most 2,000; raises `NotFound`."""
    grid_id = None
    if code is not None:
        grid_id = store.grid_id(conn, code)
        if grid_id is None:
            raise GridUnknown(conn, code)
    return tuple(
        TreeNode(row.id, row.code, row.name, row.tier, row.children, row.households, row.contacted)
        for row in store.children(conn, grid_id)
    )


def household_summary(conn: Connection, household_id: int) -> HouseholdSummary:
    """A household with its chain of grids and its contact, phones masked; raises `NotFound`."""
    row = store.household_by_id(conn, household_id)
    if row is None:
        raise NotFound.of("there is no household number %(household_id)s", household_id=household_id)
    show = masking(conn)
    return HouseholdSummary(
        id=row.id,
        code=row.code,
        address=row.address,
        persons=row.persons,
        phone=show(Holder.HOUSEHOLD, row.code, row.phone),
        breadcrumbs=tuple(crumb(step) for step in reversed(store.chain(conn, row.grid_id))),
        contact_code=row.contact_code,
        contact_name=row.contact_name,
        contact_phone=show(Holder.WORKER, row.contact_code, row.contact_phone),
        lon=row.lon,
        lat=row.lat,
    )


def risk_site_summary(conn: Connection, code: str) -> RiskSiteSummary:
    """A risk site with the cells it lies in and the leader of the first of them; raises `NotFound`."""
    row = store.risk_site_by_code(conn, code)
    if row is None:
        raise NotFound.of("there is no risk site %(code)s", code=repr(code[:60]))
    grids = store.grids_under_site(conn, row.id)
    seats = seats_of(conn, store.chain(conn, grids[0].id), store.today(conn)) if grids else ()
    return RiskSiteSummary(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        note=row.note,
        grids=tuple(crumb(grid) for grid in grids),
        leader=leader_among(seats),
        geometry=json.loads(row.geometry),
        bounds=_bounds(row),
    )


def choropleth_breaks(conn: Connection) -> Breaks:
    """The class limits of each choropleth; those of households are the fifths of the inhabited leaves."""
    return Breaks(SHARE_BREAKS, tuple(sorted(set(store.doors_per_leaf(conn)))), FILLED_BREAKS)
