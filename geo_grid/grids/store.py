"""The rows of grids and their versions, read and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, Row, text

from geo_grid.db.staging import append_bytes, integer, unload_bytes
from geo_grid.errors import BadInput
from geo_grid.grids.model import Grid, GridVersion, Net, StandingGrid
from geo_grid.partition import Cuts
from geo_grid.vocabulary import Tier

#: Shapes made of bytes at a time, so that both are never held in full.
_BATCH = 1000

_NET = """
SELECT g.id, g.code, g.tier, p.code, v.name, md5(ST_AsBinary(v.geom)), coalesce(md5(ST_AsBinary(v.own)), '')
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE upper_inf(v.valid)
 ORDER BY g.id
"""

# The codes of grids that an undo took back are free again, for these same grids.
_CODES_GIVEN = """
SELECT code FROM geo_grid.grids UNION SELECT code FROM geo_grid.grid_codes
EXCEPT
SELECT g.code FROM geo_grid.grids g
  JOIN (SELECT jsonb_array_elements_text(summary -> 'taken_back') AS code FROM geo_grid.changesets
         WHERE kind = 'undo' AND summary ? 'taken_back') AS u ON u.code = g.code
 WHERE g.retired_at IS NOT NULL
"""

_GROUND = """
SELECT g.code, ST_AsBinary(v.own), ST_AsBinary(v.geom)
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE upper_inf(v.valid) AND {wanted}
 ORDER BY g.id
"""


def lock_county(conn: Connection) -> int:
    """The county's SRID; writers of the net take turns from here on."""
    query = text("SELECT srid FROM geo_grid.county WHERE id = 1 FOR NO KEY UPDATE")
    return int(conn.execute(query).scalar_one())


def county_srid(conn: Connection) -> int:
    """The SRID of the county's CRS."""
    return int(conn.execute(text("SELECT srid FROM geo_grid.county WHERE id = 1")).scalar_one())


def read_net(conn: Connection) -> Net:
    """All grids that stand, without their ground."""
    rows = conn.execute(text(_NET)).all()
    given = conn.execute(text(_CODES_GIVEN)).scalars()
    grids = {row[1]: Grid(row[0], row[1], Tier[row[2]], *row[3:]) for row in rows}
    return Net(grids, frozenset(given))


def read_codes(conn: Connection) -> set[str]:
    """The codes of all grids that stand."""
    query = text(
        "SELECT g.code FROM geo_grid.grids g JOIN geo_grid.grid_versions v ON v.grid_id = g.id WHERE upper_inf(v.valid)"
    )
    return set(conn.execute(query).scalars())


def read_ids(conn: Connection) -> dict[str, int]:
    """The ids of all grids that stand, by code."""
    query = text("SELECT g.code, g.id FROM geo_grid.grids g WHERE g.retired_at IS NULL ORDER BY g.id")
    return {code: number for code, number in conn.execute(query)}  # noqa: C416  (rows are no pairs to mypy)


def read_geoms(conn: Connection, codes: Iterable[str]) -> dict[str, Any]:
    """The `geom` of the grids with those codes."""
    rows = conn.execute(text(_GROUND.format(wanted="g.code = ANY(:codes)")), {"codes": list(codes)}).all()
    shapes = shapely.from_wkb([bytes(row[2]) for row in rows])
    return dict(zip([row[0] for row in rows], shapes, strict=True))


