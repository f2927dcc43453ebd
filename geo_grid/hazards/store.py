"""The rows of hazard zones and of the households in them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, text

from geo_grid.errors import NotFound
from geo_grid.hazards.model import Threatened, Zone, ZoneDraft, ZoneImage
from geo_grid.phones import Holder, vault_of
from geo_grid.vocabulary import Hazard

_ZONES = """
SELECT z.code, z.name, z.hazard, z.signal, z.route, z.shelter, ST_Area(z.geom) AS area_m2,
       (SELECT count(*) FROM geo_grid.households h WHERE h.point && z.geom AND ST_Intersects(z.geom, h.point))
           AS households,
       ST_AsGeoJSON(d.geom, 7) AS geometry,
       ST_XMin(b.box) AS west, ST_YMin(b.box) AS south, ST_XMax(b.box) AS east, ST_YMax(b.box) AS north
  FROM geo_grid.hazard_zones z
 CROSS JOIN LATERAL (SELECT ST_Transform(z.geom, 4326) AS geom OFFSET 0) d
 CROSS JOIN LATERAL (SELECT Box2D(d.geom) AS box) b
 WHERE CAST(:code AS text) IS NULL OR z.code = :code
 ORDER BY z.code
 LIMIT 1000
"""

#: The shelter is the zone's own, else the nearest facility outside every hazard zone.
_THREATENED = """
SELECT h.code, h.address, h.persons, g.code AS grid, v.name AS grid_name, w.code AS worker, w.name AS worker_name,
       w.phone AS worker_phone, f.name AS shelter, f.address AS shelter_address, f.away AS shelter_m
  FROM geo_grid.hazard_zones z
  JOIN geo_grid.households h ON h.point && z.geom AND ST_Intersects(z.geom, h.point)
  JOIN geo_grid.grids g ON g.id = h.grid_id
  JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid)
  LEFT JOIN geo_grid.workers w ON w.id = h.contact_id
  LEFT JOIN LATERAL (
        SELECT s.name, s.address, ST_Distance(s.point, h.point) AS away
          FROM geo_grid.facilities s
         WHERE CASE WHEN z.shelter IS NULL
                    THEN NOT EXISTS (SELECT FROM geo_grid.hazard_zones o WHERE ST_Intersects(o.geom, s.point))
                    ELSE s.code = z.shelter END
         ORDER BY s.point <-> h.point, s.code
         LIMIT 1) f ON true
 WHERE z.code = :code
 ORDER BY g.code, h.code
 LIMIT :most
"""


def read_zones(conn: Connection) -> list[Zone]:
    """All hazard zones, by code, at most 1,000."""
    return [_zone(row) for row in conn.execute(text(_ZONES), {"code": None})]


def read_zone(conn: Connection, code: str) -> Zone:
    """One hazard zone; raises `NotFound`."""
    row = conn.execute(text(_ZONES), {"code": code}).one_or_none()
    if row is None:
        raise NotFound.of("there is no hazard zone %(code)s: see the list of hazard zones", code=repr(code[:60]))
    return _zone(row)


def _zone(row: Row[Any]) -> Zone:
    """A zone of its row."""
    given = dict(row._mapping)
    bounds = tuple(given.pop(side) for side in ("west", "south", "east", "north"))
    return Zone(
        **given | {"hazard": Hazard[row.hazard], "geometry": json.loads(row.geometry)},
        bounds=bounds,
    )


def read_threatened(conn: Connection, code: str, most: int) -> list[Threatened]:
    """The households in a zone, by grid and code, phones opened."""
    vault = vault_of(conn)
    rows = conn.execute(text(_THREATENED), {"code": code, "most": most}).all()
    phones = [vault.open_or_keep(Holder.WORKER, row.worker or "", row.worker_phone) for row in rows]
    return [Threatened(**dict(row._mapping) | {"worker_phone": phone}) for row, phone in zip(rows, phones, strict=True)]


def zone_exists(conn: Connection, code: str) -> bool:
    """Whether there is a zone with that code."""
    query = text("SELECT EXISTS (SELECT FROM geo_grid.hazard_zones WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


def facility_exists(conn: Connection, code: str) -> bool:
    """Whether there is a facility with that code."""
    query = text("SELECT EXISTS (SELECT FROM geo_grid.facilities WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


_NEXT_CODE = """
SELECT 'Z' || lpad((1 + geo_grid.latest_number('hazard_zone'))::text, 4, '0')
"""


def next_code(conn: Connection) -> str:
    """A code of ours, Z and a number, that no zone ever had."""
    return str(conn.execute(text(_NEXT_CODE)).scalar_one())


def insert_zone(conn: Connection, draft: ZoneDraft, shape: str, by: str) -> None:
    """A new zone."""
    query = (
        "INSERT INTO geo_grid.hazard_zones (code, name, hazard, signal, route, shelter, by, geom) "
        "VALUES (:code, :name, :hazard, :signal, :route, :shelter, :by, :geom)"
    )
    conn.execute(text(query), _values(draft) | {"by": by, "geom": shape})


def update_zone(conn: Connection, draft: ZoneDraft, shape: str, by: str) -> bool:
    """Whether the zone got other words and, when one is given, another area."""
    query = (
        "UPDATE geo_grid.hazard_zones SET name = :name, hazard = :hazard, signal = :signal, route = :route, "
        "shelter = :shelter, by = :by, changed_at = clock_timestamp(), geom = coalesce(CAST(:geom AS geometry), geom) "
        "WHERE code = :code"
    )
    return conn.execute(text(query), _values(draft) | {"by": by, "geom": shape or None}).rowcount > 0


def delete_zone(conn: Connection, code: str) -> bool:
    """Whether the zone's row was taken away."""
    return conn.execute(text("DELETE FROM geo_grid.hazard_zones WHERE code = :code"), {"code": code}).rowcount > 0


def _values(draft: ZoneDraft) -> dict[str, str | None]:
    """A zone as parameters."""
    return {
        "code": draft.code.strip(),
        "name": draft.name.strip(),
        "hazard": draft.hazard,
        "signal": draft.signal.strip(),
        "route": draft.route.strip(),
        "shelter": draft.shelter.strip() or None,
    }


_PAST = """
SELECT h.op, h.name, h.hazard, h.signal, h.route, coalesce(f.name, h.shelter), c.at, c.actor, c.note,
       lag(ST_AsBinary(h.geom)) OVER w IS DISTINCT FROM ST_AsBinary(h.geom)
  FROM geo_grid.hazard_zone_history h
  JOIN geo_grid.changesets c ON c.id = h.changeset_id
  LEFT JOIN geo_grid.facilities f ON f.code = h.shelter
 WHERE h.code = :code
WINDOW w AS (ORDER BY h.seq)
 ORDER BY h.seq DESC
 LIMIT 100
"""


def read_zone_past(conn: Connection, code: str) -> list[ZoneImage]:
    """Every image that the zones with that code had, the latest first, at most 100."""
    rows = conn.execute(text(_PAST), {"code": code})
    return [ZoneImage(row[0], row[1], Hazard[row[2]], *row[3:]) for row in rows]


def shelters(conn: Connection) -> list[tuple[str, str]]:
    """The (code, name) of every facility that people can be sent to, at most 2,000."""
    rows = conn.execute(
        text(
            "SELECT f.code, f.name FROM geo_grid.facilities f JOIN geo_grid.facility_levels l ON l.code = f.level "
            "ORDER BY l.rank, f.code LIMIT 2000"
        )
    )
    return [(code, name) for code, name in rows]
