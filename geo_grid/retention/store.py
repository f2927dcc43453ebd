"""The rows that are kept for a time only, counted and removed, and what is held about a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

#: What a worker is called who was forgotten.
FORGOTTEN = "—"

_OLD_JOBS = """
SELECT j.id FROM geo_grid.jobs j
 WHERE j.finished_at < clock_timestamp() - make_interval(days => :days)
   AND NOT EXISTS (SELECT FROM geo_grid.import_runs r WHERE r.job_id = j.id)
"""

_OLD_PHOTOS = """
SELECT count(*) FROM geo_grid.inspection_photos p JOIN geo_grid.inspections i ON i.id = p.inspection_id
 WHERE i.done_on < current_date - CAST(:days AS int)
   AND NOT EXISTS (SELECT FROM geo_grid.inspection_findings f WHERE f.inspection_id = i.id AND f.closed_on IS NULL)
"""

_SERVES = """
EXISTS (SELECT FROM geo_grid.assignments a WHERE a.worker_id = w.id AND a.during @> current_date)
OR EXISTS (SELECT FROM geo_grid.households h WHERE h.contact_id = w.id)
"""

_DEPARTED = f"""
SELECT w.id FROM geo_grid.workers w
 WHERE w.left_on < current_date - CAST(:days AS int) AND (w.name <> :forgotten OR w.phone IS NOT NULL)
   AND NOT ({_SERVES})
 ORDER BY w.id
"""  # noqa: S608  (our own words only)

_PERSON = """
SELECT i.id, n.id IS NOT NULL AS stands, n.{name} AS name, n.{address} AS address, n.phone,
       array_agg(i.{name}) AS names, array_agg(i.phone) AS phones, count(*) AS images,
       (SELECT count(*) FROM geo_grid.assignments a WHERE '{noun}' = 'workers' AND a.worker_id = i.id) AS posts,
       (SELECT count(*) FROM geo_grid.visits v WHERE '{noun}' = 'workers' AND v.worker_id = i.id) AS visits
  FROM geo_grid.{history} i LEFT JOIN geo_grid.{noun} n ON n.id = i.id
 WHERE i.code = :code GROUP BY i.id, n.id ORDER BY n.id NULLS LAST, i.id DESC LIMIT 1
"""

#: The columns of a noun that tell who and where: nothing else of a person is held.
_TOLD = {
    "workers": {"noun": "workers", "history": "worker_history", "name": "name", "address": "code"},
    "households": {"noun": "households", "history": "household_history", "name": "code", "address": "address"},
}


def old_sign_ins(conn: Connection, days: int) -> int:
    """How many attempts to sign in are older."""
    return int(conn.execute(text("SELECT geo_grid.old_sign_ins(:days)"), {"days": days}).scalar_one())


def forget_sign_ins(conn: Connection, days: int) -> int:
    """How many attempts to sign in were removed."""
    return int(conn.execute(text("SELECT geo_grid.forget_sign_ins(:days)"), {"days": days}).scalar_one())


def old_jobs(conn: Connection, days: int) -> int:
    """How many jobs ended longer ago; those of imports stay with their imports."""
    return int(conn.execute(text(f"SELECT count(*) FROM ({_OLD_JOBS}) AS j"), {"days": days}).scalar_one())  # noqa: S608


def forget_jobs(conn: Connection, days: int) -> int:
    """How many jobs were removed with their results."""
    return conn.execute(text(f"DELETE FROM geo_grid.jobs WHERE id IN ({_OLD_JOBS})"), {"days": days}).rowcount  # noqa: S608


def old_photos(conn: Connection, days: int) -> int:
    """How many photos are of inspections longer ago of which nothing is open."""
    return int(conn.execute(text(_OLD_PHOTOS), {"days": days}).scalar_one())


def forget_photos(conn: Connection, days: int) -> int:
    """How many photos were removed."""
    return int(conn.execute(text("SELECT geo_grid.forget_photos(:days)"), {"days": days}).scalar_one())


def departed(conn: Connection, days: int) -> list[int]:
    """The ids of workers who left longer ago, hold nothing any more, and are still known by name or phone."""
    return list(conn.execute(text(_DEPARTED), {"days": days, "forgotten": FORGOTTEN}).scalars())


def blank_workers(conn: Connection, ids: Sequence[int]) -> None:
    """Take name and phone from workers; their codes stay."""
    query = text("UPDATE geo_grid.workers SET name = :forgotten, phone = NULL WHERE id = ANY(:ids)")
    conn.execute(query, {"ids": list(ids), "forgotten": FORGOTTEN})


def blank_household(conn: Connection, number: int) -> None:
    """Take the phone from a household."""
    conn.execute(text("UPDATE geo_grid.households SET phone = NULL WHERE id = :id"), {"id": number})


def forget_images(conn: Connection, noun: str, ids: Sequence[int], actor: str, reason: str) -> int:
    """How many images in the history lost name and phone; the journal notes it for each change set."""
    values = {"noun": noun, "ids": list(ids), "actor": actor, "reason": reason}
    query = text("SELECT geo_grid.forget_people(:noun, CAST(:ids AS bigint[]), :actor, :reason)")
    return int(conn.execute(query, values).scalar_one())


def serves(conn: Connection, worker: int) -> bool:
    """Whether a worker holds a post today or is a household's contact."""
    query = text(f"SELECT {_SERVES} FROM geo_grid.workers w WHERE w.id = :id")  # noqa: S608
    return bool(conn.execute(query, {"id": worker}).scalar())


def read_person(conn: Connection, noun: str, code: str) -> Row[Any] | None:
    """A row with the names and phones of all its images; the latest that had the code."""
    return conn.execute(text(_PERSON.format(**_TOLD[noun])), {"code": code}).one_or_none()


def all_phones(conn: Connection, noun: str) -> Sequence[Row[Any]]:
    """Every phone that is or was stored for a noun, as stored, with the code it is bound to."""
    history = _TOLD[noun]["history"]
    query = f"SELECT DISTINCT code, phone FROM geo_grid.{history} WHERE phone <> '' ORDER BY code"  # noqa: S608
    return conn.execute(text(query)).all()


def count_readings(conn: Connection, code: str) -> int:
    """How often a phone of that code was read in full."""
    query = text("SELECT count(*) FROM geo_grid.journal_entries WHERE kind = 'phone-revealed' AND about = :code")
    return int(conn.execute(query, {"code": code}).scalar_one())


#: How many of each kind are older than so many days.
COUNTS: dict[str, Callable[[Connection, int], int]] = {
    "sign_ins": old_sign_ins,
    "jobs": old_jobs,
    "photos": old_photos,
    "departed": lambda conn, days: len(departed(conn, days)),
}
