"""What a redraw writes beside the versions of grids: locks, households' grids, posts, lineage; and what it left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

_HAND_OVER = (
    # Somebody in a post of a grid that goes takes the vacant post of the same role in the heir, if there is one.
    """
WITH leaving AS (
    SELECT a.id, a.worker_id, p.role, h.heir, row_number() OVER (PARTITION BY h.heir, p.role ORDER BY a.id) AS place
      FROM unnest(CAST(:gone AS text[]), CAST(:heirs AS text[])) AS h (gone, heir)
      JOIN geo_grid.grids g ON g.code = h.gone
      JOIN geo_grid.posts p ON p.grid_id = g.id AND p.ended_on IS NULL
      JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> CAST(:today AS date)
), free AS (
    SELECT p.id, p.role, g.code AS heir, row_number() OVER (PARTITION BY g.code, p.role ORDER BY p.seat) AS place
      FROM geo_grid.grids g
      JOIN geo_grid.posts p ON p.grid_id = g.id AND p.ended_on IS NULL
     WHERE g.code = ANY(CAST(:heirs AS text[]))
       AND NOT EXISTS (SELECT FROM geo_grid.assignments a
                        WHERE a.post_id = p.id AND a.during && daterange(CAST(:today AS date), NULL))
)
INSERT INTO geo_grid.assignments (post_id, worker_id, during)
SELECT f.id, l.worker_id, daterange(CAST(:today AS date), NULL)
  FROM leaving l JOIN free f ON f.heir = l.heir AND f.role = l.role AND f.place = l.place
 ORDER BY f.id
""",
    """
DELETE FROM geo_grid.assignments a USING geo_grid.posts p, geo_grid.grids g
 WHERE a.post_id = p.id AND p.grid_id = g.id AND g.code = ANY(CAST(:gone AS text[]))
   AND lower(a.during) >= CAST(:today AS date)
""",
    """
UPDATE geo_grid.assignments a SET during = daterange(lower(a.during), CAST(:today AS date))
  FROM geo_grid.posts p JOIN geo_grid.grids g ON g.id = p.grid_id
 WHERE a.post_id = p.id AND g.code = ANY(CAST(:gone AS text[])) AND a.during @> CAST(:today AS date)
""",
    """
UPDATE geo_grid.posts p SET ended_on = CAST(:today AS date)
  FROM geo_grid.grids g WHERE g.id = p.grid_id AND g.code = ANY(CAST(:gone AS text[])) AND p.ended_on IS NULL
""",
)

#: The steps in their order; each is a function of db/sql/applying.sql, which keeps its plans. One statement for all,
#: parsed once, as that takes longer than sending it.
_WRITE = text("""
SELECT geo_grid.begin_grids(CAST(:new AS text[]), CAST(:new_tiers AS text[])),
       geo_grid.write_versions(CAST(:codes AS text[]), CAST(:parents AS text[]), CAST(:names AS text[]),
                               CAST(:owns AS bytea[]), CAST(:geoms AS bytea[]), :srid),
       geo_grid.move_households(CAST(:doors AS text[]), CAST(:homes AS text[])),
       geo_grid.retire_grids(CAST(:gone AS text[])),
       geo_grid.add_posts(CAST(:likes AS text[]), CAST(:liked AS text[])),
       geo_grid.write_lineage(CAST(:sources AS text[]), CAST(:targets AS text[]), CAST(:areas AS float8[]),
                              CAST(:counts AS int[]))
""")
_LOCK = text("SELECT id FROM geo_grid.grids WHERE code = ANY(:codes) ORDER BY id FOR NO KEY UPDATE")

_LEFT = """
SELECT g.code, v.tier, p.code AS parent, v.name, ST_AsBinary(v.own) AS own, v.changeset_id = :changeset AS is_after
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE v.changeset_id = :changeset
    OR (v.grid_id IN (SELECT grid_id FROM geo_grid.grid_versions WHERE changeset_id = :changeset
                      UNION SELECT id FROM geo_grid.grids WHERE retired_at = :moment)
        AND upper(v.valid) = :moment)
 ORDER BY g.code
"""

_HOMES = """
SELECT i.code, b.code AS before, a.code AS after
  FROM geo_grid.household_history i
  JOIN LATERAL (SELECT grid_id FROM geo_grid.household_history e WHERE e.id = i.id AND e.seq < i.seq
                 ORDER BY e.seq DESC LIMIT 1) AS earlier ON true
  JOIN geo_grid.grids b ON b.id = earlier.grid_id
  JOIN geo_grid.grids a ON a.id = i.grid_id
 WHERE i.changeset_id = :changeset AND i.op = 'U' AND earlier.grid_id <> i.grid_id
 ORDER BY i.code
