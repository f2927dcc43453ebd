"""Measures imports against ogr2ogr, whole processes both, from zipped shapefiles to indexed, committed tables."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import geopandas
from sqlalchemy import create_engine, text

from bench.measure import Ratio, command, in_turn
from bench.place import GRID_FILES, SAMPLE, big_sample, cluster, empty_net, environ_of, importing, recreate
from geo_grid.settings import Settings

ASSIGN = """
    CREATE TABLE assigned AS
    SELECT h.ogc_fid AS household, g.ogc_fid AS grid
    FROM households AS h
    JOIN (SELECT ogc_fid, geom FROM grids_micro UNION ALL SELECT ogc_fid, geom FROM grids_special) AS g
      ON ST_Covers(g.geom, h.geom)
"""


def ogr2ogr(settings: Settings, files: list[Path]) -> None:
    """Load each file into a table of its own with COPY and a spatial index."""
    url = create_engine(str(settings.database_url)).url
    place = f"PG:host={url.query['host']} port={url.query['port']} user={url.username} dbname={url.database}"
    for file in files:
        name = file.stem
        options = ["-lco", "GEOMETRY_NAME=geom", "-lco", "SPATIAL_INDEX=GIST", "-nlt", "PROMOTE_TO_MULTI"]
        if name == "households":
            options = options[:-2]
        command(
            ["ogr2ogr", "-f", "PostgreSQL", place, f"/vsizip/{file}", "-nln", name, "-overwrite", *options],
            {**os.environ, "PG_USE_COPY": "YES", "PGCLIENTENCODING": "UTF8"},
        )


def county() -> Iterator[Ratio]:
    """The whole sample county, checked and assigned, against ogr2ogr and a join with ST_Covers."""
    template = empty_net()
    grids = [SAMPLE / name for name in GRID_FILES]
    ours = [*grids, SAMPLE / "workers.xlsx", SAMPLE / "households.zip"]

    def load_ours() -> None:
        command(importing(ours), environ_of(target))

    def load_peer() -> None:
        ogr2ogr(peer, [*grids, SAMPLE / "households.zip"])
        engine = create_engine(str(peer.database_url))
        with engine.begin() as conn:
            conn.execute(text(ASSIGN))
        engine.dispose()

    def fresh() -> None:
        nonlocal target, peer
        target, peer = recreate("bench_ours", template=template), recreate("bench_peer", template=template)

    target = peer = recreate("bench_ours", template=template)
    yield in_turn("import the sample county : ogr2ogr + ST_Covers", load_ours, load_peer, goal=1.0, before=fresh)


def households() -> Iterator[Ratio]:
    """285,000 households alone, into a net that is there already, against ogr2ogr and geopandas.to_postgis."""
    folder = big_sample()
    empty_net()
    net = recreate("bench_net", template="bench_empty")
    command(importing([*(folder / name for name in GRID_FILES), folder / "workers.xlsx"]), environ_of(net))
    file = folder / "households.zip"

    def fresh() -> None:
        nonlocal target
        target = recreate("bench_ours", template="bench_net")

    def to_postgis() -> None:
        engine = create_engine(str(target.database_url))
        geopandas.read_file(file).to_postgis("households_peer", engine, if_exists="replace", index=True)
        engine.dispose()

    target = fresh() or net
    load = importing([file])
    yield in_turn(
        "import 285,000 households : ogr2ogr",
        lambda: command(load, environ_of(target)),
        lambda: ogr2ogr(target, [file]),
        goal=0.6,
        runs=3,
        before=fresh,
    )
    yield in_turn(
        "import 285,000 households : geopandas.to_postgis",
        lambda: command(load, environ_of(target)),
        to_postgis,
        goal=1.0,
        runs=3,
        before=fresh,
    )
    fresh()
    print(f"peak memory of that import: {peak_memory_mb(load, environ_of(target)):.0f} MB (goal ≤ 600)")  # noqa: T201


def peak_memory_mb(words: list[str], environ: dict[str, str]) -> float:
    """The largest resident set, in MB, of one process run to its end."""
    process = subprocess.Popen(words, env=environ)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    used: resource.struct_rusage = usage
    return used.ru_maxrss / 1024


def measure() -> Iterator[Ratio]:
    """Both imports."""
    cluster()
    yield from county()
    yield from households()
