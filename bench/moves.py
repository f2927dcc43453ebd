"""Measures moves of a redraw, previewed and applied, against limits, bare updates and deriving all anew."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import shapely
from sqlalchemy import Connection

from bench.measure import Ratio, command, seconds
from bench.place import GRID_FILES, big_sample, empty_net, environ_of, importing, recreate, sample_county
from geo_grid import redraw
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.journal import NewChangeset
from geo_grid.redraw import Move, Reshape, Split
from geo_grid.redraw.applying import families_of, lock_grids, write_changes
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.net import Net
from geo_grid.redraw.run import run
from geo_grid.settings import Settings

RUNS = 60
#: Moves applied before any counts: a connection plans each of its statements a few times before it keeps the plan.
WARM_UP = 8

_LEAVES = (
    "SELECT g.code, ST_AsBinary(v.own) FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id "
    "WHERE v.tier = 'MICRO' AND upper_inf(v.valid) ORDER BY md5(g.code) LIMIT 200"
)
_BORDERS = (
    "SELECT a.code, b.code, ST_AsBinary(ST_Intersection(v.geom, w.geom)) FROM geo_grid.grid_versions v "
    "JOIN geo_grid.grids a ON a.id = v.grid_id JOIN geo_grid.grid_versions w ON w.tier = 'TOTAL' "
    "AND upper_inf(w.valid) AND w.grid_id > v.grid_id AND ST_Intersects(v.geom, w.geom) "
    "JOIN geo_grid.grids b ON b.id = w.grid_id WHERE v.tier = 'TOTAL' AND upper_inf(v.valid)"
)
#: The same consequences derived from nothing: every tier's ground and every household's grid.
_DERIVE = (
    "WITH RECURSIVE below AS (SELECT grid_id AS head, grid_id FROM geo_grid.grid_versions "
    "WHERE upper_inf(valid) AND tier NOT IN ('MICRO', 'SPECIAL') UNION ALL "
    "SELECT b.head, v.grid_id FROM below b JOIN geo_grid.grid_versions v ON v.parent_id = b.grid_id "
    "AND upper_inf(v.valid)) SELECT sum(ST_NPoints(shape)) FROM (SELECT ST_Union(v.own) AS shape FROM below b "
    "JOIN geo_grid.grid_versions v ON v.grid_id = b.grid_id AND upper_inf(v.valid) AND v.own IS NOT NULL "
    "GROUP BY b.head) AS derived",
    "SELECT count(*) FROM geo_grid.households h JOIN geo_grid.grid_versions v "
    "ON upper_inf(v.valid) AND v.own IS NOT NULL AND ST_Covers(v.own, h.point)",
)


def leaf_moves(conn: Connection) -> list[Move]:
    """Splits of leaves and bulges of their borders, by turns."""
    moves: list[Move] = []
    rng = random.Random(1)  # noqa: S311 - draws lines, guards nothing
    for code, wkb in conn.exec_driver_sql(_LEAVES):
        own = shapely.from_wkb(bytes(wkb))
        west, south, east, north = own.bounds
        middle = (south + north) / 2
        moves.append(Split((code,), ((west - 3, middle), (east + 3, middle + rng.uniform(-9, 9)))))
        moves.append(Reshape(code, _bulge(shapely.get_exterior_ring(own.geoms[0]), own.centroid)))
    return moves


def wide_moves(conn: Connection) -> list[Move]:
    """Bulges of the borders between two total grids."""
    moves: list[Move] = []
    for one, other, wkb in conn.exec_driver_sql(_BORDERS).all():
        shared = shapely.line_merge(shapely.from_wkb(bytes(wkb)))
        for part in shapely.get_parts(shared):
            if part.length > 1000:
                moves.append(Reshape(one, _bulge(part, shapely.Point(0, 0), reach=400.0), other))
    return moves


def _bulge(border: shapely.LineString, away: shapely.Point, *, reach: float = 0.0) -> tuple[tuple[float, float], ...]:
    """A line from one place of a border to another, bent away from a place."""
    start = border.length * 0.3
    ends = [border.interpolate(start), border.interpolate(start + (reach or border.length * 0.1))]
    x, y = (ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2
    share = 40.0 / max(shapely.Point(x, y).distance(away), 1.0)
    return ((ends[0].x, ends[0].y), (x + (x - away.x) * share, y + (y - away.y) * share), (ends[1].x, ends[1].y))


def accepted(settings: Settings, wanted: Callable[[Connection], list[Move]], most: int = RUNS) -> list[Move]:
    """The moves that the net takes, at most as many as are run."""
    found: list[Move] = []
    with reading(engine(settings, DbRole.LOADER)) as conn:
        for move in wanted(conn):
            try:
                run(Net(LiveSource(conn)), move)
            except redraw.MoveRefused:
                continue
            found.append(move)
            if len(found) == most:
                break
    return found


def preview_seconds(settings: Settings, moves: list[Move]) -> tuple[float, ...]:
    """How long each preview takes, geometry and consequence sheet, after one of each kind to warm up."""
    taken = []
    pool = engine(settings, DbRole.LOADER)
    for move in [*moves[:2], *moves]:
        with reading(pool) as conn:
            conn.exec_driver_sql("SELECT 1")
            taken.append(seconds(lambda conn=conn, move=move: redraw.preview_moves(conn, [move])))
    return tuple(taken[2:])


def previews(county: Settings, large: Settings) -> Iterator[Ratio]:
    """Previews against their limits, and on a net of ten times as many households and leaves."""
    leaf = preview_seconds(county, accepted(county, leaf_moves))
    yield Ratio("preview a leaf's move : 60 ms", leaf, (0.060,) * len(leaf), goal=1.0)
    wide = preview_seconds(county, accepted(county, wide_moves))
    yield Ratio("preview a move across two total grids : 150 ms", wide, (0.150,) * len(wide), goal=1.0)
    more = preview_seconds(large, accepted(large, leaf_moves))
    count = min(len(leaf), len(more))
    yield Ratio("the same move at ten times the leaves : here", more[:count], leaf[:count], goal=1.5)
    derive = [seconds(lambda: _derive(county)) for _ in range(3)]
    again = (sorted(derive)[1],) * len(leaf)
    yield Ratio("preview : deriving all with ST_Union and ST_Covers", leaf, again, goal=1 / 50)


def _derive(settings: Settings) -> None:
    """Derive every tier and every household's grid from the leaves."""
    with reading(engine(settings, DbRole.LOADER)) as conn:
        for query in _DERIVE:
            conn.exec_driver_sql(query).all()


