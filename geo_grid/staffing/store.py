"""The rows of workers, posts and assignments, read and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text

from geo_grid.db.staging import stage
from geo_grid.phones import Holder, vault_of
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
    vault = vault_of(conn)
    posts = conn.execute(
        text(
            "SELECT g.code, p.role, p.seat FROM geo_grid.posts p "
            "JOIN geo_grid.grids g ON g.id = p.grid_id WHERE p.ended_on IS NULL ORDER BY p.id"
        )
    ).all()
    assignments = conn.execute(text(_ASSIGNMENTS)).all()
    return Staff(
        {code: Worker(code, name, vault.open_or_keep(Holder.WORKER, code, phone)) for code, name, phone in workers},
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
    codes = [worker.code for worker in workers]
    phones = vault_of(conn).seal_all(Holder.WORKER, codes, [worker.phone for worker in workers])
    stage(
        conn,
        "staged_workers",
        {"code": "text", "name": "text", "phone": "text"},
        [codes, [worker.name for worker in workers], phones],
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


_HELD = """
SELECT g.code, p.role, p.seat, w.code, lower(a.during), upper(a.during)
  FROM geo_grid.assignments a
  JOIN geo_grid.posts p ON p.id = a.post_id
  JOIN geo_grid.grids g ON g.id = p.grid_id
  JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE {whose}
 ORDER BY lower(a.during), a.id
"""
_THE_POST = "g.code = :grid AND p.role = :role AND p.seat = :seat"

_STANDS = """
SELECT count(*)
  FROM geo_grid.posts p
  JOIN geo_grid.grids g ON g.id = p.grid_id
 WHERE g.code = :grid AND p.role = :role AND p.seat = :seat AND p.ended_on IS NULL AND g.retired_at IS NULL
"""

_END_POST = """
UPDATE geo_grid.posts p SET ended_on = :day
  FROM geo_grid.grids g
 WHERE g.id = p.grid_id AND g.code = :grid AND p.role = :role AND p.seat = :seat
"""

#: An assignment that would have lasted no day is taken back altogether; its history stays.
_CUT = (
    """
DELETE FROM geo_grid.assignments a
 USING geo_grid.posts p, geo_grid.grids g
 WHERE p.id = a.post_id AND g.id = p.grid_id AND g.code = :grid AND p.role = :role AND p.seat = :seat
   AND lower(a.during) = :since AND lower(a.during) >= :day
""",
    """
UPDATE geo_grid.assignments a SET during = daterange(lower(a.during), :day)
  FROM geo_grid.posts p, geo_grid.grids g
 WHERE p.id = a.post_id AND g.id = p.grid_id AND g.code = :grid AND p.role = :role AND p.seat = :seat
   AND lower(a.during) = :since AND (upper(a.during) IS NULL OR upper(a.during) > :day)
""",
)

_ADD_POST = """
INSERT INTO geo_grid.posts (grid_id, role, seat)
SELECT g.id, :role,
       1 + coalesce((SELECT max(p.seat) FROM geo_grid.posts p WHERE p.grid_id = g.id AND p.role = :role), 0)
  FROM geo_grid.grids g
 WHERE g.code = :grid AND g.retired_at IS NULL
RETURNING seat
"""

_ADD_ASSIGNMENT = """
INSERT INTO geo_grid.assignments (post_id, worker_id, during)
SELECT p.id, w.id, daterange(:since, :until)
  FROM geo_grid.posts p
  JOIN geo_grid.grids g ON g.id = p.grid_id AND g.code = :grid
  JOIN geo_grid.workers w ON w.code = :worker
 WHERE p.role = :role AND p.seat = :seat
"""

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT g.id FROM geo_grid.grids g WHERE g.code = ANY(:grids)
     UNION
    SELECT v.grid_id FROM geo_grid.grid_versions v JOIN below b ON v.parent_id = b.id AND upper_inf(v.valid)
)
UPDATE geo_grid.households h SET contact_id = w.id
  FROM geo_grid.workers w
 WHERE w.code = :worker AND h.grid_id IN (SELECT id FROM below) AND h.contact_id IS DISTINCT FROM w.id
"""

_MOVE_CONTACTS = """
UPDATE geo_grid.households h SET contact_id = n.id
  FROM geo_grid.workers o, geo_grid.workers n
 WHERE o.code = :worker AND n.code = :successor AND h.contact_id = o.id
"""


