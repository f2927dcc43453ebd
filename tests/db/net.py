"""A small county for tests of the database: its tree, its drawn ground, and the SQL to write and change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import Connection

from tests.drawn import SOUTH, WEST, drawn, together

#: Each letter is ground that one grid owns itself; `r` and `i` (a hole of `F`) are remainders, `s` and `t` special.
DRAWING = """
    A A B B F F F F K K
    A A B B F i i F K K
    C C C s F i i F L L
    C C C s F F F F L L
    D E E r r H H H L L
    D D E r r H t t t L
"""
SIZE = 64.0

TREE: dict[str, tuple[str, str | None, str]] = {
    "T1": ("TOTAL", None, ""),
    "T2": ("TOTAL", None, ""),
    "S1": ("SUB", "T1", ""),
    "S2": ("SUB", "T1", "i"),
    "S3": ("SUB", "T2", ""),
    "B1": ("BRANCH", "S3", ""),
    "G1": ("GROUP", "S1", ""),
    "G2": ("GROUP", "S1", "r"),
    "G3": ("GROUP", "S2", ""),
    "G4": ("GROUP", "S2", ""),
    "G5": ("GROUP", "B1", ""),
    "MA": ("MICRO", "G1", "A"),
    "MB": ("MICRO", "G1", "B"),
    "MC": ("MICRO", "G1", "C"),
    "MD": ("MICRO", "G2", "D"),
    "ME": ("MICRO", "G2", "E"),
    "MF": ("MICRO", "G3", "F"),
    "MH": ("MICRO", "G4", "H"),
    "MK": ("MICRO", "G5", "K"),
    "ML": ("MICRO", "G5", "L"),
    "Xs": ("SPECIAL", "S1", "s"),
    "Xt": ("SPECIAL", "T2", "t"),
}


@dataclass(frozen=True)
class Ground:
    """A grid's geometries: `own` None where it owns nothing itself."""

    own: shapely.MultiPolygon | None
    geom: shapely.MultiPolygon


def grounds() -> dict[str, Ground]:
    """The ground of every grid of `TREE`."""
    letters = drawn(DRAWING, size=SIZE)
    own = {code: letters[letter] if letter else None for code, (_, _, letter) in TREE.items()}
    found: dict[str, Ground] = {}
    for code in TREE:
        below = [piece for other, piece in own.items() if piece is not None and code in (other, *ancestors(other))]
        found[code] = Ground(own[code], together(*below))
    return found


def ancestors(code: str) -> list[str]:
    """The parents of a grid, nearest first."""
    parent = TREE[code][1]
    return [] if parent is None else [parent, *ancestors(parent)]


def write_county(conn: Connection) -> dict[str, Ground]:
    """The small county, written; its ground."""
    county = grounds()
    conn.exec_driver_sql(
        "INSERT INTO grids (code, tier) SELECT * FROM unnest(%s::text[], %s::text[])",
        (list(TREE), [tier for tier, _, _ in TREE.values()]),
    )
    for code, ground in county.items():
        insert_version(conn, code, ground)
    outline(conn, together(county["T1"].geom, county["T2"].geom))
    return county


def insert_version(
    conn: Connection, code: str, ground: Ground, *, parent: str | None = None, like: str | None = None
) -> None:
    """A version of the grid `code`, as `TREE` has it (or as `TREE` has `like`), perhaps under another parent."""
    tier, usual, _ = TREE[like or code]
    conn.exec_driver_sql(
        "INSERT INTO grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom)"
        " SELECT g.id, %(tier)s, p.id, p.tier, g.code, %(own)s, %(geom)s"
        " FROM grids g LEFT JOIN grids p ON p.code = %(parent)s WHERE g.code = %(code)s",
        {
            "code": code,
            "tier": tier,
            "parent": parent or usual,
            "own": None if ground.own is None else ewkb(ground.own),
            "geom": ewkb(ground.geom),
        },
    )


def end_versions(conn: Connection, *codes: str) -> None:
    """End the current versions of these grids."""
    conn.exec_driver_sql(
        "UPDATE grid_versions v SET valid = geo_grid.ended(valid) FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = ANY (%s) AND upper_inf(valid)",
        (list(codes),),
    )


def redraw(conn: Connection, changed: Mapping[str, Ground]) -> None:
    """New versions of these grids with that ground."""
    end_versions(conn, *changed)
    for code, ground in changed.items():
        insert_version(conn, code, ground)


def outline(conn: Connection, geom: shapely.MultiPolygon) -> None:
    """Set the county's outline."""
    conn.exec_driver_sql("UPDATE county SET geom = %s", (ewkb(geom),))


def add_household(conn: Connection, code: str, x: float, y: float, grid: str) -> None:
    """A household at a place, said to lie in a grid."""
    conn.exec_driver_sql(
        "INSERT INTO households (code, address, point, grid_id) SELECT %s, '', %s, id FROM grids WHERE code = %s",
        (code, ewkb(shapely.Point(x, y)), grid),
    )


def ewkb(geom: shapely.Geometry, srid: int = 4546) -> str:
    """Hexadecimal EWKB, as the database reads it."""
    return str(shapely.to_wkb(shapely.set_srid(geom, srid), hex=True, include_srid=True))


def leaf(geom: shapely.Geometry) -> Ground:
    """The ground of a leaf: all its own."""
    geom = multi(geom)
    return Ground(geom, geom)


def multi(geom: shapely.Geometry) -> shapely.MultiPolygon:
    """A polygon as a multipolygon."""
    return geom if geom.geom_type == "MultiPolygon" else shapely.MultiPolygon([geom])


def move_vertex(geom: shapely.Geometry, vertex: tuple[float, float], dx: float, dy: float) -> shapely.Geometry:
    """The same shape with one of its vertices elsewhere."""
    return shapely.transform(
        geom, lambda xy: np.where((xy == vertex).all(axis=1)[:, None], xy + np.array([dx, dy]), xy)
    )


def add_vertex(geom: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """The same area with a vertex more, in the middle of the first edge of its outer ring."""
    first, *rest = geom.geoms
    ring = shapely.get_coordinates(first.exterior)
    mended = np.vstack([ring[:1], (ring[0] + ring[1]) / 2, ring[1:]])
    return shapely.MultiPolygon([shapely.Polygon(mended, first.interiors), *rest])


def vertices(geom: shapely.Geometry) -> set[tuple[float, float]]:
    """The different vertices of a shape."""
    return {(float(x), float(y)) for x, y in shapely.get_coordinates(geom)}


def place(column: float, row: float) -> tuple[float, float]:
    """The coordinates of a place in `DRAWING`, counted in squares from the south-west."""
    return WEST + column * SIZE, SOUTH + row * SIZE


def ids(conn: Connection) -> dict[str, int]:
    """The id of every grid, by its code."""
    return dict(tuple(row) for row in conn.exec_driver_sql("SELECT code, id FROM grids"))
