"""The rows of many grids, posts and contacts at once, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, text

from geo_grid.staffing.model import Assignment, Post
from geo_grid.vocabulary import Role

_GRIDS = """
SELECT g.code, v.name, v.tier, coalesce(w.code, ''), count(h.id)
  FROM geo_grid.grids g
  JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid)
  LEFT JOIN geo_grid.households h ON h.grid_id = g.id
  LEFT JOIN geo_grid.workers w ON w.id = h.contact_id
 WHERE g.code = ANY(:grids) AND g.retired_at IS NULL
 GROUP BY g.code, v.name, v.tier, w.code
 ORDER BY g.code, count(h.id) DESC, w.code
"""

#: A leaf lies in a ring when more than half of its ground does.
_INSIDE = """
WITH lasso AS (
    SELECT ST_MakeValid(ST_Transform(ST_SetSRID(ST_GeomFromWKB(:ring), 4326), c.srid)) AS ring FROM geo_grid.county c
)
SELECT g.code
  FROM lasso l
  JOIN geo_grid.grid_versions v ON upper_inf(v.valid) AND v.own && l.ring
  JOIN geo_grid.tiers t ON t.code = v.tier AND t.is_leaf
  JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE ST_Area(ST_Intersection(v.own, l.ring)) > ST_Area(v.own) / 2
 ORDER BY g.code LIMIT :most
"""

_SEATS = """
SELECT g.code, p.seat, p.ended_on IS NULL
  FROM geo_grid.posts p JOIN geo_grid.grids g ON g.id = p.grid_id
 WHERE g.code = ANY(:grids) AND p.role = :role
 ORDER BY g.code, p.seat
"""

_HELD = """
SELECT g.code, p.role, p.seat, w.code, lower(a.during), upper(a.during), w.name
  FROM geo_grid.assignments a
  JOIN geo_grid.posts p ON p.id = a.post_id
  JOIN geo_grid.grids g ON g.id = p.grid_id
  JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE {whose} AND p.role = :role AND (upper(a.during) IS NULL OR upper(a.during) > :since)
 ORDER BY g.code, p.seat, lower(a.during)
"""

_LEFT = """
SELECT w.code, w.name, w.left_on,
       (SELECT count(*) FROM geo_grid.households h WHERE h.contact_id = w.id)
  FROM geo_grid.workers w WHERE w.code = ANY(:workers)
"""

_OPEN = """
INSERT INTO geo_grid.posts (grid_id, role, seat)
SELECT g.id, :role, s.seat
  FROM unnest(CAST(:grids AS text[]), CAST(:seats AS smallint[])) AS s (grid, seat)
  JOIN geo_grid.grids g ON g.code = s.grid
 ORDER BY g.id
"""

_FILL = """
INSERT INTO geo_grid.assignments (post_id, worker_id, during)
SELECT p.id, w.id, daterange(:since, :until)
  FROM unnest(CAST(:grids AS text[]), CAST(:seats AS smallint[]), CAST(:workers AS text[])) AS s (grid, seat, worker)
  JOIN geo_grid.grids g ON g.code = s.grid
  JOIN geo_grid.posts p ON p.grid_id = g.id AND p.role = :role AND p.seat = s.seat
  JOIN geo_grid.workers w ON w.code = s.worker
 ORDER BY p.id
"""

_CONTACTS = """
UPDATE geo_grid.households h SET contact_id = w.id
  FROM unnest(CAST(:grids AS text[]), CAST(:workers AS text[])) AS s (grid, worker)
  JOIN geo_grid.grids g ON g.code = s.grid
  JOIN geo_grid.workers w ON w.code = s.worker
 WHERE h.grid_id = g.id AND h.contact_id IS DISTINCT FROM w.id
"""


def grid_contacts(conn: Connection, grids: Sequence[str]) -> dict[str, tuple[str, str, dict[str, int]]]:
    """Name, tier and households by contact ('' for none) of the grids that stand, by code."""
    found: dict[str, tuple[str, str, dict[str, int]]] = {}
    for code, name, tier, contact, count in conn.execute(text(_GRIDS), {"grids": list(grids)}):
        contacts = found.setdefault(code, (name, tier, {}))[2]
        if count:
            contacts[contact] = count
    return found


def leaves_inside(conn: Connection, ring: bytes, most: int) -> list[str]:
    """The codes of at most `most` leaves of which more than half lies in the ring (WKB of a polygon in degrees)."""
    return list(conn.execute(text(_INSIDE), {"ring": ring, "most": most}).scalars())


def seats_of(conn: Connection, grids: Sequence[str], role: Role) -> dict[str, list[tuple[int, bool]]]:
    """The seats of a role in each grid, and whether each stands."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for code, seat, stands in conn.execute(text(_SEATS), {"grids": list(grids), "role": role.code}):
        found.setdefault(code, []).append((seat, stands))
    return found


def held_in(conn: Connection, grids: Sequence[str], role: Role, since: date) -> list[tuple[Assignment, str]]:
    """Who is in posts of a role of the grids on that day or later, with their names."""
    return _held(conn, "g.code = ANY(:of)", grids, role, since)


def held_by(conn: Connection, workers: Sequence[str], role: Role, since: date) -> list[tuple[Assignment, str]]:
    """The posts of a role that the workers are in on that day or later, with the workers' names."""
    return _held(conn, "w.code = ANY(:of)", workers, role, since)


def _held(conn: Connection, whose: str, of: Sequence[str], role: Role, since: date) -> list[tuple[Assignment, str]]:
    rows = conn.execute(text(_HELD.format(whose=whose)), {"of": list(of), "role": role.code, "since": since})
    return [(Assignment(Post(row[0], Role[row[1]], row[2]), *row[3:6]), row[6]) for row in rows]


def people(conn: Connection, workers: Sequence[str]) -> dict[str, tuple[str, date | None, int]]:
    """Name, the day on which they left and households as contact of those workers who are there."""
    rows = conn.execute(text(_LEFT), {"workers": list(workers)})
    return {code: (name, left_on, count) for code, name, left_on, count in rows}


def open_seats(conn: Connection, role: Role, seats: Mapping[str, int]) -> None:
    """A new post of a role in each of the grids, under its seat."""
    values = {"role": role.code, "grids": list(seats), "seats": list(seats.values())}
    conn.execute(text(_OPEN), values)


def fill(conn: Connection, role: Role, places: Sequence[tuple[str, int, str]], since: date, until: date | None) -> int:
    """How many posts (grid, seat) got their worker."""
    grids, seats, workers = (list(column) for column in zip(*places, strict=True)) if places else ([], [], [])
    values = {"role": role.code, "grids": grids, "seats": seats, "workers": workers, "since": since, "until": until}
    return int(conn.execute(text(_FILL), values).rowcount)


def make_contacts(conn: Connection, given: Mapping[str, str]) -> int:
    """How many households of the grids got the worker of their grid as contact."""
    values = {"grids": list(given), "workers": list(given.values())}
    return int(conn.execute(text(_CONTACTS), values).rowcount)