#: The tables of what a move changes with columns, indexes and checks, without triggers: no proof, no history.
_BARE = (
    "CREATE TABLE public.bare_versions (LIKE geo_grid.grid_versions INCLUDING ALL)",
    "INSERT INTO public.bare_versions OVERRIDING SYSTEM VALUE SELECT * FROM geo_grid.grid_versions",
    "CREATE TABLE public.bare_households (LIKE geo_grid.households INCLUDING ALL)",
    "INSERT INTO public.bare_households OVERRIDING SYSTEM VALUE SELECT * FROM geo_grid.households",
    "GRANT SELECT, UPDATE ON public.bare_versions, public.bare_households TO geo_grid_loader",
    "ANALYZE",
)
_BARE_GROUND = (
    "UPDATE public.bare_versions SET own = ST_GeomFromWKB(%s, 4546), geom = ST_GeomFromWKB(%s, 4546) "
    "WHERE grid_id = (SELECT id FROM geo_grid.grids WHERE code = %s)"
)
_BARE_HOME = (
    "UPDATE public.bare_households SET grid_id = (SELECT id FROM geo_grid.grids WHERE code = %s) WHERE code = %s"
)


def applying(county: Settings) -> Iterator[Ratio]:
    """Changes written and proved, against updates of the same rows of copies of the tables without any proof."""
    with transaction(engine(county, DbRole.ADMIN)) as conn:
        for statement in _BARE:
            conn.exec_driver_sql(statement)
    pairs = [pair for move in accepted(county, leaf_moves) if (pair := _applied(county, move)) is not None]
    ours, bare = zip(*pairs[WARM_UP:], strict=True)
    yield Ratio("apply a move, proved : bare UPDATE of the same rows", ours, bare, goal=3.0)


def _applied(county: Settings, move: Move) -> tuple[float, float] | None:
    """How long a move takes to be written and proved, and the bare update; None where earlier moves refuse it."""
    pool = engine(county, DbRole.LOADER)
    with reading(pool) as conn:
        base = Net(LiveSource(conn))
        try:
            changes, _ = run(base, move)
        except redraw.MoveRefused:
            return None
        later = base.after(changes)
        rows = [_ground(later, code) for code in sorted(changes.touched) if later.get(code) and base.get(code)]
        homes = [(after, door) for door, (_, after) in changes.homes.items() if base.get(after)]
        today = conn.exec_driver_sql("SELECT current_date").scalar_one()

    def update() -> None:
        with transaction(pool) as conn:
            for row in rows:
                conn.exec_driver_sql(_BARE_GROUND, row)
            for home in homes:
                conn.exec_driver_sql(_BARE_HOME, home)

    def write() -> None:
        with transaction(pool, changeset=NewChangeset("bench", "redraw")) as conn:
            net = Net(LiveSource(conn))
            lock_grids(conn, families_of(net, changes))
            write_changes(conn, net, changes, srid=4546, today=today)

    bare = seconds(update)
    return seconds(write), bare


def _ground(net: Net, code: str) -> tuple[bytes | None, bytes, str]:
    """What a grid owns itself and what it spans, as the bare update writes them."""
    own = net.row(code).own
    return None if own is None else shapely.to_wkb(own), shapely.to_wkb(net.outline(code)), code


def measure() -> Iterator[Ratio]:
    """Every ratio of moves."""
    county = sample_county()
    folder = big_sample()
    empty_net()
    large = recreate("bench_large", template="bench_empty")
    command(
        importing([*(folder / name for name in GRID_FILES), folder / "workers.xlsx", folder / "households.zip"]),
        environ_of(large),
    )
    yield from previews(county, large)
    yield from applying(county)
