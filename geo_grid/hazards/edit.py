"""Adding, changing and removing a hazard zone."""

from __future__ import annotations

from dataclasses import replace

import shapely
from sqlalchemy import Connection

from geo_grid.errors import BadInput, BeyondScope, NotFound
from geo_grid.grids import AREAS, OutsideCounty, county_srid, many, read_outline, shape_drawn
from geo_grid.hazards import store
from geo_grid.hazards.model import ZoneDraft
from geo_grid.vocabulary import Hazard

LONGEST_SIGNAL = 300
LONGEST_ROUTE = 500


def add_zone(conn: Connection, draft: ZoneDraft, by: str) -> str:
    """The code of a new zone; a blank one is made up. Raises `BadInput`, `BadShape` and `OutsideCounty`."""
    named = replace(draft, code=draft.code.strip() or store.next_code(conn))
    shape = _checked(conn, named)
    if store.zone_exists(conn, named.code):
        raise BadInput.of("there is a hazard zone %(code)s already: choose another code", code=named.code)
    if not shape:
        raise BadInput.of("a hazard zone needs an area: draw it on the map")
    store.insert_zone(conn, named, shape, by)
    return named.code


def change_zone(conn: Connection, draft: ZoneDraft, by: str) -> None:
    """Other words for a zone and, when one is drawn, another area. Raises `NotFound` and what `add_zone` does."""
    demand_zone(conn, draft.code)
    if not store.update_zone(conn, draft, _checked(conn, draft), by):
        raise BeyondScope(f"the hazard zone {draft.code}")


def remove_zone(conn: Connection, code: str) -> None:
    """Take a zone away; raises `NotFound`."""
    demand_zone(conn, code)
    if not store.delete_zone(conn, code):
        raise BeyondScope(f"the hazard zone {code}")


def demand_zone(conn: Connection, code: str) -> None:
    """Nothing when there is such a zone; raises `NotFound`."""
    if not store.zone_exists(conn, code):
        raise NotFound.of("there is no hazard zone %(code)s: see the list of hazard zones", code=repr(code[:60]))


def _checked(conn: Connection, draft: ZoneDraft) -> str:
    """The drawn area as hexadecimal EWKB, blank when none is drawn; raises when the draft cannot be kept."""
    if not draft.name.strip() or len(draft.name.strip()) > 100 or len(draft.code.strip()) > 40:
        raise BadInput.of("a hazard zone needs a name of at most 100 and a code of at most 40 characters")
    if draft.hazard not in Hazard.__members__:
        raise BadInput.of("there is no hazard %(hazard)s: choose one of the list", hazard=repr(draft.hazard[:40]))
    if len(draft.signal) > LONGEST_SIGNAL or len(draft.route) > LONGEST_ROUTE:
        raise BadInput.of(
            "a signal has at most %(most)s characters, a route %(most2)s", most=LONGEST_SIGNAL, most2=LONGEST_ROUTE
        )
    if draft.shelter and not store.facility_exists(conn, draft.shelter):
        raise NotFound.of(
            "there is no facility %(shelter)s: choose one of the list, or none for the nearest",
            shelter=repr(draft.shelter[:60]),
        )
    if not draft.drawn.strip():
        return ""
    srid, outline = county_srid(conn), read_outline(conn)
    shape = many(shape_drawn(draft.drawn, srid, kinds=AREAS))
    if outline is None or not shapely.intersects(shape, outline):
        raise OutsideCounty.of(
            "%(what)s lies outside the county: draw it inside the county's outline", what=draft.name.strip()
        )
    return str(shapely.to_wkb(shapely.set_srid(shape, srid), hex=True, include_srid=True))
