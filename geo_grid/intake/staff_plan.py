"""What an import does to workers, posts and assignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.staff_rows import StaffRow
from geo_grid.intake.tally import NOTHING, Tally
from geo_grid.staffing import Assignment, Post, Staff, Worker
from geo_grid.vocabulary import Role

#: The most seats of one role in one grid.
MOST_SEATS = 99


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """What to add or change, and how much of it; `missing` are the posts that stand and that no row names."""

    staff: Staff = field(default_factory=Staff)
    workers: Tally = NOTHING
    posts: Tally = NOTHING
    missing: Sequence[Post] = ()


def plan_staff(rows: Sequence[StaffRow], standing: Staff, today: date) -> tuple[StaffPlan, list[Finding]]:
    """What the rows add or change. Somebody who takes over a post ends the one before; nobody is taken out."""
    workers, worker_tally = _workers(rows, standing)
    seats = _Seats(standing, today)
    by_post: dict[tuple[str, Role], list[StaffRow]] = defaultdict(list)
    for row in rows:
        if row.role is not None:
            by_post[row.grid, row.role].append(row)
    findings = [finding for (grid, role), group in by_post.items() for finding in seats.fill(grid, role, group)]
    staff = Staff(workers, seats.new_posts, list(seats.written.values()))
    return StaffPlan(staff, worker_tally, seats.tally(), seats.unnamed() if by_post else ()), findings


def _workers(rows: Sequence[StaffRow], standing: Staff) -> tuple[dict[str, Worker], Tally]:
    """The workers who are new or changed."""
    given = {row.worker.code: row.worker for row in rows if row.worker is not None}
    written, new = {}, 0
    for code, worker in given.items():
        known = standing.workers.get(code)
        phone = worker.phone or (known.phone if known is not None else None)
        if replace(worker, phone=phone) != known:
            written[code] = replace(worker, phone=phone)
            new += known is None
    return written, Tally(new, len(written) - new, len(given) - len(written))


class _Seats:
    """The seats of all posts, who sat and sits there, and what the rows change about it."""

    def __init__(self, standing: Staff, today: date) -> None:
        self._today = today
        self._posts: dict[tuple[str, Role], list[Post]] = defaultdict(list)
        self._held: dict[Post, list[Assignment]] = defaultdict(list)
        self._vacant: set[Post] = set()
        self._named: set[Post] = set()
        for post in standing.posts:
            self._posts[post.grid, post.role].append(post)
        for assignment in standing.assignments:
            self._held[assignment.post].append(assignment)
        self.new_posts: list[Post] = []
        self.written: dict[tuple[Post, str, date], Assignment] = {}
        self._counts = {"new": 0, "changed": 0, "unchanged": 0}

    def tally(self) -> Tally:
        """How many rows with a post were new, changed or as they stood."""
        return Tally(**self._counts)

    def unnamed(self) -> list[Post]:
        """The posts that stand and were named by no row, in their order."""
        known = self._named.union(self.new_posts)
        return [post for posts in self._posts.values() for post in posts if post not in known]

    def fill(self, grid: str, role: Role, rows: Sequence[StaffRow]) -> list[Finding]:
        """Seat the rows of one post: whoever sits there stays, others take free seats, then seats to be taken over."""
        used: set[Post] = set()
        later = [row for row in rows if not self._stays(grid, role, row, used)]
        for row in sorted(later, key=lambda row: (row.since or self._today, row.until is None)):
            post = self._seat(grid, role, row, used)
            if post.seat > MOST_SEATS:
                says = "grid %(grid)s has more than %(most)d posts of %(role)s"
                facts: dict[str, Fact] = {"grid": grid, "most": MOST_SEATS, "role": role.zh}
                return [Finding.of("too_many_seats", row.where, says, "spread them over grids", facts=facts)]
            used.add(post)
            self._sit(post, row)
        self._named |= used
        return []

    def _stays(self, grid: str, role: Role, row: StaffRow, used: set[Post]) -> bool:
        """Whether the row is what stands; notes its seat, and a new end."""
        for post in self._posts[grid, role]:
            if row.worker is None:
                if post not in used and not any(self._lasts(one) for one in self._held[post]):
                    used.add(post)
                    self._vacant.add(post)
                    self._counts["unchanged"] += 1
                    return True
                continue
            for one in self._held[post]:
                same = one.worker == row.worker.code and row.since in (None, one.since)
                if same and (row.since is not None or self._lasts(one)):
                    self._ends(post, one, row.until)
                    used.add(post)
                    return True
        return False

    def _ends(self, post: Post, one: Assignment, until: date | None) -> None:
        """Give an assignment the end that a row says; a row without one says nothing about it."""
        if until is None or until == one.until:
            self._counts["unchanged"] += 1
            return
        self._counts["changed"] += 1
        self._put(post, replace(one, until=until))

    def _seat(self, grid: str, role: Role, row: StaffRow, used: set[Post]) -> Post:
        """A seat for the row: a free one, one to take over, or a new one."""
        posts = self._posts[grid, role]
        wanted = None if row.worker is None else self._assignment(Post(grid, role), row)
        for post in posts:
            reused = post in used and (wanted is None or post in self._vacant)
            if self._is_free(post, wanted) and not reused:
                return post
        for post in posts:
            if post not in used and wanted is not None and self._can_take_over(post, wanted):
                return post
        post = Post(grid, role, max((post.seat for post in posts), default=0) + 1)
        posts.append(post)
        self.new_posts.append(post)
        return post

    def _is_free(self, post: Post, wanted: Assignment | None) -> bool:
        """Whether nobody sits there, or nobody in the time that is wanted."""
        if wanted is None:
            return not any(self._lasts(one) for one in self._held[post])
        return not any(one.overlaps(wanted) for one in self._held[post])

    def _can_take_over(self, post: Post, wanted: Assignment) -> bool:
        """Whether a lasting assignment can follow whoever sits there: they must have come before."""
        held = [one for one in self._held[post] if one.overlaps(wanted)]
        return wanted.until is None and all(one.since < wanted.since for one in held)

    def _sit(self, post: Post, row: StaffRow) -> None:
        """Put the row's worker on the seat, ending whoever is there."""
        self._counts["new"] += 1
        if row.worker is None:
            self._vacant.add(post)
            return
        new = self._assignment(post, row)
        for one in self._held[post]:
            if one.overlaps(new) and one.since < new.since:
                self._put(post, replace(one, until=new.since))
        self._put(post, new)

    def _put(self, post: Post, new: Assignment) -> None:
        """Note an assignment as it will be."""
        key = (post, new.worker, new.since)
        self._held[post] = [one for one in self._held[post] if (post, one.worker, one.since) != key]
        self._held[post].append(new)
        self.written[key] = new

    def _assignment(self, post: Post, row: StaffRow) -> Assignment:
        """What a row says, beginning today when it does not say when."""
        assert row.worker is not None  # noqa: S101  (asked for rows with a worker only)
        return Assignment(post, row.worker.code, row.since or self._today, row.until)

    def _lasts(self, one: Assignment) -> bool:
        """Whether an assignment holds today or later."""
        return one.until is None or one.until > self._today
