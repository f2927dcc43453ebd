"""Who is responsible at a place on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from geo_grid.errors import NotFound
from geo_grid.publish import store
from geo_grid.publish.model import FacilityRef, Responsibility, SiteRef
from geo_grid.publish.owner import owner_at
from geo_grid.publish.people import crumb, seats_of

MOST_SITES = 20


def who(conn: Connection, lon: float, lat: float, at: date | None = None) -> Responsibility:
    """The grids from the narrowest that owns the ground up, with their posts, risk sites and facilities.

    Grids and posts are those of the end of the day `at` (None: today); risk sites and facilities carry no dates and
    are today's. Raises `NotFound` outside the net, `BadInput` for what is no place on Earth.
    """
    today = store.today(conn)
    day = at or today
    moment = store.end_of(conn, day) if day < today else None
    owner = owner_at(conn, lon, lat, moment)
    if owner is None:
        raise NobodyThere(conn, lon, lat, day if moment else None)
    chain = store.chain(conn, owner.grid_id, moment)
    sites = store.sites_near(conn, owner.grid_id, owner.place, moment, MOST_SITES)
    facilities = store.facilities_near(conn, [row.grid_id for row in chain], owner.place, moment)
    return Responsibility(
        lon=lon,
        lat=lat,
        at=day,
        grids=tuple(crumb(row) for row in chain),
        seats=seats_of(conn, chain, day),
        risk_sites=tuple(SiteRef(row.code, row.name, row.kind) for row in sites),
        facilities=tuple(FacilityRef(row.code, row.name, row.level, row.address) for row in facilities),
    )


class NobodyThere(NotFound):
    """No grid holds the place on that day."""

    def __init__(self, conn: Connection, lon: float, lat: float, past: date | None) -> None:
        begins = store.net_begins(conn)
        where = f"{lon} {lat}"
        if begins is None:
            self.say("no grid holds %(where)s: the county has no grids yet: import them first", where=where)
        elif past is not None and past < begins.date():
            self.say(
                "no grid holds %(where)s on %(day)s: the net begins on %(begins)s: ask for that day or a later one",
                where=where,
                day=past,
                begins=begins.date(),
            )
        elif past is not None:
            self.say(
                "no grid holds %(where)s on %(day)s: it lies outside the county: check that the longitude comes first",
                where=where,
                day=past,
            )
        else:
            self.say(
                "no grid holds %(where)s: it lies outside the county: check that the longitude comes first",
                where=where,
            )
