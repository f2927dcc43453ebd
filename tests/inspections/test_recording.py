"""Tests of recording: inspections with findings, visits, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput, NotFound
from geo_grid.inspections import (
    NewFinding,
    NewInspection,
    NotThere,
    Photo,
    close_finding,
    name_keeper,
    read_findings,
    read_inspection,
    read_patrols,
    read_photo,
    record,
)
from geo_grid.settings import Settings
from geo_grid.staffing import read_today
from geo_grid.visits import DEFAULT_QUOTA, NewVisit, Quota, quota_of, read_visited, record_visit, set_quota


@pytest.fixture
def field(sample_database: Settings) -> Iterator[Connection]:
    """A connection to the sample county whose changes are taken back."""
    with engine(sample_database, DbRole.LOADER).connect() as conn:
        transaction = conn.begin()
        yield conn
        transaction.rollback()


@pytest.fixture
def new(field: Connection) -> NewInspection:
    """An inspection of the first site of the county by the village it lies in."""
    sites = read_patrols(field).sites
    place, ground = sites.parts[0]
    return NewInspection(sites.sites[place].code, ground, None, read_today(field), "walked along it", "r1")


def test_an_inspection_is_kept_with_its_findings_and_photos(field: Connection, new: NewInspection) -> None:
    photo = Photo(2, 1, b"jpeg")
    full = replace(new, findings=(NewFinding("cracks"), NewFinding("litter")), photos=(photo,))
    number = record(field, full, "tester")
    kept = read_inspection(field, number)
    assert (kept.site, kept.grid, kept.findings, kept.open_findings) == (new.site, new.grid, 2, 2)
    assert read_photo(field, kept.photos[0]) == photo
    site = next(one for one in read_patrols(field).sites.sites if one.code == new.site)
    assert read_patrols(field).last[site.id, new.grid] == new.done_on


def test_a_request_that_comes_twice_is_recorded_once(field: Connection, new: NewInspection) -> None:
    assert record(field, new, "tester") == record(field, replace(new, note="again"), "tester")


def test_a_grid_that_the_site_does_not_touch_is_refused(field: Connection, new: NewInspection) -> None:
    far = next(
        code
        for code in (f"9901251{number:02}" for number in range(6))
        if not new.grid.startswith(code)
        and code not in {ground[:9] for place, ground in read_patrols(field).sites.parts if place == 0}
    )
    with pytest.raises(NotThere, match="does not touch"):
        record(field, replace(new, grid=far), "tester")


def test_days_and_texts_that_cannot_be_are_refused(field: Connection, new: NewInspection) -> None:
    for wrong in (
        replace(new, done_on=new.done_on + timedelta(days=1)),
        replace(new, done_on=new.done_on - timedelta(days=61)),
        replace(new, findings=(NewFinding(" "),)),
        replace(new, findings=(NewFinding("late", new.done_on - timedelta(days=1)),)),
        replace(new, note="x" * 1001),
    ):
        with pytest.raises(BadInput):
            record(field, wrong, "tester")
    with pytest.raises(NotFound):
        record(field, replace(new, site="nowhere"), "tester")
    with pytest.raises(NotFound):
        record(field, replace(new, worker="nobody"), "tester")


def test_a_finding_is_open_until_it_is_closed_once(field: Connection, new: NewInspection) -> None:
    number = record(field, replace(new, findings=(NewFinding("cracks"),)), "tester")
    (finding,) = read_findings(field, inspection=number)
    assert finding.is_open
    with pytest.raises(BadInput):
        close_finding(field, finding.id, by="tester", closing=" ")
    close_finding(field, finding.id, by="tester", closing="filled in")
    (closed,) = read_findings(field, inspection=number)
    assert (closed.is_open, closed.closing) == (False, "filled in")
    with pytest.raises(NotFound):
        close_finding(field, finding.id, by="tester", closing="again")


def test_a_named_keeper_stands_in_for_the_net_until_taken_back(field: Connection, new: NewInspection) -> None:
    name_keeper(field, new.site, new.grid, "990125W0013", "tester")
    assert "990125W0013" in read_patrols(field).named.values()
    name_keeper(field, new.site, new.grid, "", "tester")
    assert read_patrols(field).named == {}


def test_a_visit_is_recorded_once_and_counted_above(field: Connection) -> None:
    today = read_today(field)
    visit = NewVisit("990125W0013", "990125100001", today, 3, "", "v1")
    assert record_visit(field, visit, "tester") == record_visit(field, visit, "tester")
    assert read_visited(field).visits == (("990125W0013", "990125100001", today, 3),)
    for wrong in (
        replace(visit, request="v2", done_on=today + timedelta(days=1)),
        replace(visit, request="v3", households=-1),
    ):
        with pytest.raises(BadInput):
            record_visit(field, wrong, "tester")
    with pytest.raises(NotFound):
        record_visit(field, replace(visit, request="v4", grid="nowhere"), "tester")


def test_a_quota_holds_for_all_below_until_a_nearer_one(field: Connection) -> None:
    parents = {"990125100": None, "990125100001": "990125100"}
    set_quota(field, "990125100", Quota(4, 10))
    quotas = read_visited(field).quotas
    assert quota_of("990125100001", quotas, parents) == Quota(4, 10)
    set_quota(field, "990125100", None)
    assert quota_of("990125100001", read_visited(field).quotas, parents) == DEFAULT_QUOTA
    with pytest.raises(BadInput):
        set_quota(field, "990125100", Quota(99, 0))
