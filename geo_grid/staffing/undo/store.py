"""The change sets of staffing, and the grids that they touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, text

_LATEST = """
SELECT c.id, c.at, c.actor, c.note, u.id AS undone,
       (SELECT count(DISTINCT a.id) FROM geo_grid.assignment_history a WHERE a.changeset_id = c.id) AS assignments,
       (SELECT count(DISTINCT h.id) FROM geo_grid.household_history h WHERE h.changeset_id = c.id) AS households
  FROM geo_grid.changesets c
  LEFT JOIN geo_grid.changesets u ON u.idempotency_key = 'undo ' || c.id
 WHERE c.kind = 'edit'
   AND (EXISTS (SELECT FROM geo_grid.assignment_history a WHERE a.changeset_id = c.id)
        OR EXISTS (SELECT FROM geo_grid.household_history h WHERE h.changeset_id = c.id)
        OR EXISTS (SELECT FROM geo_grid.post_history p WHERE p.changeset_id = c.id)
        OR EXISTS (SELECT FROM geo_grid.worker_history w WHERE w.changeset_id = c.id))
 ORDER BY c.id DESC LIMIT :most
"""

_TOUCHED = """
SELECT DISTINCT g.code
  FROM geo_grid.grids g
 WHERE g.id IN (SELECT p.grid_id FROM geo_grid.post_history p WHERE p.changeset_id = :id)
    OR g.id IN (SELECT h.grid_id FROM geo_grid.household_history h WHERE h.changeset_id = :id)
    OR g.id IN (SELECT p.grid_id FROM geo_grid.assignment_history a JOIN geo_grid.posts p ON p.id = a.post_id
                 WHERE a.changeset_id = :id)
 ORDER BY 1
"""


_RETURN_SITES = """
UPDATE geo_grid.site_keepers k SET worker_id = o.id
  FROM geo_grid.workers o, geo_grid.workers n, geo_grid.risk_sites r, geo_grid.grids g,
       unnest(CAST(:sites AS text[]), CAST(:grids AS text[])) AS part (site, grid)
 WHERE o.code = :giver AND n.code = :taker AND k.worker_id = n.id
   AND r.id = k.site_id AND r.code = part.site AND g.id = k.grid_id AND g.code = part.grid
"""


def return_sites(conn: Connection, giver: str, taker: str, parts: Sequence[tuple[str, str]]) -> None:
    """Give the parts of risk sites (site, grid) back to who kept them, unless somebody else keeps them by now."""
    values = {"giver": giver, "taker": taker, "sites": [one[0] for one in parts], "grids": [one[1] for one in parts]}
    conn.execute(text(_RETURN_SITES), values)


def latest_changes(conn: Connection, most: int) -> Sequence[Row[tuple[int, datetime, str, str, int | None, int, int]]]:
    """The latest changes of staffing: id, moment, actor, note, the undo's id, assignments, households."""
    return conn.execute(text(_LATEST), {"most": most}).all()


def touched_grids(conn: Connection, changeset_id: int) -> list[str]:
    """The codes of the grids whose posts or households the change set changed."""
    return list(conn.execute(text(_TOUCHED), {"id": changeset_id}).scalars())
