"""The rows of workers, posts and assignments, read and written."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from geo_grid.db.staging import stage
from geo_grid.staffing.model import Assignment, Post, Staff, Worker
from geo_grid.vocabulary import Role

_ASSIGNMENTS = """
SELECT g.code, p.role, p.seat, w.code, lower(a.during), upper(a.during)
  FROM geo_grid.assignments a
  JOIN geo_grid.posts p ON p.id = a.post_id
  JOIN geo_grid.grids g ON g.id = p.grid_id
  JOIN geo_grid.workers w ON w.id = a.worker_id
 ORDER BY a.id
"""

_WRITE_WORKERS = (
    """
UPDATE geo_grid.workers w SET name = s.name, phone = s.phone
  FROM pg_temp.staged_workers s WHERE w.code = s.code AND (w.name, w.phone) IS DISTINCT FROM (s.name, s.phone)
""",
    """
INSERT INTO geo_grid.workers (code, name, phone)
SELECT s.code, s.name, s.phone FROM pg_temp.staged_workers s
 WHERE NOT EXISTS (SELECT FROM geo_grid.workers w WHERE w.code = s.code) ORDER BY s.code
""",
)

_WRITE_POSTS = """
INSERT INTO geo_grid.posts (grid_id, role, seat)
SELECT g.id, s.role, s.seat FROM pg_temp.staged_posts s JOIN geo_grid.grids g ON g.code = s.grid
 ORDER BY g.id, s.role, s.seat
"""

_STAGED_POSTS = """
  FROM pg_temp.staged_assignments s
  JOIN geo_grid.grids g ON g.code = s.grid
  JOIN geo_grid.posts p ON p.grid_id = g.id AND p.role = s.role AND p.seat = s.seat
  JOIN geo_grid.workers w ON w.code = s.worker
"""

_WRITE_ASSIGNMENTS = (
    f"""
UPDATE geo_grid.assignments a SET during = daterange(s.since, s.until)
{_STAGED_POSTS}
 WHERE a.post_id = p.id AND a.worker_id = w.id AND lower(a.during) = s.since
   AND upper(a.during) IS DISTINCT FROM s.until
""",  # noqa: S608  (our own words only)
    f"""
INSERT INTO geo_grid.assignments (post_id, worker_id, during)
SELECT p.id, w.id, daterange(s.since, s.until)
{_STAGED_POSTS}
 WHERE NOT EXISTS (SELECT FROM geo_grid.assignments a
                    WHERE a.post_id = p.id AND a.worker_id = w.id AND lower(a.during) = s.since)
 ORDER BY p.id, s.since
""",  # noqa: S608  (our own words only)
)


def read_staff(conn: Connection) -> Staff:
    """Everybody and every post."""
    workers = conn.execute(text("SELECT code, name, phone FROM geo_grid.workers ORDER BY id")).all()
    posts = conn.execute(
        text(
            "SELECT g.code, p.role, p.seat FROM geo_grid.posts p "
            "JOIN geo_grid.grids g ON g.id = p.grid_id WHERE p.ended_on IS NULL ORDER BY p.id"
        )
    ).all()
    assignments = conn.execute(text(_ASSIGNMENTS)).all()
    return Staff(
        {code: Worker(code, name, phone) for code, name, phone in workers},
        [Post(grid, Role[role], seat) for grid, role, seat in posts],
        [
            Assignment(Post(grid, Role[role], seat), worker, since, until)
            for grid, role, seat, worker, since, until in assignments
        ],
    )


def read_today(conn: Connection) -> date:
    """The day it is where the county lies, by the database's clock."""
    today: date = conn.execute(text("SELECT current_date")).scalar_one()
    return today


def read_worker_codes(conn: Connection) -> set[str]:
    """The code of everybody."""
    return set(conn.execute(text("SELECT code FROM geo_grid.workers")).scalars())


def write_staff(conn: Connection, staff: Staff) -> None:
    """Add or change workers, add posts, and add assignments or give them another end."""
    workers = list(staff.workers.values())
    stage(
        conn,
        "staged_workers",
        {"code": "text", "name": "text", "phone": "text"},
        [[worker.code for worker in workers], [worker.name for worker in workers], [one.phone for one in workers]],
    )
    post_types = {"grid": "text", "role": "text", "seat": "smallint"}
    stage(conn, "staged_posts", post_types, _post_columns(list(staff.posts)))
    stage(
        conn,
        "staged_assignments",
        post_types | {"worker": "text", "since": "date", "until": "date"},
        [
            *_post_columns([one.post for one in staff.assignments]),
            [one.worker for one in staff.assignments],
            [_day(one.since) for one in staff.assignments],
            [_day(one.until) for one in staff.assignments],
        ],
    )
    for statement in (*_WRITE_WORKERS, _WRITE_POSTS, *_WRITE_ASSIGNMENTS):
        conn.execute(text(statement))


def _post_columns(posts: list[Post]) -> list[list[str | None]]:
    """Posts as columns of texts."""
    return [[post.grid for post in posts], [post.role.code for post in posts], [str(post.seat) for post in posts]]


def _day(day: date | None) -> str | None:
    """A day as text."""
    return None if day is None else day.isoformat()