def read_middles(conn: Connection, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The middle of the box around each of some standing grids, by code."""
    query = text(
        "SELECT g.code, (ST_XMin(v.geom) + ST_XMax(v.geom)) / 2, (ST_YMin(v.geom) + ST_YMax(v.geom)) / 2 "
        "FROM geo_grid.grids g JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid) "
        "WHERE g.code = ANY(:codes) ORDER BY g.code"
    )
    return {code: (x, y) for code, x, y in conn.execute(query, {"codes": list(codes)})}


def read_grounds(conn: Connection, codes: Iterable[str]) -> dict[str, Any]:
    """What each of the grids with those codes owns itself, None for nothing."""
    rows = conn.execute(text(_GROUND.format(wanted="g.code = ANY(:codes)")), {"codes": list(codes)}).all()
    shapes = shapely.from_wkb([None if row[1] is None else bytes(row[1]) for row in rows])
    return dict(zip([row[0] for row in rows], shapes, strict=True))


def read_cells(conn: Connection) -> tuple[list[str], npt.NDArray[Any]]:
    """The codes of all grids that hold ground themselves, and that ground."""
    codes, shapes, batch = [], [], []
    for code, ground in unload_bytes(
        conn,
        "SELECT g.code, ST_AsBinary(v.own) FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id "
        "WHERE upper_inf(v.valid) AND v.own IS NOT NULL ORDER BY g.id",
    ):
        codes.append((code or b"").decode())
        batch.append(ground)
        if len(batch) == _BATCH:
            shapes.append(shapely.from_wkb(batch))
            batch = []
    shapes.append(np.asarray(shapely.from_wkb(batch), dtype=object).reshape(-1))
    return codes, np.concatenate(shapes)


def write_versions(conn: Connection, versions: Sequence[GridVersion], *, srid: int) -> None:
    """New grids and new versions of standing ones, which end at the transaction's moment."""
    if not versions:
        return
    ordered = sorted(versions, key=lambda version: version.tier.rank)
    ids, tiers = _identities(conn, ordered)
    conn.execute(
        text(
            "UPDATE geo_grid.grid_versions SET valid = geo_grid.ended(valid) "
            "WHERE grid_id = ANY(:ids) AND upper_inf(valid)"
        ),
        {"ids": [ids[version.code] for version in ordered]},
    )
    names = ("grid_id", "tier", "parent_id", "parent_tier", "name", "own", "geom")
    rows = (
        (
            integer(ids[version.code]),
            version.tier.code.encode(),
            None if version.parent is None else integer(ids[version.parent]),
            None if version.parent is None else tiers[version.parent].encode(),
            version.name.encode(),
            _with_srid(version.own, srid),
            _with_srid(version.geom, srid),
        )
        for version in ordered
    )
    append_bytes(conn, "geo_grid.grid_versions", names, rows)


def write_identities(conn: Connection, grids: Sequence[tuple[str, Tier]]) -> None:
    """New grids by code and tier, as yet without ground; those that an undo took back stand again."""
    query = text("SELECT geo_grid.begin_grids(CAST(:codes AS text[]), CAST(:tiers AS text[]))")
    conn.execute(query, {"codes": [code for code, _ in grids], "tiers": [tier.code for _, tier in grids]})


def _identities(conn: Connection, versions: Sequence[GridVersion]) -> tuple[dict[str, int], dict[str, str]]:
    """The ids and tiers of the versions' grids and their parents, by code; grids that are not there are made."""
    wanted = {version.code for version in versions} | {version.parent for version in versions}
    codes = [code for code in wanted if code is not None]
    known = {row.code: row for row in _identities_of(conn, codes)}
    standing = {code for code, row in known.items() if row.retired_at is None}
    new = [(version.code, version.tier) for version in versions if version.code not in standing]
    if new:
        write_identities(conn, new)
        known = {row.code: row for row in _identities_of(conn, codes)}
    return {code: row.id for code, row in known.items()}, {code: row.tier for code, row in known.items()}


def _identities_of(conn: Connection, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """The ids and tiers of the grids with those codes, and when they were retired."""
    query = text("SELECT code, id, tier, retired_at FROM geo_grid.grids WHERE code = ANY(:codes)")
    return conn.execute(query, {"codes": list(codes)}).all()


def rename_grids(conn: Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """Give standing grids other codes: (old, new). The old ones stay theirs for ever."""
    query = (
        "UPDATE geo_grid.grids g SET code = n.fresh "
        "FROM unnest(CAST(:old AS text[]), CAST(:new AS text[])) AS n (was, fresh) "
        "WHERE g.code = n.was AND g.retired_at IS NULL"
    )
    conn.execute(text(query), {"old": [old for old, _ in pairs], "new": [new for _, new in pairs]})


def retire_grids(conn: Connection, codes: Sequence[str]) -> None:
    """End the grids' last versions, and retire them with their codes."""
    if not codes:
        return
    conn.execute(text("SELECT geo_grid.retire_grids(:codes)"), {"codes": list(codes)})


def write_lineage(conn: Connection, flows: Sequence[tuple[str, str, float, int]]) -> None:
    """Note which grid went into which: (from, to, area in m², households)."""
    if not flows:
        return
    query = "SELECT geo_grid.write_lineage(:sources, :targets, CAST(:areas AS float8[]), :doors)"
    sources, targets, areas, doors = (list(column) for column in zip(*flows, strict=True))
    conn.execute(text(query), {"sources": sources, "targets": targets, "areas": areas, "doors": doors})


def name_county(conn: Connection, name: str) -> None:
    """The county under another name. Raises `BadInput` for one that cannot be shown on one line."""
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadInput("a county's name has 1 to 100 printable characters: give another one")
    conn.execute(text("UPDATE geo_grid.county SET name = :name WHERE id = 1"), {"name": name})


def write_outline(conn: Connection, outline: bytes, *, srid: int) -> None:
    """The county's outline."""
    query = text("UPDATE geo_grid.county SET geom = ST_GeomFromWKB(:outline, :srid) WHERE id = 1")
    conn.execute(query, {"outline": outline, "srid": srid})


def clear_outline(conn: Connection) -> None:
    """No outline: there is no county any more."""
    conn.execute(text("UPDATE geo_grid.county SET geom = NULL WHERE id = 1"))


def total_grounds(conn: Connection) -> list[bytes]:
    """The ground of each total grid that stands, as WKB."""
    query = (
        "SELECT ST_AsBinary(v.geom) FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id "
        "WHERE upper_inf(v.valid) AND v.parent_id IS NULL ORDER BY g.code"
    )
    return [bytes(ground) for ground in conn.execute(text(query)).scalars()]


def prove_net(conn: Connection, shapes: Sequence[tuple[str | None, bool]], cuts: Cuts | None) -> None:
    """Have the database prove now what this transaction changed of the net, rather than at the commit.

    `cuts` says where borders meet on the `shapes`: the code of a grid (None: the county), and whether it is the
    remainder that the grid owns itself. They only make the proof quicker (None: unknown). Raises
    `RuleBroken` where it is not sound.
    """
    if cuts is None:
        conn.execute(text("SELECT geo_grid.prove_net()"))
        return
    query = text("SELECT geo_grid.prove_net_along(:codes, :remainders, CAST(:counts AS int[]), CAST(:places AS int[]))")
    counts, places = (",".join(map(str, numbers.tolist())) for numbers in (cuts.counts, cuts.places))
    named = {"codes": [code for code, _ in shapes], "remainders": [remainder for _, remainder in shapes]}
    conn.execute(query, named | {"counts": f"{{{counts}}}", "places": f"{{{places}}}"})


def _with_srid(wkb: bytes | None, srid: int) -> bytes | None:
    """EWKB of plain little-endian WKB: the same bytes with a flag and the SRID put in."""
    if wkb is None:
        return None
    return wkb[:4] + b"\x20" + srid.to_bytes(4, "little") + wkb[5:]


def read_standing(conn: Connection) -> list[StandingGrid]:
    """Every grid that was not retired with each of its current versions (one, unless something is wrong)."""
    rows = unload_bytes(
        conn,
        "SELECT g.code, g.tier, p.code, coalesce(v.name, ''), ST_AsBinary(v.own), ST_AsBinary(v.geom) "
        "FROM geo_grid.grids g LEFT JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid) "
        "LEFT JOIN geo_grid.grids p ON p.id = v.parent_id "
        "WHERE g.retired_at IS NULL OR v.id IS NOT NULL ORDER BY g.id, v.id",
    )
    return [_standing(row) for row in rows]


def read_standing_bare(conn: Connection) -> list[StandingGrid]:
    """Every grid that stands, without its ground."""
    query = text(
        "SELECT g.code, g.tier, p.code, v.name FROM geo_grid.grids g "
        "JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid) "
        "LEFT JOIN geo_grid.grids p ON p.id = v.parent_id ORDER BY g.id"
    )
    return [
        StandingGrid(code, Tier[tier], parent, name, None, None) for code, tier, parent, name in conn.execute(query)
    ]


def _standing(row: Sequence[bytes | None]) -> StandingGrid:
    """A grid of a row in binary form."""
    code, tier, parent, name = (None if value is None else value.decode() for value in row[:4])
    own, geom = shapely.from_wkb([row[4], row[5]])
    return StandingGrid(code or "", Tier[tier or ""], parent, name or "", own, geom)


def read_retired(conn: Connection) -> set[str]:
    """The codes of retired grids."""
    return set(conn.execute(text("SELECT code FROM geo_grid.grids WHERE retired_at IS NOT NULL")).scalars())


def read_outline(conn: Connection) -> Any:
    """The county's outline, None before there is one."""
    wkb = conn.execute(text("SELECT ST_AsBinary(geom) FROM geo_grid.county WHERE id = 1")).scalar()
    return None if wkb is None else shapely.from_wkb(bytes(wkb))
