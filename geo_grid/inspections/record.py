"""Recording an inspection, closing what was found, and naming who keeps a part of a site."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from geo_grid.errors import BadInput, NotFound, Refused
from geo_grid.inspections import store
from geo_grid.inspections.model import LONGEST_RHYTHM, NewFinding, NewInspection
from geo_grid.risks import demand_site
from geo_grid.staffing import demand_worker, read_today
from geo_grid.vocabulary import Season, Tier

#: An inspection is recorded within this many days.
LATEST_DAYS = 60
LONGEST_NOTE = 1000
LONGEST_FINDING = 500
MOST_FINDINGS = 10
MOST_PHOTOS = 4


class NotThere(Refused):
    """A risk site has no part in the grid for which something is recorded."""

    def __init__(self, site: str, grid: str) -> None:
        self.say(
            "the risk site %(site)s does not touch the grid %(grid)s: choose one of the grids it lies in",
            site=site,
            grid=grid,
        )


def record(conn: Connection, new: NewInspection, by: str) -> int:
    """The number of the inspection; recording the same `request` again answers the number it has.

    Raises `BadInput` for a day to come or long past and for texts that are blank or too long, `NotFound` for a site or
    worker that is not there, `NotThere`.
    """
    known = store.inspection_of_request(conn, new.request)
    if known is not None:
        return known
    demand_site(conn, new.site)
    _demand_day(conn, new.done_on)
    if len(new.note) > LONGEST_NOTE or len(new.findings) > MOST_FINDINGS or len(new.photos) > MOST_PHOTOS:
        raise BadInput.of(
            "an inspection has a note of at most %(most)s characters, at most %(most2)s findings and at most "
            "%(most3)s photos",
            most=LONGEST_NOTE,
            most2=MOST_FINDINGS,
            most3=MOST_PHOTOS,
        )
    for finding in new.findings:
        _demand_finding(finding, new.done_on)
    if new.worker is not None:
        demand_worker(conn, new.worker)
    if not store.touches(conn, new.site, new.grid):
        raise NotThere(new.site, new.grid)
    return store.add_inspection(conn, new, by)


def _demand_day(conn: Connection, day: date) -> None:
    """Nothing when an inspection may be recorded for that day; raises `BadInput`."""
    today = read_today(conn)
    if not today - timedelta(days=LATEST_DAYS) <= day <= today:
        raise BadInput.of(
            "an inspection is recorded on its day or within %(most)s days: check the day %(day)s",
            most=LATEST_DAYS,
            day=day,
        )


def _demand_finding(finding: NewFinding, done_on: date) -> None:
    """Nothing when a finding can be kept; raises `BadInput`."""
    if not finding.says.strip() or len(finding.says) > LONGEST_FINDING:
        raise BadInput.of("a finding says in 1 to %(most)s characters what was found", most=LONGEST_FINDING)
    latest = done_on + timedelta(days=LONGEST_RHYTHM)
    if finding.follow_up_on is not None and not done_on <= finding.follow_up_on <= latest:
        raise BadInput.of(
            "a finding is looked at again after the inspection and within a year: check %(follow_up_on)s",
            follow_up_on=finding.follow_up_on,
        )


def close_finding(conn: Connection, finding: int, *, by: str, closing: str) -> None:
    """Close a finding today with a sentence; raises `BadInput` for a blank one, `NotFound` for one not open."""
    said = closing.strip()
    if not said or len(said) > LONGEST_FINDING:
        raise BadInput.of("say in 1 to %(most)s characters what was done", most=LONGEST_FINDING)
    if not store.close_finding(conn, finding, by=by, closing=said):
        raise NotFound.of("there is no open finding %(finding)s: look at the list again", finding=finding)


def name_keeper(conn: Connection, site: str, grid: str, worker: str, by: str) -> None:
    """Make a worker responsible for a site's part in a grid instead of whoever the net names; blank: the net again.

    Raises `NotFound`, `NotThere`.
    """
    demand_site(conn, site)
    if worker and not store.touches(conn, site, grid):
        raise NotThere(site, grid)
    store.drop_keeper(conn, site, grid)
    if worker:
        store.add_keeper(conn, site, grid, demand_worker(conn, worker).code, by)


def set_rhythm(conn: Connection, kind: str, tier: Tier, season: Season, days: int | None) -> None:
    """After how many days a tier inspects sites of a kind again in a season; None: not at all. Raises `BadInput`."""
    if days is not None and not 1 <= days <= LONGEST_RHYTHM:
        raise BadInput.of("a rhythm is 1 to %(most)s days, or blank", most=LONGEST_RHYTHM)
    store.write_rhythm(conn, kind, tier, season, days)


def set_seasons(conn: Connection, months: tuple[Season, ...]) -> None:
    """Which season each of the twelve months belongs to, January first."""
    if len(months) != 12:
        raise BadInput.of("a year has twelve months: give a season for each")
    store.write_seasons(conn, months)