_MOVE_SITES = """
UPDATE geo_grid.site_keepers k SET worker_id = n.id
  FROM geo_grid.workers o, geo_grid.workers n
 WHERE o.code = :worker AND n.code = :successor AND k.worker_id = o.id
"""

_SITES_OF = """
SELECT r.code, g.code
  FROM geo_grid.site_keepers k
  JOIN geo_grid.workers w ON w.id = k.worker_id
  JOIN geo_grid.risk_sites r ON r.id = k.site_id
  JOIN geo_grid.grids g ON g.id = k.grid_id
 WHERE w.code = :worker ORDER BY r.code, g.code
"""


def worker_by_code(conn: Connection, code: str) -> Worker | None:
    """The worker with that code, None when there is none."""
    row = conn.execute(
        text("SELECT code, name, phone FROM geo_grid.workers WHERE code = :code"), {"code": code}
    ).first()
    return None if row is None else Worker(*row)


def add_worker(conn: Connection, worker: Worker) -> None:
    """A new worker."""
    (phone,) = vault_of(conn).seal_all(Holder.WORKER, [worker.code], [worker.phone])
    values = {"code": worker.code, "name": worker.name, "phone": phone}
    conn.execute(text("INSERT INTO geo_grid.workers (code, name, phone) VALUES (:code, :name, :phone)"), values)


def rename_worker(conn: Connection, code: str, name: str) -> bool:
    """Whether the worker got another name: not one who also works outside the scope of `conn`."""
    renamed = text("UPDATE geo_grid.workers SET name = :name WHERE code = :code")
    return conn.execute(renamed, {"code": code, "name": name}).rowcount > 0


def change_phone(conn: Connection, code: str, phone: str | None) -> bool:
    """Whether the worker got another phone number, sealed; None takes it away. As `rename_worker`."""
    (sealed,) = vault_of(conn).seal_all(Holder.WORKER, [code], [phone])
    changed = text("UPDATE geo_grid.workers SET phone = :phone WHERE code = :code")
    return conn.execute(changed, {"code": code, "phone": sealed}).rowcount > 0


def mark_left(conn: Connection, code: str, on: date) -> None:
    """The day on which a worker left."""
    conn.execute(text("UPDATE geo_grid.workers SET left_on = :day WHERE code = :code"), {"code": code, "day": on})


def assignments_of_post(conn: Connection, post: Post) -> list[Assignment]:
    """All assignments of a post, past and future ones too."""
    return _held(conn, _THE_POST, _post(post))


def assignments_of_worker(conn: Connection, code: str) -> list[Assignment]:
    """All assignments of a worker, past and future ones too."""
    return _held(conn, "w.code = :worker", {"worker": code})


def _held(conn: Connection, whose: str, values: dict[str, object]) -> list[Assignment]:
    """Assignments by a condition of ours."""
    rows = conn.execute(text(_HELD.format(whose=whose)), values).all()
    return [Assignment(Post(row[0], Role[row[1]], row[2]), *row[3:]) for row in rows]


def _post(post: Post) -> dict[str, object]:
    """A post as parameters."""
    return {"grid": post.grid, "role": post.role.code, "seat": post.seat}


def post_stands(conn: Connection, post: Post) -> bool:
    """Whether the post is there and has not ended."""
    return int(conn.execute(text(_STANDS), _post(post)).scalar_one()) > 0


def add_post(conn: Connection, grid: str, role: Role) -> int | None:
    """The seat of a new post; None for a grid that does not stand."""
    seat = conn.execute(text(_ADD_POST), {"grid": grid, "role": role.code}).scalar()
    return None if seat is None else int(seat)


def end_post(conn: Connection, post: Post, on: date) -> None:
    """Let a post end on a day."""
    conn.execute(text(_END_POST), {**_post(post), "day": on})


def add_assignment(conn: Connection, one: Assignment) -> None:
    """A new assignment."""
    values = {**_post(one.post), "worker": one.worker, "since": one.since, "until": one.until}
    conn.execute(text(_ADD_ASSIGNMENT), values)


def cut_assignment(conn: Connection, one: Assignment, on: date) -> int:
    """Let an assignment end on a day; how many rows changed."""
    values = {**_post(one.post), "since": one.since, "day": on}
    return sum(conn.execute(text(statement), values).rowcount for statement in _CUT)


