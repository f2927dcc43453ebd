"""The rows of risk sites, staged, compared and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geo_grid.db.staging import stage
from geo_grid.risks.model import RiskSite

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
        [site.kind.code for site in sites],
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
