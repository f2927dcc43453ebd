"""Many grids are given to workers in one step: looked at first, then all of it or nothing, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import Connection

from geo_grid.county import County, read_county_without_ground
from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import BadInput, NotFound
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from geo_grid.staffing import EndBeforeStart, Worker, hire, let_go, read_staff
from geo_grid.staffing.bulk import Conflicts, Giving, WhyNot, give, leaves_in_ring, plan_giving, share_out
from geo_grid.staffing.undo import ChangedSince, NotStaffing, staff_changes, touched_grids, undo_staffing
from geo_grid.vocabulary import Role, Tier


@pytest.fixture
def staffed(sample_database: Settings) -> Iterator[Connection]:
    """The sample county with a worker W who holds nothing, in a transaction that is rolled back."""
    with engine(sample_database, DbRole.LOADER).connect() as conn:
        opened = conn.begin()
        NewChangeset("test", "edit").open(conn)
        hire(conn, Worker("W", "新来的"))
        yield conn
        opened.rollback()


@pytest.fixture
def county(staffed: Connection) -> County:
    """The sample county as it was."""
    return read_county_without_ground(staffed)


def micros(county: County, count: int, *, filled: bool | None = None) -> tuple[str, ...]:
    """Codes of micro grids; with or without somebody who is their contact."""
    held = {post.grid for post in county.filled if post.role is Role.CONTACT}
    found = [one.code for one in county.of_tier(Tier.MICRO) if filled is None or (one.code in held) == filled]
    return tuple(sorted(found)[:count])


def asked(county: County, grids: tuple[str, ...], *workers: str, **wish: object) -> Giving:
    """What is asked for: from today on, as contact, into the post of the contact."""
    wishes: dict[str, object] = {"since": county.day, "role": Role.CONTACT, "contact": True, **wish}
    return Giving(grids, workers or ("W",), **wishes)  # type: ignore[arg-type]


def test_vacant_grids_get_a_worker_and_their_households_a_contact(staffed: Connection, county: County) -> None:
    grids = micros(county, 5, filled=False)
    plan = plan_giving(staffed, asked(county, grids))
    done = give(staffed, asked(county, grids))
    after = read_county_without_ground(staffed)
    assert {post.grid for post in after.filled - county.filled} == set(grids)
    mine = [contact for contact, grid in zip(after.doors.contacts, after.doors.grids, strict=True) if grid in grids]
    assert set(mine) == {"W"}
    assert plan.loads == {"W": (0, len(mine))}
    assert (done.posts, done.released) == (5, 0)


def test_whoever_is_in_the_post_is_named_and_nothing_is_changed(staffed: Connection, county: County) -> None:
    grids = micros(county, 3, filled=False) + micros(county, 2, filled=True)
    before = read_staff(staffed)
    with pytest.raises(Conflicts) as refused:
        give(staffed, asked(county, grids))
    assert {one.grid for one in refused.value.conflicts} == set(micros(county, 2, filled=True))
    assert {one.why for one in refused.value.conflicts} == {WhyNot.TAKEN}
    assert read_staff(staffed) == before


def test_whoever_is_in_the_post_leaves_it_when_that_is_asked(staffed: Connection, county: County) -> None:
    grids = micros(county, 2, filled=True)
    done = give(staffed, asked(county, grids, replace=True))
    held = [one for one in read_staff(staffed).assignments if one.worker == "W"]
    assert (done.posts, done.released) == (2, 2)
    assert {one.post.grid for one in held} == set(grids)
    assert give(staffed, asked(county, grids, replace=True)).posts == 0, "who is there already stays"


def test_nobody_gets_two_full_time_posts(staffed: Connection, county: County) -> None:
    grids = micros(county, 2)
    plan = plan_giving(staffed, asked(county, grids, role=Role.FULL_TIME, contact=False))
    assert [(one.grid, one.why, one.other) for one in plan.conflicts] == [(grids[1], WhyNot.FULL_TIME, grids[0])]
    assert not plan_giving(staffed, asked(county, grids[:1], role=Role.FULL_TIME)).conflicts


def test_a_post_that_is_promised_later_stands_against_it(staffed: Connection, county: County) -> None:
    (grid,) = micros(county, 1, filled=False)
    soon = county.day + timedelta(days=10)
    hire(staffed, Worker("V", "后来的"))
    give(staffed, asked(county, (grid,), "V", since=soon))
    assert [one.worker for one in plan_giving(staffed, asked(county, (grid,), replace=True)).conflicts] == ["V"]
    assert not plan_giving(staffed, asked(county, (grid,), until=soon)).conflicts


def test_grids_that_are_gone_outside_or_wanted_by_who_left_are_named(staffed: Connection, county: County) -> None:
    good, bad = micros(county, 2, filled=False)
    plan = plan_giving(staffed, asked(county, (good, bad, "nowhere")), lambda code: code != bad)
    assert {(one.grid, one.why) for one in plan.conflicts} == {("nowhere", WhyNot.GONE), (bad, WhyNot.OUTSIDE)}
    let_go(staffed, "W", county.day)
    plan = plan_giving(staffed, asked(county, (good,)))
    assert [one.why for one in plan.conflicts] == [WhyNot.LEFT]


def test_what_makes_no_sense_is_refused(staffed: Connection, county: County) -> None:
    grids = micros(county, 1)
    with pytest.raises(BadInput, match="at least one grid"):
        plan_giving(staffed, asked(county, ()))
    with pytest.raises(BadInput, match="choose a post"):
        plan_giving(staffed, asked(county, grids, role=None, contact=False))
    with pytest.raises(EndBeforeStart):
        plan_giving(staffed, asked(county, grids, until=county.day))
    with pytest.raises(NotFound, match="no worker nobody"):
        plan_giving(staffed, asked(county, grids, "nobody"))
    with pytest.raises(BadInput, match="corners"):
        leaves_in_ring(staffed, [(111.0, 36.0), (111.1, 36.0)])


def test_a_lasso_holds_the_leaves_of_which_more_than_half_lies_in_it(staffed: Connection, county: County) -> None:
    assert leaves_in_ring(staffed, [(100, 20), (125, 20), (125, 45), (100, 45)]) == sorted(
        one.code for one in county.grids if one.tier.is_leaf
    )
    assert leaves_in_ring(staffed, [(0, 0), (1, 0), (1, 1)]) == []


@drawn(
    st.dictionaries(st.text("AB0123", min_size=1, max_size=4), st.integers(0, 90), min_size=1, max_size=60),
    st.integers(1, 7),
)
def test_shares_cover_every_grid_once_and_are_as_even_as_its_largest_grid(
    weights: dict[str, int], workers: int
) -> None:
    names = [f"W{number}" for number in range(workers)]
    given = share_out(weights, names)
    assert given.keys() == weights.keys()
    order = [given[code] for code in sorted(given)]
    assert order == sorted(order, key=names.index), "each gets a run of neighbours"
    mean = sum(weights.values()) / workers
    if mean:
        for name in names:
            mine = sum(weight for code, weight in weights.items() if given[code] == name)
            assert abs(mine - mean) <= max(weights.values()) + 1e-6


def test_what_was_given_is_taken_back_to_the_last_row(sample_clone: Settings) -> None:
    loader = engine(sample_clone, DbRole.LOADER)
    with transaction(loader) as conn:
        county = read_county_without_ground(conn)
    worker = min(county.staff.workers)
    grids = micros(county, 4, filled=True) + micros(county, 4, filled=False)
    with transaction(loader) as conn:
        change = NewChangeset("alice", "edit", "a trial").open(conn)
        give(conn, asked(county, grids, worker, replace=True))
    with transaction(loader) as conn:
        assert staff_changes(conn)[0].id == change
        assert set(touched_grids(conn, change)) >= set(grids)
        undo_staffing(conn, change, "bob")
    with transaction(loader) as conn:
        after = read_county_without_ground(conn)
        assert staff_changes(conn)[0].undone is not None
        with pytest.raises(NotStaffing, match="already"):
            undo_staffing(conn, change, "bob")
    assert (after.staff, list(after.doors.contacts)) == (county.staff, list(county.doors.contacts))


def test_what_was_changed_since_is_not_taken_back(sample_clone: Settings) -> None:
    loader = engine(sample_clone, DbRole.LOADER)
    with transaction(loader) as conn:
        county = read_county_without_ground(conn)
    first, second = sorted(county.staff.workers)[:2]
    grids = micros(county, 3, filled=False)
    with transaction(loader) as conn:
        change = NewChangeset("alice", "edit", "first").open(conn)
        give(conn, asked(county, grids, first))
    with transaction(loader, changeset=NewChangeset("bob", "edit", "second")) as conn:
        give(conn, asked(county, grids[:1], second, role=None))
    with transaction(loader) as conn, pytest.raises(ChangedSince, match="bob"):
        undo_staffing(conn, change, "alice")
