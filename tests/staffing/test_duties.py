"""Workers are put into posts, taken out, made contacts, and hand over all they hold in one step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from geo_grid.checks import PRESETS, evaluate_all
from geo_grid.county import County, read_county_without_ground
from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput, GeoGridError, NotFound
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from geo_grid.staffing import (
    Assignment,
    EndBeforeStart,
    Post,
    PostTaken,
    StillHolds,
    TwoFullTimePosts,
    Worker,
    assign,
    close_post,
    duties_of,
    hand_over,
    hire,
    let_go,
    make_contact,
    open_post,
    read_staff,
    read_today,
    release,
    rename,
    sites_of,
)
from geo_grid.staffing.bulk import Giving, give
from geo_grid.vocabulary import LoadTerm, Role, Tier
from geo_grid.workload import Weights, workload_of


@pytest.fixture
def staffed(sample_database: Settings) -> Iterator[Connection]:
    """The sample county in a transaction that is rolled back."""
    with engine(sample_database, DbRole.LOADER).connect() as conn:
        transaction = conn.begin()
        NewChangeset("test", "edit").open(conn)
        yield conn
        transaction.rollback()


@pytest.fixture
def county(staffed: Connection) -> County:
    """The sample county as it was."""
    return read_county_without_ground(staffed)


def holder(county: County, role: Role) -> Assignment:
    """Somebody in a post of that role today."""
    return next(one for one in county.staff.assignments if one.post.role is role and one.holds_on(county.day))


def idle(conn: Connection, code: str = "W-NEW") -> str:
    """The code of a worker who holds nothing."""
    hire(conn, Worker(code, "新来的"))
    return code


def test_a_vacant_post_is_filled_from_its_day(staffed: Connection, county: County) -> None:
    vacant = next(post for post in county.staff.posts if post not in county.filled)
    assign(staffed, vacant, idle(staffed), county.day)
    assert vacant in read_county_without_ground(staffed).filled


def test_a_taken_post_says_who_is_in_it(staffed: Connection, county: County) -> None:
    held = holder(county, Role.LEADER)
    with pytest.raises(PostTaken, match=county.staff.workers[held.worker].name):
        assign(staffed, held.post, idle(staffed), county.day)
    with pytest.raises(PostTaken):
        assign(staffed, held.post, "W-NEW", held.since - timedelta(days=9), held.since + timedelta(days=1))


def test_a_post_is_taken_over_on_the_day_it_is_left(staffed: Connection, county: County) -> None:
    held = holder(county, Role.LEADER)
    release(staffed, held.post, county.day)
    assign(staffed, held.post, idle(staffed), county.day)
    with pytest.raises(NotFound, match="nobody"):
        release(staffed, Post(held.post.grid, held.post.role, 99), county.day)


def test_nobody_works_full_time_twice(staffed: Connection, county: County) -> None:
    held = holder(county, Role.FULL_TIME)
    other = open_post(staffed, next(county.of_tier(Tier.GROUP)).code, Role.FULL_TIME)
    with pytest.raises(TwoFullTimePosts, match=held.post.grid):
        assign(staffed, other, held.worker, county.day)
    assign(staffed, open_post(staffed, other.grid, Role.PART_TIME), held.worker, county.day)


def test_an_assignment_cannot_end_before_it_begins(staffed: Connection, county: County) -> None:
    post = open_post(staffed, county.grids[0].code, Role.LIAISON)
    with pytest.raises(EndBeforeStart):
        assign(staffed, post, idle(staffed), county.day, county.day)


def test_posts_workers_and_grids_that_are_not_there_are_named(staffed: Connection, county: County) -> None:
    with pytest.raises(NotFound, match="no grid nowhere"):
        open_post(staffed, "nowhere", Role.LEADER)
    with pytest.raises(NotFound, match="no post"):
        assign(staffed, Post(county.grids[0].code, Role.LEADER, 50), idle(staffed), county.day)
    with pytest.raises(NotFound, match="no worker nobody"):
        make_contact(staffed, [county.grids[0].code], "nobody")
    with pytest.raises(NotFound, match="no grid nowhere"):
        make_contact(staffed, [county.grids[0].code, "nowhere"], "W-NEW")


@pytest.mark.parametrize(("code", "name"), [("", "王"), ("W", " "), ("x" * 41, "王"), ("W", "王" * 101)])
def test_a_worker_needs_a_code_and_a_name(staffed: Connection, code: str, name: str) -> None:
    with pytest.raises(BadInput):
        hire(staffed, Worker(code, name))


def test_a_code_belongs_to_one_worker(staffed: Connection) -> None:
    idle(staffed)
    with pytest.raises(BadInput, match="already"):
        idle(staffed)
    rename(staffed, "W-NEW", " 王五 ")
    assert read_staff(staffed).workers["W-NEW"].name == "王五"


def test_all_households_below_a_grid_get_a_contact(staffed: Connection, county: County) -> None:
    village = next(county.of_tier(Tier.SUB)).code
    there = county.ancestors[:, Tier.SUB.rank - 1] == county.index[village]
    expected = sum(there[county.household_grid].tolist())
    make_contact(staffed, [village], idle(staffed))
    after = read_county_without_ground(staffed)
    assert list(after.doors.contacts).count("W-NEW") == expected > 0
    assert make_contact(staffed, [village], "W-NEW") == 0


def test_a_closed_post_is_nobodys_and_is_not_vacant(staffed: Connection, county: County) -> None:
    held = holder(county, Role.CONTACT)
    close_post(staffed, held.post, county.day)
    after = read_county_without_ground(staffed)
    assert held.post not in after.staff.posts
    with pytest.raises(NotFound, match="no post"):
        assign(staffed, held.post, idle(staffed), county.day)


def test_everything_in_a_workers_hands_goes_to_the_successor(staffed: Connection, county: County) -> None:
    leaving = max(county.staff.workers, key=list(county.doors.contacts).count)
    posts, households = duties_of(staffed, leaving, county.day)
    with pytest.raises(StillHolds, match=str(households)):
        let_go(staffed, leaving, county.day)
    done = hand_over(staffed, leaving, idle(staffed), county.day)
    assert (len(done.posts), done.households) == (len(posts), households)
    assert duties_of(staffed, leaving, county.day) == ([], 0)
    held, homes = duties_of(staffed, "W-NEW", county.day)
    assert ({one.post for one in held}, homes) == (set(done.posts), households)
    let_go(staffed, leaving, county.day)


def test_risk_sites_kept_by_name_go_to_the_successor_as_well(staffed: Connection, county: County) -> None:
    leaving, coming = sorted(county.staff.workers)[0], idle(staffed)
    part = staffed.exec_driver_sql(
        "INSERT INTO geo_grid.site_keepers (site_id, grid_id, worker_id, by) SELECT r.id, g.id, w.id, 'test'"
        " FROM geo_grid.risk_sites r, geo_grid.grids g, geo_grid.workers w WHERE w.code = %s"
        " ORDER BY r.id, g.id LIMIT 1",
        (leaving,),
    )
    assert part.rowcount == 1
    (kept,) = sites_of(staffed, leaving)
    assert hand_over(staffed, leaving, coming, county.day).sites == 1
    assert (sites_of(staffed, leaving), sites_of(staffed, coming)) == ([], [kept])


def test_a_hand_over_that_cannot_be_changes_nothing(staffed: Connection, county: County) -> None:
    first = holder(county, Role.FULL_TIME)
    second = next(
        one
        for one in county.staff.assignments
        if one.post.role is Role.FULL_TIME and one.holds_on(county.day) and one.worker != first.worker
    )
    before = read_staff(staffed)
    with pytest.raises(TwoFullTimePosts):
        hand_over(staffed, first.worker, second.worker, county.day)
    with pytest.raises(BadInput, match="same person"):
        hand_over(staffed, first.worker, first.worker, county.day)
    assert read_staff(staffed) == before


def test_an_assignment_of_the_same_day_leaves_no_empty_time(staffed: Connection, county: County) -> None:
    post = open_post(staffed, county.grids[0].code, Role.LIAISON)
    assign(staffed, post, idle(staffed), county.day)
    hand_over(staffed, "W-NEW", idle(staffed, "W-NEXT"), county.day)
    assert [one.worker for one in read_staff(staffed).assignments if one.post == post] == ["W-NEXT"]


Step = tuple[str, int, int, int]
VERBS = ["hand over", "assign", "release", "contact", "give"]
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 400), st.integers(0, 400), st.integers(-30, 30)),
    max_size=6,
)


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_sequence_of_changes_loses_a_household_or_fills_a_post_twice(staffed: Connection, steps: list[Step]) -> None:
    with staffed.begin_nested() as inner:
        before = read_county_without_ground(staffed)
        contacted = evaluate_all(before, PRESETS)["every_household_has_a_contact"].figures
        for step in steps:
            _take(staffed, before, step)
        after = read_county_without_ground(staffed)
        answers = evaluate_all(after, PRESETS)
        carried = workload_of(after, {}, Weights(dict.fromkeys(LoadTerm, 1.0)))
        households = sum(part[0] for part in carried.by_worker.values())
        assert households == len(after.doors.codes) - int(after.unplaced.sum())
        asked = {code: answer.figures.total for code, answer in evaluate_all(before, PRESETS).items()}
        for code, answer in answers.items():
            assert answer.figures.total == sum(one.total for one in answer.by_leaf().values()), code
            if code != "every_post_is_filled":  # bulk assignments open posts, so that it asks of more grids
                assert answer.figures.total == asked[code]
        for rule in answers.values():
            assert rule.figures.total <= len(after.doors.codes) == len(before.doors.codes)
        figures = answers["every_household_has_a_contact"].figures
        assert figures.covered + figures.overloaded >= contacted.covered + contacted.overloaded
        for worker in after.staff.workers:
            full = [one for one in after.staff.assignments if one.worker == worker and one.post.role is Role.FULL_TIME]
            assert not any(one.overlaps(other) for one in full for other in full if one is not other)
        inner.rollback()


def _take(conn: Connection, county: County, step: Step) -> None:
    """One change, or its refusal, which must leave nothing behind."""
    verb, one, other, days = step
    workers, posts, grids = sorted(county.staff.workers), county.staff.posts, county.grids
    first, second = workers[one % len(workers)], workers[other % len(workers)]
    on: date = read_today(conn) + timedelta(days=days)
    try:
        with conn.begin_nested():
            if verb == "hand over":
                hand_over(conn, first, second, on)
            elif verb == "assign":
                assign(conn, posts[other % len(posts)], first, on)
            elif verb == "release":
                release(conn, posts[other % len(posts)], on)
            elif verb == "give":
                some = tuple(grid.code for grid in grids[other % len(grids) :][:5])
                give(conn, Giving(some, (first, second), on, Role.PART_TIME, contact=True, replace=bool(days % 2)))
            else:
                make_contact(conn, [grids[other % len(grids)].code], first)
    except GeoGridError:
        pass
