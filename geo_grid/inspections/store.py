"""The rows of inspections, their findings, photos and rhythms, read and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_grid.errors import NotFound
from geo_grid.inspections.duties import Patrols
from geo_grid.inspections.model import Inspection, NewInspection, Photo, Rhythms, SiteFinding
from geo_grid.risks import SiteParts, read_site_parts
from geo_grid.vocabulary import Season, Tier

_LAST = """
SELECT i.site_id, g.code, max(i.done_on)
  FROM geo_grid.inspections i
  JOIN geo_grid.grids g ON g.id = i.grid_id
 GROUP BY 1, 2
 ORDER BY 1, 2
"""

_NAMED = """
SELECT k.site_id, g.code, w.code
  FROM geo_grid.site_keepers k
  JOIN geo_grid.grids g ON g.id = k.grid_id
  JOIN geo_grid.workers w ON w.id = k.worker_id
 ORDER BY k.id
"""

_TOUCHES = """
WITH RECURSIVE above (grid_id, parent_id) AS (
    SELECT v.grid_id, v.parent_id
      FROM geo_grid.risk_sites s
      JOIN geo_grid.grid_versions v ON v.own && s.geom AND ST_Intersects(v.own, s.geom)
     WHERE s.code = :site AND upper_inf(v.valid)
     UNION
    SELECT v.grid_id, v.parent_id
      FROM above a JOIN geo_grid.grid_versions v ON v.grid_id = a.parent_id AND upper_inf(v.valid)
)
SELECT EXISTS (SELECT FROM above a JOIN geo_grid.grids g ON g.id = a.grid_id WHERE g.code = :grid)
"""

_ADD = """
INSERT INTO geo_grid.inspections (site_id, site_code, grid_id, worker, done_on, note, by, request)
SELECT s.id, s.code, g.id, :worker, :done_on, :note, :by, :request
  FROM geo_grid.risk_sites s, geo_grid.grids g
 WHERE s.code = :site AND g.code = :grid
RETURNING id
"""

_INSPECTIONS = """
SELECT i.id, i.site_code AS site, s.name AS site_name, s.kind, g.code AS grid, v.name AS grid_name, g.tier, i.worker,
        i.done_on, i.note, i.by, i.made_at,
       (SELECT count(*) FROM geo_grid.inspection_findings f WHERE f.inspection_id = i.id) AS findings,
       (SELECT count(*) FROM geo_grid.inspection_findings f WHERE f.inspection_id = i.id AND f.closed_on IS NULL)
           AS open_findings,
       array(SELECT p.id FROM geo_grid.inspection_photos p WHERE p.inspection_id = i.id ORDER BY p.id) AS photos
  FROM geo_grid.inspections i
  JOIN geo_grid.grids g ON g.id = i.grid_id
  LEFT JOIN geo_grid.risk_sites s ON s.id = i.site_id
 CROSS JOIN LATERAL (SELECT n.name FROM geo_grid.grid_versions n WHERE n.grid_id = g.id
                      ORDER BY n.valid DESC LIMIT 1) v
 WHERE {which}
 ORDER BY i.done_on DESC, i.id DESC
 LIMIT :most
"""

_FINDINGS = """
SELECT f.id, i.id, i.site_code, s.name, g.code, f.says, i.done_on, f.follow_up_on, f.closed_on, f.closed_by, f.closing
  FROM geo_grid.inspection_findings f
  JOIN geo_grid.inspections i ON i.id = f.inspection_id
  JOIN geo_grid.grids g ON g.id = i.grid_id
  LEFT JOIN geo_grid.risk_sites s ON s.id = i.site_id
 WHERE {which}
 ORDER BY f.closed_on DESC NULLS FIRST, f.follow_up_on NULLS LAST, f.id
 LIMIT :most
