"""A county of six leaves drawn with letters, with people, sites and one phone number that must never get out."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from pyproj import Transformer
from sqlalchemy import Connection, text

from geo_grid.db import DbRole, engine, transaction, upgrade
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from tests.drawn import at, drawn, together

#: The side of one letter, in metres.
SIZE = 256.0
#: A, B, C, D, E, F are leaves; B is a school; R is ground of the first village that none of its groups holds.
DRAWING = """
    A A B C
    A A B C
    D D R C
    E E F F
"""
#: The household's whole number; only its first three and last four digits may ever be shown.
CANARY = "13987654321"
CANARY_MIDDLE = "98765"


@dataclass(frozen=True)
class Ground:
    """A grid to be made: code, tier, parent, name and the letters of its own ground and of its whole extent."""

    code: str
    tier: str
    parent: str | None
    name: str
    own: str
    extent: str


TOWNSHIP = "990125100"
UPPER, LOWER = f"{TOWNSHIP}001", f"{TOWNSHIP}002"
GRIDS = (
    Ground(TOWNSHIP, "TOTAL", None, "东岭乡", "", "ABCDREF"),
    Ground(UPPER, "SUB", TOWNSHIP, "上村", "R", "ABCDR"),
    Ground(LOWER, "SUB", TOWNSHIP, "下村", "", "EF"),
    Ground(f"{UPPER}-G01", "GROUP", UPPER, "上村一组", "", "AB"),
    Ground(f"{UPPER}-G02", "GROUP", UPPER, "上村二组", "", "CD"),
    Ground(f"{LOWER}-G01", "GROUP", LOWER, "下村一组", "", "EF"),
    Ground(f"{UPPER}-G01-M01", "MICRO", f"{UPPER}-G01", "老槐树院", "A", "A"),
    Ground(f"{UPPER}-G01-S01", "SPECIAL", f"{UPPER}-G01", "上村小学", "B", "B"),
    Ground(f"{UPPER}-G02-M01", "MICRO", f"{UPPER}-G02", "100%_坡上", "C", "C"),
    Ground(f"{UPPER}-G02-M02", "MICRO", f"{UPPER}-G02", "<b>{{ 7*7 }}</b>", "D", "D"),
    Ground(f"{LOWER}-G01-M01", "MICRO", f"{LOWER}-G01", "河边院", "E", "E"),
    Ground(f"{LOWER}-G01-M02", "MICRO", f"{LOWER}-G01", "桥头院", "F", "F"),
)
COURT, SCHOOL = f"{UPPER}-G01-M01", f"{UPPER}-G01-S01"

#: code, address, column, row, owner, persons, phone, contact
HOUSEHOLDS = (
    ("H1", "上村1号", 0.5, 2.5, COURT, 4, CANARY, "W1"),
    ("H2", "'=上村2号", 1.5, 3.5, COURT, None, None, None),
    ("H3", "上村小学家属院", 2.0, 2.5, SCHOOL, 3, CANARY, "W1"),
    ("H4", "=HYPERLINK(1)", 3.5, 2.5, f"{UPPER}-G02-M01", 2, CANARY, None),
    ("H5", "下村5号", 0.5, 0.5, f"{LOWER}-G01-M01", 1, CANARY, "W2"),
)
WORKERS = (("W1", "赵一", CANARY), ("W2", "钱二", CANARY), ("W3", "+孙三", None))
#: grid, role, worker, from, to (not included)
POSTS = (
    (TOWNSHIP, "LEADER", "W1", "2024-01-01", None),
    (UPPER, "LEADER", None, None, None),
    (COURT, "CONTACT", "W1", "2024-01-01", "2025-01-01"),
    (COURT, "CONTACT", "W2", "2025-01-01", None),
    (LOWER, "FULL_TIME", "W2", "2024-06-01", None),
)
SITES = (
    ("R1", "老井", "WELL", "POINT", ((0.5, 3.5),)),
    ("R2", "村道", "ROAD", "LINESTRING", ((0.5, 2.5), (3.5, 2.5))),
    ("R3", "后沟", "GULLY", "POLYGON", ((2.2, 0.2), (3.8, 0.2), (3.8, 0.8), (2.2, 0.8), (2.2, 0.2))),
)
FACILITIES = (
    ("F1", "县网格中心", "COUNTY", 3.5, 0.5),
    ("F2", "东岭乡便民中心", "TOWNSHIP", 2.5, 0.5),
    ("F3", "上村站", "VILLAGE", 1.5, 2.5),
    ("F4", "下村站", "VILLAGE", 0.5, 0.5),
)

_TO_DEGREES = Transformer.from_crs(4546, 4326, always_xy=True)


def degrees(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a place in the drawing, counted in letters from the south-west."""
    lon, lat = _TO_DEGREES.transform(*at(column, row, size=SIZE))
    return lon, lat


