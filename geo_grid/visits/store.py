"""The rows of visits and quotas, and of which worker an account belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geo_grid.visits.model import WINDOW_DAYS, NewVisit, Quota, Visit, Visited

_LATELY = """
SELECT w.code, g.code, v.done_on, v.households
  FROM geo_grid.visits v
  JOIN geo_grid.workers w ON w.id = v.worker_id
  JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE v.done_on > current_date - CAST(:days AS integer) AND v.done_on <= current_date
 ORDER BY v.id
"""

_ADD = """
INSERT INTO geo_grid.visits (worker_id, grid_id, done_on, households, note, by, request)
SELECT w.id, g.id, :done_on, :households, :note, :by, :request
  FROM geo_grid.workers w, geo_grid.grids g
 WHERE w.code = :worker AND g.code = :grid AND g.retired_at IS NULL
RETURNING id
"""

_VISITS = """
SELECT v.id, w.code, w.name, g.code, n.name, v.done_on, v.households, v.note, v.by
  FROM geo_grid.visits v
  JOIN geo_grid.workers w ON w.id = v.worker_id
  JOIN geo_grid.grids g ON g.id = v.grid_id
 CROSS JOIN LATERAL (SELECT e.name FROM geo_grid.grid_versions e WHERE e.grid_id = g.id
                      ORDER BY e.valid DESC LIMIT 1) n
 WHERE CAST(:worker AS text) IS NULL OR w.code = :worker
 ORDER BY v.done_on DESC, v.id DESC
 LIMIT :most
"""

_QUOTA = """
INSERT INTO geo_grid.visit_quotas (grid_id, visits, households)
SELECT g.id, :visits, :households FROM geo_grid.grids g WHERE g.code = :grid AND g.retired_at IS NULL
ON CONFLICT (grid_id) DO UPDATE
   SET visits = excluded.visits, households = excluded.households, changed_at = clock_timestamp()
"""


def read_visited(conn: Connection) -> Visited:
    """The visits of the past 30 days, and all quotas."""
    lately = conn.execute(text(_LATELY), {"days": WINDOW_DAYS}).all()
    quotas = conn.execute(
        text(
            "SELECT g.code, q.visits, q.households FROM geo_grid.visit_quotas q "
            "JOIN geo_grid.grids g ON g.id = q.grid_id ORDER BY g.code"
        )
    )
    return Visited(
        tuple((worker, grid, on, households) for worker, grid, on, households in lately),
        {grid: Quota(visits, households) for grid, visits, households in quotas},
    )


def visit_of_request(conn: Connection, request: str) -> int | None:
    """The number of the visit that was recorded under a request."""
    query = text("SELECT id FROM geo_grid.visits WHERE request = :request")
    return conn.execute(query, {"request": request}).scalar_one_or_none()


def add_visit(conn: Connection, new: NewVisit, by: str) -> int | None:
    """The number of a new visit; None for a grid that does not stand."""
    values = {"worker": new.worker, "grid": new.grid, "done_on": new.done_on, "households": new.households}
    return conn.execute(text(_ADD), values | {"note": new.note, "by": by, "request": new.request}).scalar_one_or_none()


def add_past_visits(conn: Connection, visits: Sequence[NewVisit], by: str) -> None:
    """Visits of the past: what a demo begins with."""
    for visit in visits:
        add_visit(conn, visit, by)


def read_visits(conn: Connection, *, worker: str | None = None, most: int = 100) -> list[Visit]:
    """The latest visits, those of one worker when named."""
    return [Visit(*row) for row in conn.execute(text(_VISITS), {"worker": worker, "most": most})]


def write_quota(conn: Connection, grid: str, quota: Quota | None) -> bool:
    """Whether a place has another quota now, or none of its own."""
    if quota is None:
        gone = "DELETE FROM geo_grid.visit_quotas WHERE grid_id = (SELECT id FROM geo_grid.grids WHERE code = :grid)"
        conn.execute(text(gone), {"grid": grid})
        return True
    values = {"grid": grid, "visits": quota.visits, "households": quota.households}
    return conn.execute(text(_QUOTA), values).rowcount > 0


def worker_of_account(conn: Connection, account: int) -> str | None:
    """The code of the worker that the account with that number belongs to; None when nobody said so."""
    query = text(
        "SELECT w.code FROM geo_grid.account_workers a JOIN geo_grid.workers w ON w.id = a.worker_id "
        "WHERE a.account_id = :account"
    )
    return conn.execute(query, {"account": account}).scalar_one_or_none()


def set_worker_of_account(conn: Connection, account: int, worker: str | None) -> None:
    """Say which worker an account belongs to; None: to nobody."""
    conn.execute(text("DELETE FROM geo_grid.account_workers WHERE account_id = :account"), {"account": account})
    if worker is not None:
        query = (
            "INSERT INTO geo_grid.account_workers (account_id, worker_id) "
            "SELECT :account, w.id FROM geo_grid.workers w WHERE w.code = :worker"
        )
        conn.execute(text(query), {"account": account, "worker": worker})