"""


def read_patrols(conn: Connection, sites: SiteParts | None = None) -> Patrols:
    """All that inspections depend on; `sites` as they are known already, read when they are not."""
    last = {(row[0], row[1]): row[2] for row in conn.execute(text(_LAST))}
    named = {(row[0], row[1]): row[2] for row in conn.execute(text(_NAMED))}
    return Patrols(read_site_parts(conn) if sites is None else sites, read_rhythms(conn), last, named)


def read_rhythms(conn: Connection) -> Rhythms:
    """The county's rhythms and seasons."""
    days = conn.execute(text("SELECT kind, tier, season, every_days FROM geo_grid.rhythms ORDER BY 1, 2, 3")).all()
    months = conn.execute(text("SELECT season FROM geo_grid.seasons ORDER BY month")).scalars()
    return Rhythms(
        {(kind, Tier[tier], Season[season]): every for kind, tier, season, every in days},
        tuple(Season[season] for season in months),
    )


def write_rhythm(conn: Connection, kind: str, tier: Tier, season: Season, days: int | None) -> None:
    """Another rhythm; None takes it away."""
    key = {"kind": kind, "tier": tier.code, "season": season.code}
    if days is None:
        gone = "DELETE FROM geo_grid.rhythms WHERE kind = :kind AND tier = :tier AND season = :season"
        conn.execute(text(gone), key)
        return
    query = (
        "INSERT INTO geo_grid.rhythms (kind, tier, season, every_days) VALUES (:kind, :tier, :season, :days) "
        "ON CONFLICT (kind, tier, season) DO UPDATE SET every_days = :days, changed_at = clock_timestamp()"
    )
    conn.execute(text(query), key | {"days": days})


def write_seasons(conn: Connection, months: Sequence[Season]) -> None:
    """The season of each month, January first."""
    for month, season in enumerate(months, start=1):
        query = "UPDATE geo_grid.seasons SET season = :season WHERE month = :month"
        conn.execute(text(query), {"month": month, "season": season.code})


def touches(conn: Connection, site: str, grid: str) -> bool:
    """Whether a site touches the ground of a grid or of one below it."""
    return bool(conn.execute(text(_TOUCHES), {"site": site, "grid": grid}).scalar_one())


def inspection_of_request(conn: Connection, request: str) -> int | None:
    """The number of the inspection that was recorded under a request."""
    query = text("SELECT id FROM geo_grid.inspections WHERE request = :request")
    return conn.execute(query, {"request": request}).scalar_one_or_none()


def add_inspection(conn: Connection, new: NewInspection, by: str) -> int:
    """The number of a new inspection with its findings and photos."""
    values = {"site": new.site, "grid": new.grid, "worker": new.worker, "done_on": new.done_on, "note": new.note}
    number = int(conn.execute(text(_ADD), values | {"by": by, "request": new.request}).scalar_one())
    for finding in new.findings:
        query = "INSERT INTO geo_grid.inspection_findings (inspection_id, says, follow_up_on) VALUES (:id, :says, :on)"
        conn.execute(text(query), {"id": number, "says": finding.says.strip(), "on": finding.follow_up_on})
    for photo in new.photos:
        query = (
            "INSERT INTO geo_grid.inspection_photos (inspection_id, width, height, jpeg) "
            "VALUES (:id, :width, :height, :jpeg)"
        )
        conn.execute(text(query), {"id": number, "width": photo.width, "height": photo.height, "jpeg": photo.jpeg})
    return number


def read_photo(conn: Connection, number: int) -> Photo:
    """A photo; raises `NotFound`."""
    query = text("SELECT width, height, jpeg FROM geo_grid.inspection_photos WHERE id = :id")
    row = conn.execute(query, {"id": number}).one_or_none()
    if row is None:
        raise NotFound.of("there is no photo %(number)s", number=number)
    return Photo(row[0], row[1], bytes(row[2]))


def _inspections(conn: Connection, which: str, **values: Any) -> list[Inspection]:
    """Inspections by a condition of ours."""
    rows = conn.execute(text(_INSPECTIONS.format(which=which)), values).all()
    return [Inspection(**dict(row._mapping) | {"photos": tuple(row.photos)}) for row in rows]


