"""Measures tiles: cold against raw ST_AsMVT, warm against tipg on the same tiles of the same leaves."""

from __future__ import annotations

import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from bench.measure import Ratio, seconds
from bench.place import environ_of, sample_county
from geo_grid.db import DbRole, engine
from geo_grid.publish import tile
from geo_grid.settings import Settings

OURS, PEER = 8311, 8312
ZOOMS = (8, 10, 12, 14, 16)
TILES_PER_ZOOM = 12
RAW = text(
    """
    SELECT ST_AsMVT(f, 'leaves', 4096, 'mvt') FROM (
        SELECT g.id, g.code, v.name, v.tier,
               ST_AsMVTGeom(ST_Transform(v.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
          FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id
         WHERE upper_inf(v.valid) AND v.tier IN ('MICRO', 'SPECIAL')
           AND v.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 0.02), ST_SRID(v.geom))) f
    """
)
LEAVES = """
    CREATE TABLE IF NOT EXISTS public.leaves AS
    SELECT g.id::int AS gid, g.code, v.name, v.tier, v.geom
      FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id
     WHERE upper_inf(v.valid) AND v.tier IN ('MICRO', 'SPECIAL');
    CREATE UNIQUE INDEX IF NOT EXISTS leaves_gid ON public.leaves (gid);
    CREATE INDEX IF NOT EXISTS leaves_geom ON public.leaves USING gist (geom);
    ALTER TABLE public.leaves ADD PRIMARY KEY USING INDEX leaves_gid;
    ANALYZE public.leaves;
"""


def addresses(conn: Connection) -> list[tuple[int, int, int]]:
    """Tiles (z, x, y) around households spread over the county, the same for both sides."""
    places = conn.execute(
        text(
            """
            SELECT ST_X(p), ST_Y(p) FROM (
                SELECT ST_Transform(point, 4326) AS p FROM geo_grid.households ORDER BY md5(code) LIMIT :n) h
            """
        ),
        {"n": TILES_PER_ZOOM},
    ).all()
    return sorted({(z, *_cell(lon, lat, z)) for z in ZOOMS for lon, lat in places})


def _cell(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The tile (x, y) of zoom z in web Mercator that holds a place."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


def cold(conn: Connection, tiles: list[tuple[int, int, int]]) -> Ratio:
    """Our tile with all of its layers, gzipped, against one raw ST_AsMVT of the leaves alone from stored shapes."""
    ours, peer = [], []
    for turn in range(3):
        mine = theirs = 0.0
        for z, x, y in tiles:
            mine += seconds(lambda z=z, x=x, y=y: tile(conn, z, x, y))  # type: ignore[misc]
            theirs += seconds(lambda z=z, x=x, y=y: conn.execute(RAW, {"z": z, "x": x, "y": y}).scalar())  # type: ignore[misc]
        if turn:
            ours.append(mine)
            peer.append(theirs)
    return Ratio(f"{len(tiles)} cold tiles, all layers : raw ST_AsMVT, leaves only", tuple(ours), tuple(peer), 1.2)


@contextmanager
def serving(words: list[str], environ: dict[str, str], address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers at `address`, ended when the block ends."""
    server = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(address)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, limit_s: float = 30.0) -> None:
    """Return as soon as the address answers; raises `TimeoutError`."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise TimeoutError(f"{address} did not answer within {limit_s:g} s")


def load(paths: list[str], port: int, *, connections: int = 8, seconds_long: int = 6) -> tuple[float, float]:
    """Requests per second and median latency in ms when `connections` clients ask for these paths round and round."""
    script = "local paths = {" + ",".join(f'"{path}"' for path in paths) + "}\nlocal at = 0\n"
    script += 'request = function()\n at = at % #paths + 1\n return wrk.format("GET", paths[at], wrk.headers)\nend\n'
    script += 'wrk.headers["Accept-Encoding"] = "gzip"\n'
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds_long}s", "--latency", "-s", lua.name]
        said = subprocess.run([*words, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    number, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return rate, float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


def warm(settings: Settings, tiles: list[tuple[int, int, int]], version: int) -> Iterator[Ratio]:
    """Seconds a thousand requests take, ours (all layers) against tipg (leaves alone)."""
    environ = environ_of(settings)
    ours_server = [sys.executable, "-m", "geo_grid.cli", "serve"]
    peer_server = [sys.executable, "-m", "uvicorn", "tipg.main:app", "--port", str(PEER), "--log-level", "error"]
    url = engine(settings, DbRole.ADMIN).url
    sockets = urllib.parse.quote(str(url.query["host"]), safe="")
    peer_environ = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{url.username}@{sockets}:{url.query['port']}/{url.database}",
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": '["public.leaves"]',
    }
    mine = [f"/tiles/{version}/{z}/{x}/{y}.mvt" for z, x, y in tiles]
    theirs = [f"/collections/public.leaves/tiles/WebMercatorQuad/{z}/{x}/{y}" for z, x, y in tiles]
    ours_at, peer_at = f"http://127.0.0.1:{OURS}/healthz", f"http://127.0.0.1:{PEER}/healthz"
    rates: list[tuple[float, float]] = []
    ours_ms: list[float] = []
    with (
        serving(ours_server, {**environ, "GEO_GRID_PORT": str(OURS)}, ours_at),
        serving(peer_server, peer_environ, peer_at),
    ):
        for turn in range(4):
            a, _ = load(mine, OURS)
            b, _ = load(theirs, PEER)
            if turn:
                rates.append((a, b))
                ours_ms.append(load(mine, OURS, connections=1, seconds_long=2)[1])
    yield Ratio(
        f"1,000 warm tiles, all layers : tipg, leaves ({statistics.median(a for a, _ in rates):.0f} requests/s)",
        tuple(1000 / a for a, _ in rates),
        tuple(1000 / b for _, b in rates),
        0.1,
    )
    print(f"median latency of a warm tile: {statistics.median(ours_ms):.2f} ms (goal ≤ 5)")  # noqa: T201


def measure() -> Iterator[Ratio]:
    """Cold and warm tiles."""
    settings = sample_county()
    with engine(settings, DbRole.ADMIN).begin() as conn:
        conn.execute(text(LEAVES))
    with engine(settings, DbRole.WEB).connect() as conn:
        tiles = addresses(conn)
        yield cold(conn, tiles)
        version = tile(conn, *tiles[0]).version
    yield from warm(settings, tiles, version)
