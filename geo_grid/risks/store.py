"""The rows of risk sites, staged, compared and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from geo_grid.db.staging import stage
from geo_grid.grids import read_cells
from geo_grid.risks.kinds.model import SiteKind
from geo_grid.risks.model import RiskSite
from geo_grid.risks.sites import Site, SiteImage, SiteParts

_STAGED = {"code": "text", "name": "text", "kind": "text", "note": "text", "geom": "geometry"}
_DIFFERS = """(
    (r.name, r.kind, r.note) IS DISTINCT FROM (s.name, s.kind, coalesce(s.note, r.note))
    OR NOT (r.geom = s.geom OR ST_Normalize(r.geom) = ST_Normalize(s.geom)))"""

_COMPARE = f"""
SELECT count(*) FILTER (WHERE r.id IS NULL), count(*) FILTER (WHERE r.id IS NOT NULL AND {_DIFFERS}), count(*)
  FROM pg_temp.staged_risk_sites s
  LEFT JOIN geo_grid.risk_sites r ON r.code = s.code
"""  # noqa: S608  (our own words only)

_DIFFERENCE = f"""
SELECT array(SELECT s.code FROM pg_temp.staged_risk_sites s
              WHERE NOT EXISTS (SELECT FROM geo_grid.risk_sites r WHERE r.code = s.code) ORDER BY 1),
       array(SELECT s.code FROM pg_temp.staged_risk_sites s JOIN geo_grid.risk_sites r ON r.code = s.code
              WHERE {_DIFFERS} ORDER BY 1),
       array(SELECT r.code FROM geo_grid.risk_sites r
              WHERE NOT EXISTS (SELECT FROM pg_temp.staged_risk_sites s WHERE s.code = r.code) ORDER BY 1)
"""  # noqa: S608  (our own words only)

_UPDATE = f"""
UPDATE geo_grid.risk_sites r
   SET name = s.name, kind = s.kind, note = coalesce(s.note, r.note), geom = s.geom
  FROM pg_temp.staged_risk_sites s
 WHERE r.code = s.code AND {_DIFFERS}
"""  # noqa: S608  (our own words only)

_INSERT = """
INSERT INTO geo_grid.risk_sites (code, name, kind, note, geom)
SELECT s.code, s.name, s.kind, coalesce(s.note, ''), s.geom
  FROM pg_temp.staged_risk_sites s
 WHERE NOT EXISTS (SELECT FROM geo_grid.risk_sites r WHERE r.code = s.code)
 ORDER BY s.code
"""


def read_shapes(conn: Connection, codes: Iterable[str]) -> dict[str, Any]:
    """The shapes of the standing sites with those codes."""
    query = text("SELECT code, ST_AsBinary(geom) FROM geo_grid.risk_sites WHERE code = ANY(:codes) ORDER BY code")
    return {code: shapely.from_wkb(bytes(shape)) for code, shape in conn.execute(query, {"codes": list(codes)})}


def stage_risk_sites(conn: Connection, sites: Sequence[RiskSite]) -> None:
    """Bring the sites into the database, to be compared and written."""
    columns: list[list[str | None]] = [
        [site.code for site in sites],
        [site.name for site in sites],
        [site.kind for site in sites],
        [site.note for site in sites],
        [site.geom for site in sites],
    ]
    stage(conn, "staged_risk_sites", _STAGED, columns)


def compare_risk_sites(conn: Connection) -> tuple[int, int, int]:
    """How many staged sites are new, changed, and staged in all."""
    new, changed, total = conn.execute(text(_COMPARE)).one()
    return int(new), int(changed), int(total)


def differing_risk_sites(conn: Connection, limit: int) -> tuple[list[str], list[str], list[str]]:
    """The codes of staged sites that are new, of those that are changed, and of standing ones that are not staged."""
    new, changed, gone = conn.execute(text(_DIFFERENCE)).one()
    return new[:limit], changed[:limit], gone


def write_risk_sites(conn: Connection) -> None:
    """Write the staged sites that are new or changed."""
    conn.execute(text(_UPDATE))
    conn.execute(text(_INSERT))


#: A site came on the day of its first image; the clock of the county is the database's.
_STANDING = """
SELECT s.id, s.code, s.name, s.kind, s.note,
       coalesce((SELECT min(c.at)::date FROM geo_grid.risk_site_history h
                   JOIN geo_grid.changesets c ON c.id = h.changeset_id WHERE h.id = s.id), current_date),
       ST_X(p.at), ST_Y(p.at), ST_AsBinary(s.geom), k.zh, k.en, k.symbol
  FROM geo_grid.risk_sites s
  JOIN geo_grid.risk_kinds k ON k.code = s.kind
 CROSS JOIN LATERAL (SELECT ST_Transform(ST_PointOnSurface(s.geom), 4326) AS at OFFSET 0) p
 ORDER BY k.rank, s.code
