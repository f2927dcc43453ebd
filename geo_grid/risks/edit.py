"""Adding, changing and removing a risk site by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
from sqlalchemy import Connection

from geo_grid.errors import BadInput, BeyondScope, NotFound
from geo_grid.grids import county_srid, demand_inside, read_outline, shape_drawn
from geo_grid.risks import store
from geo_grid.risks.kinds import read_kinds
from geo_grid.risks.model import RiskSite

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A risk site as a form gives it; `drawn` is a GeoJSON geometry in degrees, blank to keep the shape it has."""

    code: str
    name: str
    kind: str
    note: str
    drawn: str


def add_site(conn: Connection, draft: SiteDraft) -> str:
    """The code of a new site; a blank one is made up. Raises `BadInput`, `BadShape` and `OutsideCounty`."""
    site = _read(conn, replace(draft, code=draft.code.strip() or store.next_code(conn)))
    if store.site_exists(conn, site.code):
        raise BadInput.of("there is a risk site %(code)s already: choose another code", code=site.code)
    if not site.geom:
        raise BadInput.of("a risk site needs a place: draw it on the map")
    store.insert_site(conn, site)
    return site.code


def change_site(conn: Connection, draft: SiteDraft) -> None:
    """Another name, kind, note and, when one is drawn, shape. Raises `NotFound` and what `add_site` does."""
    demand_site(conn, draft.code)
    if not store.update_site(conn, _read(conn, draft)):
        raise BeyondScope(f"the risk site {draft.code}")


def remove_site(conn: Connection, code: str) -> None:
    """Take a site away; its past and its inspections stay written. Raises `NotFound`."""
    demand_site(conn, code)
    if not store.delete_site(conn, code):
        raise BeyondScope(f"the risk site {code}")


def demand_site(conn: Connection, code: str) -> None:
    """Nothing when there is such a site; raises `NotFound`."""
    if not store.site_exists(conn, code):
        raise NotFound.of("there is no risk site %(code)s: see the list of risk sites", code=repr(code[:60]))


def _read(conn: Connection, draft: SiteDraft) -> RiskSite:
    """What a draft says, checked; without a shape when none is drawn."""
    name, code = draft.name.strip(), draft.code.strip()
    if not name or len(name) > 100 or not code or len(code) > 40:
        raise BadInput.of("a risk site needs a name of at most 100 and a code of at most 40 characters")
    if draft.kind not in {kind.code for kind in read_kinds(conn)}:
        raise BadInput.of("there is no kind %(kind)s of risk sites: choose one of the list", kind=repr(draft.kind[:40]))
    if len(draft.note.strip()) > LONGEST_NOTE:
        raise BadInput.of("a note has at most %(most)s characters", most=LONGEST_NOTE)
    return RiskSite(code, name, draft.kind, draft.note.strip(), _shape(conn, draft.drawn, name))


def _shape(conn: Connection, drawn: str, name: str) -> str:
    """The drawn shape as hexadecimal EWKB, blank when nothing is drawn."""
    if not drawn.strip():
        return ""
    srid = county_srid(conn)
    shape = shape_drawn(drawn, srid)
    demand_inside(shape, read_outline(conn), name)
    return str(shapely.to_wkb(shapely.set_srid(shape, srid), hex=True, include_srid=True))
