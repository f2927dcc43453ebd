"""Rows of a staff table become posts and assignments, the same rows again become nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.intake.staff_plan import plan_staff
from geo_grid.intake.staff_rows import StaffRow
from geo_grid.staffing import Assignment, Post, Staff, Worker
from geo_grid.vocabulary import Role

TODAY = date(2025, 1, 1)
SPRING = date(2024, 3, 1)
AUTUMN = date(2024, 9, 1)


def row(worker: str, grid: str = "G", since: date | None = SPRING, until: date | None = None) -> StaffRow:
    """A row of a table; worker '' is a vacant post."""
    person = Worker(worker, f"name of {worker}") if worker else None
    return StaffRow(person, grid, Role.LEADER, since, until, "row")


def after(standing: Staff, rows: list[StaffRow]) -> Staff:
    """What stands once the rows have come in."""
    planned, findings = plan_staff(rows, standing, TODAY)
    assert not findings
    kept = {(one.post, one.worker, one.since): one for one in standing.assignments}
    kept.update({(one.post, one.worker, one.since): one for one in planned.staff.assignments})
    return Staff(
        {**standing.workers, **planned.staff.workers}, [*standing.posts, *planned.staff.posts], list(kept.values())
    )


def in_post(staff: Staff) -> set[str]:
    """Who is in a post without an end."""
    return {one.worker for one in staff.assignments if one.until is None}


def test_a_row_makes_a_worker_a_post_and_an_assignment() -> None:
    staff = after(Staff(), [row("A")])
    assert (list(staff.workers), list(staff.posts)) == (["A"], [Post("G", Role.LEADER)])
    assert staff.assignments == [Assignment(Post("G", Role.LEADER), "A", SPRING)]


def test_a_row_without_a_worker_is_a_vacant_post() -> None:
    staff = after(Staff(), [row("")])
    assert (len(staff.posts), len(staff.assignments)) == (1, 0)


def test_two_rows_of_one_role_are_two_seats() -> None:
    assert [post.seat for post in after(Staff(), [row("A"), row("B")]).posts] == [1, 2]


def test_who_takes_over_ends_the_one_before() -> None:
    staff = after(after(Staff(), [row("A")]), [row("B", since=AUTUMN)])
    assert in_post(staff) == {"B"}
    assert [one.until for one in staff.assignments if one.worker == "A"] == [AUTUMN]
    assert len(staff.posts) == 1


def test_a_vacant_seat_is_taken_before_a_new_one_is_made() -> None:
    staff = after(after(Staff(), [row("A"), row("")]), [row("A"), row("C", since=AUTUMN)])
    assert (len(staff.posts), in_post(staff)) == (2, {"A", "C"})


def test_an_end_can_be_given_later() -> None:
    staff = after(after(Staff(), [row("A")]), [row("A", until=AUTUMN)])
    assert [one.until for one in staff.assignments] == [AUTUMN]


def test_a_post_held_in_turn_is_one_seat() -> None:
    staff = after(Staff(), [row("A", until=AUTUMN), row("B", since=AUTUMN)])
    assert (len(staff.posts), len(staff.assignments)) == (1, 2)


rows = st.lists(
    st.builds(
        row,
        st.sampled_from(["", "A", "B", "C"]),
        st.sampled_from(["G", "H"]),
        st.sampled_from([SPRING, AUTUMN]),
        st.sampled_from([None, date(2026, 1, 1)]),
    ),
    max_size=6,
    unique_by=lambda one: (one.worker.code if one.worker else id(one), one.grid, one.since),
)


@settings(deadline=None)
@given(rows)
def test_the_same_rows_again_change_nothing(table: list[StaffRow]) -> None:
    standing = after(Staff(), table)
    again, _ = plan_staff(table, standing, TODAY)
    assert not again.posts.writes
    assert not again.workers.writes


@settings(deadline=None)
@given(rows, rows)
def test_no_seat_is_held_twice_on_one_day(first: list[StaffRow], second: list[StaffRow]) -> None:
    staff = after(after(Staff(), first), second)
    for index, one in enumerate(staff.assignments):
        for other in staff.assignments[index + 1 :]:
            assert one.post != other.post or not one.overlaps(other)
