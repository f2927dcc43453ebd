"""Recording a visit, and saying how many a place asks for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from geo_grid.errors import BadInput, NotFound
from geo_grid.staffing import demand_worker, read_today
from geo_grid.visits import store
from geo_grid.visits.model import NewVisit, Quota

#: A visit is recorded within this many days.
LATEST_DAYS = 60
LONGEST_NOTE = 1000
MOST_HOUSEHOLDS = 1000
MOST_VISITS = 60


def record_visit(conn: Connection, new: NewVisit, by: str) -> int:
    """The number of the visit; recording the same `request` again answers the number it has.

    Raises `BadInput` for a day to come or long past and for absurd figures, `NotFound` for a worker or grid that is not
    there.
    """
    known = store.visit_of_request(conn, new.request)
    if known is not None:
        return known
    today = read_today(conn)
    if not today - timedelta(days=LATEST_DAYS) <= new.done_on <= today:
        raise BadInput.of(
            "a visit is recorded on its day or within %(most)s days: check the day %(done_on)s",
            most=LATEST_DAYS,
            done_on=new.done_on,
        )
    if not 0 <= new.households <= MOST_HOUSEHOLDS or len(new.note) > LONGEST_NOTE:
        raise BadInput.of(
            "a visit reaches 0 to %(most)s households, its note has %(most2)s characters",
            most=MOST_HOUSEHOLDS,
            most2=LONGEST_NOTE,
        )
    demand_worker(conn, new.worker)
    number = store.add_visit(conn, new, by)
    if number is None:
        raise NotFound.of("there is no grid %(grid)s, or it was retired: check the code", grid=new.grid)
    return number


def set_quota(conn: Connection, grid: str, quota: Quota | None) -> None:
    """How many visits each cadre linked to a place makes in 30 days; None: as the grids above say.

    Raises `BadInput`, `NotFound`.
    """
    if quota is not None and not (0 <= quota.visits <= MOST_VISITS and 0 <= quota.households <= MOST_HOUSEHOLDS):
        raise BadInput.of(
            "a quota is 0 to %(most)s visits and 0 to %(most2)s households in 30 days",
            most=MOST_VISITS,
            most2=MOST_HOUSEHOLDS,
        )
    if not store.write_quota(conn, grid, quota):
        raise NotFound.of("there is no grid %(grid)s, or it was retired: check the code", grid=grid)