def end_assignments(conn: Connection, post: Post, on: date) -> int:
    """Let whoever is in the post on a day or later leave it with that day; how many assignments that ended."""
    held = [one for one in assignments_of_post(conn, post) if one.until is None or one.until > on]
    return sum(cut_assignment(conn, one, on) for one in held)


def standing_among(conn: Connection, codes: Sequence[str]) -> set[str]:
    """Those of the codes whose grids stand."""
    query = text("SELECT code FROM geo_grid.grids WHERE code = ANY(:codes) AND retired_at IS NULL")
    return set(conn.execute(query, {"codes": list(codes)}).scalars())


def change_contacts(conn: Connection, grids: Sequence[str], worker: str) -> int:
    """How many households of the grids and all below them got the worker as their contact."""
    return int(conn.execute(text(_BELOW), {"grids": list(grids), "worker": worker}).rowcount)


def move_contacts(conn: Connection, worker: str, successor: str) -> int:
    """How many households went from one contact to another."""
    return int(conn.execute(text(_MOVE_CONTACTS), {"worker": worker, "successor": successor}).rowcount)


def move_sites(conn: Connection, worker: str, successor: str) -> int:
    """How many parts of risk sites went from one keeper to another."""
    return int(conn.execute(text(_MOVE_SITES), {"worker": worker, "successor": successor}).rowcount)


def sites_of(conn: Connection, worker: str) -> list[tuple[str, str]]:
    """The parts of risk sites (site's code, grid's code) whose keeper a worker was named by hand."""
    return [(site, grid) for site, grid in conn.execute(text(_SITES_OF), {"worker": worker})]


def households_of(conn: Connection, worker: str) -> int:
    """How many households have the worker as their contact."""
    query = text(
        "SELECT count(*) FROM geo_grid.households h JOIN geo_grid.workers w ON w.id = h.contact_id WHERE w.code = :code"
    )
    return int(conn.execute(query, {"code": worker}).scalar_one())


_POSTS_OF = """
SELECT g.code, p.role, p.seat, w.name
  FROM geo_grid.posts p
  JOIN geo_grid.grids g ON g.id = p.grid_id
  LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND (upper(a.during) IS NULL OR upper(a.during) > :day)
  LEFT JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE g.code = ANY(:grids) AND p.ended_on IS NULL
 ORDER BY g.code, p.role, p.seat, lower(a.during)
"""

_NAMED_POSTS = """
SELECT p.id FROM unnest(CAST(:grids AS text[]), CAST(:roles AS text[]), CAST(:seats AS int[])) AS n (grid, role, seat)
  JOIN geo_grid.grids g ON g.code = n.grid
  JOIN geo_grid.posts p ON p.grid_id = g.id AND p.role = n.role AND p.seat = n.seat AND p.ended_on IS NULL
 ORDER BY p.id
"""

#: Nobody is in a post that ended: who would have begun later never did.
_END_POSTS = (
    "DELETE FROM geo_grid.assignments a WHERE a.post_id = ANY(:ids) AND lower(a.during) >= :day",
    "UPDATE geo_grid.assignments a SET during = daterange(lower(a.during), :day) "
    "WHERE a.post_id = ANY(:ids) AND (upper(a.during) IS NULL OR upper(a.during) > :day)",
    "UPDATE geo_grid.posts p SET ended_on = :day WHERE p.id = ANY(:ids)",
)


def posts_of_grids(conn: Connection, grids: Sequence[str], day: date) -> list[tuple[Post, str | None]]:
    """The posts of these grids that have not ended, each with whoever is in it on the day or comes later."""
    rows = conn.execute(text(_POSTS_OF), {"grids": list(grids), "day": day})
    return [(Post(grid, Role[role], seat), name) for grid, role, seat, name in rows]


def end_posts(conn: Connection, posts: Sequence[Post], day: date) -> None:
    """Let many posts end on a day, and with them whoever is in them."""
    named = [[post.grid for post in posts], [post.role.code for post in posts], [post.seat for post in posts]]
    ids = conn.execute(text(_NAMED_POSTS), dict(zip(("grids", "roles", "seats"), named, strict=True))).scalars().all()
    for statement in _END_POSTS:
        conn.execute(text(statement), {"ids": list(ids), "day": day})
