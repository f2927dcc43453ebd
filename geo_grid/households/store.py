"""The rows of households, staged, compared and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, text

from geo_grid.db.staging import Told, append, stage, unload
from geo_grid.households.model import Doors, HouseholdRows
from geo_grid.phones import Holder, vault_of

_STAGED = {
    "place": "integer",
    "code": "text",
    "address": "text",
    "persons": "smallint",
    "phone": "text",
    "contact": "text",
    "point": "geometry",
    "grid": "text",
}

_DIFFERS = """
(h.point, h.grid_id,
 CASE WHEN :address THEN h.address END,
 CASE WHEN :persons THEN h.persons END,
 CASE WHEN :phone THEN h.phone END,
 CASE WHEN :contact THEN h.contact_id END)
IS DISTINCT FROM
(s.point, g.id,
 CASE WHEN :address THEN coalesce(s.address, '') END,
 CASE WHEN :persons THEN s.persons END,
 CASE WHEN :phone THEN s.phone END,
 CASE WHEN :contact THEN w.id END)
"""

_COMPARE = f"""
SELECT count(*) FILTER (WHERE h.id IS NULL),
       count(*) FILTER (WHERE h.id IS NOT NULL
                          AND (({_DIFFERS}) OR (:contact AND w.id IS NULL AND s.contact IS NOT NULL))),
       count(*)
  FROM pg_temp.staged_households s
  LEFT JOIN geo_grid.households h ON h.code = s.code
  LEFT JOIN geo_grid.grids g ON g.code = s.grid
  LEFT JOIN geo_grid.workers w ON w.code = s.contact
"""  # noqa: S608  (our own words only)

_DIFFERENCE = f"""
WITH missing AS MATERIALIZED (
    SELECT h.code FROM geo_grid.households h
     WHERE NOT EXISTS (SELECT FROM pg_temp.staged_households s WHERE s.code = h.code)
)
SELECT array(SELECT s.code FROM pg_temp.staged_households s
              WHERE NOT EXISTS (SELECT FROM geo_grid.households h WHERE h.code = s.code) ORDER BY 1 LIMIT :limit),
       array(SELECT s.code FROM pg_temp.staged_households s JOIN geo_grid.households h ON h.code = s.code
               LEFT JOIN geo_grid.grids g ON g.code = s.grid LEFT JOIN geo_grid.workers w ON w.code = s.contact
              WHERE ({_DIFFERS}) OR (:contact AND w.id IS NULL AND s.contact IS NOT NULL) ORDER BY 1 LIMIT :limit),
       array(SELECT code FROM missing ORDER BY 1 LIMIT :limit),
       (SELECT count(*) FROM missing)
"""  # noqa: S608  (our own words only)

_UPDATE = f"""
UPDATE geo_grid.households h
   SET point = s.point, grid_id = g.id,
       address = CASE WHEN :address THEN coalesce(s.address, '') ELSE h.address END,
       persons = CASE WHEN :persons THEN s.persons ELSE h.persons END,
       phone = CASE WHEN :phone THEN s.phone ELSE h.phone END,
       contact_id = CASE WHEN :contact THEN w.id ELSE h.contact_id END
  FROM pg_temp.staged_households s
  JOIN geo_grid.grids g ON g.code = s.grid
  LEFT JOIN geo_grid.workers w ON w.code = s.contact
 WHERE h.code = s.code AND ({_DIFFERS})
"""  # noqa: S608  (our own words only)

_INSERT = """
INSERT INTO geo_grid.households (code, address, persons, phone, point, grid_id, contact_id)
SELECT s.code, coalesce(s.address, ''), s.persons, s.phone, s.point, g.id, w.id
  FROM pg_temp.staged_households s
  JOIN geo_grid.grids g ON g.code = s.grid
  LEFT JOIN geo_grid.workers w ON w.code = s.contact
 WHERE NOT EXISTS (SELECT FROM geo_grid.households h WHERE h.code = s.code)
 ORDER BY s.place
"""


def stage_households(conn: Connection, rows: HouseholdRows, *, told: Told | None = None) -> None:
    """Bring the rows into the database, to be compared and written."""
    places = [str(place) for place in range(len(rows.codes))]
    phones = vault_of(conn).seal_all(Holder.HOUSEHOLD, rows.codes, rows.phones)
    columns = [
        places,
        rows.codes,
        rows.addresses,
        rows.persons,
        phones,
        rows.contacts,
        rows.points,
        rows.grids,
    ]
    stage(conn, "staged_households", _STAGED, columns, told=told)


def sealed(conn: Connection, rows: HouseholdRows) -> HouseholdRows:
    """The rows with their phones as they are stored; nothing is asked of the database."""
    return replace(rows, phones=vault_of(conn).seal_all(Holder.HOUSEHOLD, rows.codes, rows.phones))


def append_households(conn: Connection, rows: HouseholdRows, *, told: Told | None = None) -> None:
    """Write households none of which is there yet, with sealed phones, straight into the table."""
    grids = {code: str(id) for code, id in conn.execute(text("SELECT code, id FROM geo_grid.grids"))}
    workers = {code: str(id) for code, id in conn.execute(text("SELECT code, id FROM geo_grid.workers"))}
    columns: list[Sequence[str | None]] = [
        rows.codes,
        [address or "" for address in rows.addresses],
        rows.persons,
        rows.phones,
        rows.points,
        [grids[code] for code in rows.grids],
        [None if code is None else workers[code] for code in rows.contacts],
    ]
    names = ("code", "address", "persons", "phone", "point", "grid_id", "contact_id")
    append(conn, "geo_grid.households", names, columns, told=told)


def any_households(conn: Connection) -> bool:
    """Whether there is any household."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM geo_grid.households)")).scalar_one())