"""


def read_site_parts(conn: Connection) -> SiteParts:
    """All sites by kind and code, and the grids whose own ground each one touches."""
    rows = conn.execute(text(_STANDING)).all()
    sites = tuple(Site(row[0], row[1], row[2], SiteKind(row[3], *row[9:12]), *row[4:8]) for row in rows)
    codes, cells = read_cells(conn)
    if not sites or not codes:
        return SiteParts(sites)
    shapes = shapely.from_wkb([bytes(row[8]) for row in rows])
    places, grounds = shapely.STRtree(cells).query(shapes, predicate="intersects")
    order = np.lexsort((grounds, places))
    return SiteParts(
        sites, tuple((int(place), codes[ground]) for place, ground in zip(places[order], grounds[order], strict=True))
    )


def site_exists(conn: Connection, code: str) -> bool:
    """Whether there is a site with that code."""
    query = text("SELECT EXISTS (SELECT FROM geo_grid.risk_sites WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


_NEXT_CODE = """
SELECT 'R' || lpad((1 + geo_grid.latest_number('risk_site'))::text, 5, '0')
"""


def next_code(conn: Connection) -> str:
    """A code of ours, R and a number, that no site ever had."""
    return str(conn.execute(text(_NEXT_CODE)).scalar_one())


def insert_site(conn: Connection, site: RiskSite) -> None:
    """A new site."""
    query = "INSERT INTO geo_grid.risk_sites (code, name, kind, note, geom) VALUES (:code, :name, :kind, :note, :geom)"
    conn.execute(text(query), _values(site))


def update_site(conn: Connection, site: RiskSite) -> bool:
    """Whether the site got another name, kind and note, and another shape when one is given."""
    query = (
        "UPDATE geo_grid.risk_sites SET name = :name, kind = :kind, note = :note, "
        "geom = coalesce(CAST(:geom AS geometry), geom) WHERE code = :code"
    )
    return conn.execute(text(query), _values(site) | {"geom": site.geom or None}).rowcount > 0


def delete_site(conn: Connection, code: str) -> bool:
    """Whether the site's row was taken away; the images it had stay."""
    return conn.execute(text("DELETE FROM geo_grid.risk_sites WHERE code = :code"), {"code": code}).rowcount > 0


def _values(site: RiskSite) -> dict[str, str | None]:
    """A site as parameters."""
    return {"code": site.code, "name": site.name, "kind": site.kind, "note": site.note or "", "geom": site.geom}


_PAST = """
SELECT h.op, h.name, h.kind, h.note, c.at, c.actor, c.note,
       lag(ST_AsBinary(h.geom)) OVER w IS DISTINCT FROM ST_AsBinary(h.geom)
  FROM geo_grid.risk_site_history h
  JOIN geo_grid.changesets c ON c.id = h.changeset_id
 WHERE h.code = :code
WINDOW w AS (ORDER BY h.seq)
 ORDER BY h.seq DESC
 LIMIT 100
"""


def read_site_past(conn: Connection, code: str) -> list[SiteImage]:
    """Every image that the sites with that code had, the latest first, at most 100."""
    return [SiteImage(*row) for row in conn.execute(text(_PAST), {"code": code})]


def kinds_of_risk_sites(conn: Connection, codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The kind and the name of each of these sites."""
    query = text("SELECT code, kind, name FROM geo_grid.risk_sites WHERE code = ANY(:codes) ORDER BY code")
    return {code: (kind, name) for code, kind, name in conn.execute(query, {"codes": list(codes)})}


def remove_risk_sites(conn: Connection, codes: Sequence[str]) -> None:
    """Take sites out of the county; what they were stays in the history."""
    conn.execute(text("DELETE FROM geo_grid.risk_sites WHERE code = ANY(:codes)"), {"codes": list(codes)})