def build(settings: Settings) -> None:
    """Fill an empty database with the town."""
    upgrade(settings)
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("alice", "import")) as conn:
        add_grids(conn)
        add_people(conn)
        add_sites(conn)


def add_grids(conn: Connection) -> None:
    """The grids and the county's outline."""
    pieces = drawn(DRAWING, size=SIZE)
    tiers = {grid.code: grid.tier for grid in GRIDS}
    for grid in GRIDS:
        conn.execute(text("INSERT INTO grids (code, tier) VALUES (:c, :t)"), {"c": grid.code, "t": grid.tier})
        conn.execute(
            text(
                "INSERT INTO grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom) VALUES ("
                "(SELECT id FROM grids WHERE code = :c), :t, (SELECT id FROM grids WHERE code = :p), :pt, :n, :o, :g)"
            ),
            {
                "c": grid.code,
                "t": grid.tier,
                "p": grid.parent,
                "pt": tiers.get(grid.parent or ""),
                "n": grid.name,
                "o": hexed(together(*(pieces[letter] for letter in grid.own))) if grid.own else None,
                "g": hexed(together(*(pieces[letter] for letter in grid.extent))),
            },
        )
    conn.execute(text("UPDATE county SET name = '示例县', geom = :g"), {"g": hexed(together(*pieces.values()))})


def add_people(conn: Connection) -> None:
    """Workers, posts, assignments and households."""
    for code, name, phone in WORKERS:
        conn.execute(
            text("INSERT INTO workers (code, name, phone) VALUES (:c, :n, :p)"), {"c": code, "n": name, "p": phone}
        )
    for grid, role, worker, since, until in POSTS:
        conn.execute(
            text("INSERT INTO posts (grid_id, role) SELECT id, :r FROM grids WHERE code = :g ON CONFLICT DO NOTHING"),
            {"g": grid, "r": role},
        )
        if worker:
            conn.execute(
                text(
                    "INSERT INTO assignments (post_id, worker_id, during)"
                    " SELECT p.id, w.id, daterange(CAST(:s AS date), CAST(:u AS date))"
                    " FROM posts p JOIN grids g ON g.id = p.grid_id, workers w"
                    " WHERE g.code = :g AND p.role = :r AND w.code = :w"
                ),
                {"g": grid, "r": role, "w": worker, "s": since, "u": until},
            )
    for code, address, column, row, owner, persons, phone, contact in HOUSEHOLDS:
        conn.execute(
            text(
                "INSERT INTO households (code, address, persons, phone, point, grid_id, contact_id) VALUES ("
                ":c, :a, :n, :ph, :pt,"
                " (SELECT id FROM grids WHERE code = :g), (SELECT id FROM workers WHERE code = :w))"
            ),
            {
                "c": code,
                "a": address,
                "n": persons,
                "ph": phone,
                "pt": hexed(shapely.Point(at(column, row, size=SIZE))),
                "g": owner,
                "w": contact,
            },
        )


def add_sites(conn: Connection) -> None:
    """Risk sites and facilities."""
    for code, name, kind, shape, places in SITES:
        corners = [at(*place, size=SIZE) for place in places]
        corners = [(round(x * 1024) / 1024, round(y * 1024) / 1024) for x, y in corners]
        geom = {"POINT": lambda c: shapely.Point(c[0]), "LINESTRING": shapely.LineString, "POLYGON": shapely.Polygon}
        conn.execute(
            text("INSERT INTO risk_sites (code, name, kind, geom) VALUES (:c, :n, :k, :g)"),
            {"c": code, "n": name, "k": kind, "g": hexed(geom[shape](corners))},
        )
    for code, name, level, column, row in FACILITIES:
        conn.execute(
            text("INSERT INTO facilities (code, name, level, point) VALUES (:c, :n, :l, :p)"),
            {"c": code, "n": name, "l": level, "p": hexed(shapely.Point(at(column, row, size=SIZE)))},
        )


def hexed(shape: shapely.Geometry) -> str:
    """The shape as the hex EWKB that PostGIS reads, in the county's CRS."""
    return shapely.to_wkb(shapely.set_srid(shape, 4546), hex=True, include_srid=True)