def compare_households(conn: Connection, given: frozenset[str]) -> tuple[int, int, int]:
    """How many staged households are new, changed, and staged in all."""
    new, changed, total = conn.execute(text(_COMPARE), _flags(given)).one()
    return int(new), int(changed), int(total)


def differing_households(
    conn: Connection, given: frozenset[str], limit: int
) -> tuple[list[str], list[str], list[str], int]:
    """Codes of staged households that are new, of changed ones, of standing ones not staged, and how many of these."""
    new, changed, gone, count = conn.execute(text(_DIFFERENCE), _flags(given) | {"limit": limit}).one()
    return new, changed, gone, int(count)


def write_households(conn: Connection, given: frozenset[str]) -> None:
    """Write the staged households that are new or changed."""
    conn.execute(text(_UPDATE), _flags(given))
    conn.execute(text(_INSERT))


def missing_households(conn: Connection) -> list[tuple[str, str]]:
    """The codes of the households that stand and are not staged, each with the code of its grid."""
    query = (
        "SELECT h.code, g.code FROM geo_grid.households h JOIN geo_grid.grids g ON g.id = h.grid_id "
        "WHERE NOT EXISTS (SELECT FROM pg_temp.staged_households s WHERE s.code = h.code) ORDER BY g.code, h.code"
    )
    return [(code, grid) for code, grid in conn.execute(text(query))]


def remove_households(conn: Connection, codes: Sequence[str]) -> None:
    """Take households out of the county; what they were stays in the history."""
    conn.execute(text("DELETE FROM geo_grid.households WHERE code = ANY(:codes)"), {"codes": list(codes)})


def households_in(conn: Connection, grids: Iterable[str]) -> tuple[list[str], list[str], npt.NDArray[np.float64]]:
    """The households in the grids with those codes: their codes, their grids' codes, their points (n, 2)."""
    rows = conn.execute(
        text(
            "SELECT h.code, g.code, ST_X(h.point), ST_Y(h.point) FROM geo_grid.households h "
            "JOIN geo_grid.grids g ON g.id = h.grid_id WHERE g.code = ANY(:grids) ORDER BY h.id"
        ),
        {"grids": list(grids)},
    ).all()
    at = np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 2)
    return [row[0] for row in rows], [row[1] for row in rows], at


def read_points(conn: Connection, codes: Iterable[str]) -> dict[str, Any]:
    """The points of the standing households with those codes."""
    query = text("SELECT code, ST_AsBinary(point) FROM geo_grid.households WHERE code = ANY(:codes) ORDER BY code")
    return {code: shapely.from_wkb(bytes(point)) for code, point in conn.execute(query, {"codes": list(codes)})}


def move_households(conn: Connection, codes: Sequence[str], grids: Sequence[str]) -> None:
    """Put each household into the grid named beside it; those that lie there already stay untouched."""
    stage(conn, "moved_households", {"code": "text", "grid": "text"}, [codes, grids])
    conn.execute(
        text(
            "UPDATE geo_grid.households h SET grid_id = g.id FROM pg_temp.moved_households m "
            "JOIN geo_grid.grids g ON g.code = m.grid WHERE h.code = m.code AND h.grid_id <> g.id"
        )
    )


def _flags(given: frozenset[str]) -> dict[str, Any]:
    """Which optional columns were given, as parameters."""
    return {name: name in given for name in ("address", "persons", "phone", "contact")}


def read_doors_of_contacts(conn: Connection) -> Doors:
    """All households, grid by grid, without their codes and points."""
    rows = conn.execute(
        text(
            "SELECT g.code, coalesce(w.code, ''), n.households "
            "FROM (SELECT grid_id, contact_id, count(*) AS households FROM geo_grid.households GROUP BY 1, 2) n "
            "JOIN geo_grid.grids g ON g.id = n.grid_id LEFT JOIN geo_grid.workers w ON w.id = n.contact_id "
            "ORDER BY 1, 2"
        )
    ).all()
    grids = [code for code, _, households in rows for _ in range(households)]
    contacts = [code for _, code, households in rows for _ in range(households)]
    return Doors([""] * len(grids), np.full((len(grids), 2), np.nan), grids, contacts)


def read_doors(conn: Connection) -> Doors:
    """All households."""
    rows = unload(
        conn,
        "SELECT h.code, ST_X(h.point), ST_Y(h.point), g.code, w.code FROM geo_grid.households h "
        "JOIN geo_grid.grids g ON g.id = h.grid_id LEFT JOIN geo_grid.workers w ON w.id = h.contact_id ORDER BY h.id",
    )
    if not rows:
        return Doors((), np.empty((0, 2)), (), ())
    codes, x, y, grids, contacts = zip(*rows, strict=True)
    return Doors(
        codes, np.column_stack([np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)]), grids, contacts
    )