def read_inspections(conn: Connection, *, site: str | None = None, most: int = 100) -> list[Inspection]:
    """The latest inspections, those of one site when it is named."""
    return _inspections(conn, "CAST(:site AS text) IS NULL OR i.site_code = :site", site=site, most=most)


def read_inspection(conn: Connection, number: int) -> Inspection:
    """One inspection; raises `NotFound`."""
    found = _inspections(conn, "i.id = :id", id=number, most=1)
    if not found:
        raise NotFound.of("there is no inspection %(number)s", number=number)
    return found[0]


def read_inspected(conn: Connection, first: date, last: date, most: int) -> list[Inspection]:
    """The inspections of the days from `first` to `last`."""
    return _inspections(conn, "i.done_on BETWEEN :first AND :last", first=first, last=last, most=most)


def read_findings(conn: Connection, *, inspection: int | None = None, site: str | None = None) -> list[SiteFinding]:
    """Findings of one inspection or one site, or of all; open ones first, at most 500."""
    which = (
        "(CAST(:inspection AS bigint) IS NULL OR i.id = :inspection) "
        "AND (CAST(:site AS text) IS NULL OR s.code = :site)"
    )
    rows = conn.execute(text(_FINDINGS.format(which=which)), {"inspection": inspection, "site": site, "most": 500})
    return [SiteFinding(*row) for row in rows]


def close_finding(conn: Connection, finding: int, *, by: str, closing: str) -> bool:
    """Whether an open finding was closed today."""
    query = (
        "UPDATE geo_grid.inspection_findings SET closed_on = current_date, closed_by = :by, closing = :closing "
        "WHERE id = :id AND closed_on IS NULL"
    )
    return conn.execute(text(query), {"id": finding, "by": by, "closing": closing}).rowcount > 0


def finding_grid(conn: Connection, finding: int) -> str:
    """The code of the grid in which a finding was made; raises `NotFound`."""
    query = text(
        "SELECT g.code FROM geo_grid.inspection_findings f JOIN geo_grid.inspections i ON i.id = f.inspection_id "
        "JOIN geo_grid.grids g ON g.id = i.grid_id WHERE f.id = :id"
    )
    code = conn.execute(query, {"id": finding}).scalar_one_or_none()
    if code is None:
        raise NotFound.of("there is no finding %(finding)s: look at the list again", finding=finding)
    return str(code)


_PART = "site_id = (SELECT id FROM geo_grid.risk_sites WHERE code = :site)"


def drop_keeper(conn: Connection, site: str, grid: str) -> None:
    """Nobody is named for the part any more."""
    query = (
        f"DELETE FROM geo_grid.site_keepers WHERE {_PART} "  # noqa: S608  (our own words only)
        "AND grid_id = (SELECT id FROM geo_grid.grids WHERE code = :grid)"
    )
    conn.execute(text(query), {"site": site, "grid": grid})


def add_keeper(conn: Connection, site: str, grid: str, worker: str, by: str) -> None:
    """A worker is named for the part."""
    query = (
        "INSERT INTO geo_grid.site_keepers (site_id, grid_id, worker_id, by) "
        "SELECT s.id, g.id, w.id, :by FROM geo_grid.risk_sites s, geo_grid.grids g, geo_grid.workers w "
        "WHERE s.code = :site AND g.code = :grid AND w.code = :worker"
    )
    conn.execute(text(query), {"site": site, "grid": grid, "worker": worker, "by": by})


def add_past(conn: Connection, done: Iterable[tuple[str, str, str | None, date, str]], by: str) -> None:
    """Inspections of the past, each (site, grid, worker, day, request), without findings: what a demo begins with."""
    rows = [
        {"site": site, "grid": grid, "worker": worker, "done_on": day, "request": request, "note": "", "by": by}
        for site, grid, worker, day, request in done
    ]
    if rows:
        conn.execute(text(_ADD.replace("RETURNING id", "")), rows)