"""

_LATEST = """
SELECT g.code, c.actor, c.at
  FROM geo_grid.grids g
  JOIN LATERAL (SELECT v.changeset_id FROM geo_grid.grid_versions v WHERE v.grid_id = g.id
                 ORDER BY lower(v.valid) DESC LIMIT 1) AS made ON true
  LEFT JOIN LATERAL (SELECT max(l.changeset_id) AS changeset_id FROM geo_grid.lineage l
                      WHERE l.from_grid_id = g.id AND g.retired_at IS NOT NULL) AS ended ON true
  JOIN geo_grid.changesets c ON c.id = greatest(made.changeset_id, ended.changeset_id)
 WHERE g.code = ANY(:codes)
 ORDER BY g.code
"""

# What a change set did to posts and assignments, taken back where the row still is as it left it.
_TAKE_BACK = (
    """
DELETE FROM geo_grid.assignments a USING geo_grid.assignment_history i
 WHERE i.id = a.id AND i.changeset_id = :changeset AND i.op = 'I' AND lower(a.during) >= CAST(:today AS date)
""",
    """
UPDATE geo_grid.assignments a SET during = daterange(lower(a.during), CAST(:today AS date))
  FROM geo_grid.assignment_history i
 WHERE i.id = a.id AND i.changeset_id = :changeset AND i.op = 'I' AND a.during @> CAST(:today AS date)
""",
    """
UPDATE geo_grid.posts p SET ended_on = earlier.ended_on
  FROM geo_grid.post_history i
  JOIN LATERAL (SELECT ended_on FROM geo_grid.post_history e WHERE e.id = i.id AND e.seq < i.seq
                 ORDER BY e.seq DESC LIMIT 1) AS earlier ON true
 WHERE i.id = p.id AND i.changeset_id = :changeset AND i.op = 'U' AND p.ended_on IS NOT DISTINCT FROM i.ended_on
""",
    """
UPDATE geo_grid.assignments a SET during = earlier.during
  FROM geo_grid.assignment_history i
  JOIN LATERAL (SELECT during FROM geo_grid.assignment_history e WHERE e.id = i.id AND e.seq < i.seq
                 ORDER BY e.seq DESC LIMIT 1) AS earlier ON true
 WHERE i.id = a.id AND i.changeset_id = :changeset AND i.op = 'U' AND a.during = i.during
""",
    """
INSERT INTO geo_grid.assignments (post_id, worker_id, during)
SELECT i.post_id, i.worker_id, i.during FROM geo_grid.assignment_history i
 WHERE i.changeset_id = :changeset AND i.op = 'D'
   AND NOT EXISTS (SELECT FROM geo_grid.assignments a WHERE a.post_id = i.post_id AND a.during && i.during)
 ORDER BY i.id
""",
)


def lock(conn: Connection, codes: Sequence[str]) -> None:
    """Lock the grids in the order of their ids."""
    conn.execute(_LOCK, {"codes": list(codes)})


def lock_redraw(conn: Connection, redraw_id: int) -> None:
    """Lock a redraw."""
    conn.execute(text("SELECT id FROM geo_grid.redraws WHERE id = :id FOR NO KEY UPDATE"), {"id": redraw_id})


def write(conn: Connection, told: Mapping[str, Any]) -> None:
    """Write grids, versions, households' grids, new posts and lineage, each column of `_WRITE` by its name."""
    conn.execute(_WRITE, dict(told))


def hand_over_posts(conn: Connection, heirs: Mapping[str, str | None], today: date) -> None:
    """End the posts of grids that go, and put who was in them into the heirs' vacant posts of the same role."""
    values = {"gone": list(heirs), "heirs": list(heirs.values()), "today": today}
    for statement in _HAND_OVER:
        conn.execute(text(statement), values)


def take_back_posts(conn: Connection, changeset_id: int, today: date) -> None:
    """Bring posts and assignments back to what they were before a change set, as far as nobody changed them since."""
    for statement in _TAKE_BACK:
        conn.execute(text(statement), {"changeset": changeset_id, "today": today})


def rows_left(conn: Connection, changeset_id: int) -> Sequence[Row[Any]]:
    """The versions that a change set ended, and those it made."""
    moment = conn.execute(
        text("SELECT lower(valid) FROM geo_grid.grid_versions WHERE changeset_id = :changeset LIMIT 1"),
        {"changeset": changeset_id},
    ).scalar()
    return conn.execute(text(_LEFT), {"changeset": changeset_id, "moment": moment}).all()


def homes_left(conn: Connection, changeset_id: int) -> Sequence[Row[Any]]:
    """The households that a change set put into another grid: code, before, after."""
    return conn.execute(text(_HOMES), {"changeset": changeset_id}).all()


def latest_writers(conn: Connection, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """Who changed each grid last, and when."""
    return conn.execute(text(_LATEST), {"codes": list(codes)}).all()
