"""Measures cleaning against its goals: the noisy county, the whole of Taiwan, and growth from 8,000 to 20,000 cells."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from bench.measure import Ratio, watched
from bench.place import HOME, SAMPLE, cluster, empty_net, environ_of, recreate
from geo_grid.db import DbRole, dispose_engines, engine, upgrade
from geo_grid.households import read_doors
from geo_grid.intake import read
from geo_grid.intake.grid_rows import GridRow, grid_rows
from geo_grid.partition import locate, multi, nest, to_lattice
from geo_grid.partition.clean import Drawn, clean
from geo_grid.sample.redrawn import redrawn
from geo_grid.vocabulary import Tier

TIERS = ("total", "sub", "branch", "group", "micro", "special")
NOISE_M = 0.5
TAIWAN = Path(__file__).resolve().parents[2] / "shared" / "data" / "real" / "1_taiwan_nested"
SAID = {
    "counties": ("TOTAL", {"code": "COUNTYCODE", "name": "COUNTYNAME"}),
    "towns": ("SUB", {"code": "TOWNCODE", "name": "TOWNNAME", "parent": "COUNTYCODE"}),
    "villages": ("GROUP", {"code": "VILLCODE", "name": "VILLNAME", "parent": "TOWNCODE"}),
}


def cpu_seconds(work: Callable[[], object]) -> tuple[float, object]:
    """How much processor time one call took, and what it gave."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def held(name: str, seconds: float, most: float) -> Ratio:
    """A measurement against a limit in seconds."""
    return Ratio(name, (seconds,), (most,), 1.0)


def noisy_county() -> tuple[list[GridRow], list[GridRow], np.ndarray]:
    """The sample county as it is, as redrawn with noise on every polygon, and its households."""
    rows, _ = grid_rows(read([SAMPLE / f"grids_{tier}.zip" for tier in TIERS]), {}, None)
    shapes = redrawn(np.array([row.geom for row in rows]), NOISE_M, np.random.default_rng(7))
    doors = read([SAMPLE / "households.zip"])[0].points
    assert doors is not None  # noqa: S101  (the sample's households are points)
    return rows, [replace(row, geom=shape) for row, shape in zip(rows, shapes, strict=True)], doors


def grid_of(rows: list[GridRow], doors: np.ndarray) -> np.ndarray:
    """The code of the grid that owns the ground under each household."""
    place = {row.code: index for index, row in enumerate(rows)}
    own = nest(np.array([row.geom for row in rows]), np.array([place.get(row.parent, -1) for row in rows])).own
    there = np.flatnonzero(~shapely.is_missing(own))
    return np.array([row.code for row in rows])[there[locate(doors, own[there])]]


def noisy_files(drawn: list[GridRow]) -> list[Path]:
    """The redrawn county as a GeoPackage, and the files of its households and workers as they are."""
    import geopandas

    path = HOME / "noisy.gpkg"
    path.unlink(missing_ok=True)
    columns = {
        "网格编码": [row.code for row in drawn],
        "网格名称": [row.name for row in drawn],
        "网格层级": [row.tier.zh for row in drawn],
        "上级编码": [row.parent for row in drawn],
    }
    frame = geopandas.GeoDataFrame(columns, geometry=[row.geom for row in drawn], crs="EPSG:4546")
    frame.to_file(path, driver="GPKG", layer="grids")
    return [path, SAMPLE / "workers.xlsx", SAMPLE / "households.zip"]


def county() -> Iterator[Ratio]:
    """The quick estimate and the run of record of the noisy county, as the command does them."""
    rows, drawn, doors = noisy_county()
    place = recreate("bench_noisy", template=empty_net())
    files = [str(path) for path in noisy_files(drawn)]
    words = [sys.executable, "-m", "geo_grid.cli", "import", *files]
    wall, cpu, _ = watched([*words, "--dry-run", "--quick"], environ_of(place))
    yield held("estimate of the noisy county : 10 s of CPU", cpu, 10)
    yield held("the same, by the clock : 10 s", wall, 10)
    report = HOME / "noisy.json"
    wall, cpu, most = watched([*words, "--accept-repairs", "--report", str(report)], environ_of(place))
    yield held("noisy county read, cleaned, loaded : 120 s of CPU", cpu, 120)
    yield held("the same, by the clock : 120 s", wall, 120)
    yield Ratio("the same, MB of the program at its peak : 1536", (most / (1 << 20),), (1536.0,), 1.0, "MB")
    findings = json.loads(report.read_text())["findings"]
    with engine(place, DbRole.LOADER).connect() as conn:
        stand = read_doors(conn)
    found = dict(zip(stand.codes, stand.grids, strict=True))
    truth = grid_of(rows, doors)
    codes = read([SAMPLE / "households.zip"])[0].columns["户编码"]
    wrong = sum(found[code] != grid for code, grid in zip(codes, truth.tolist(), strict=True))
    yield Ratio("households in a wrong grid : 45", (float(wrong),), (45.0,), 1.0, "of 28,500")
    yield Ratio("findings to show : 100", (float(len(findings)),), (100.0,), 1.0, "findings")


def taiwan() -> Iterator[Ratio]:
    """Three tiers of Taiwan, read, cleaned and loaded by one process."""
    cluster()
    place = recreate("bench_taiwan", template="template0").model_copy(update={"srid": 3826})
    upgrade(place)
    dispose_engines(place)
    files = [TAIWAN / f"{name}.zip" for name in ("counties", "towns", "villages")]
    said = [word for name, (tier, _) in SAID.items() for word in ("--tier", f"{name}={tier}")]
    said += [f"--field={name}:{ours}={theirs}" for name, (_, fields) in SAID.items() for ours, theirs in fields.items()]
    words = [sys.executable, "-m", "geo_grid.cli", "import", *map(str, files), *said, "--accept-repairs"]
    start = time.perf_counter()
    process = subprocess.Popen(words, env={**environ_of(place), "GEO_GRID_SRID": "3826"}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    used: resource.struct_rusage = usage
    yield held("the whole of Taiwan, read, cleaned and loaded : 60 s", time.perf_counter() - start, 60)
    yield held("the same, seconds of the program's processor : 60 s", used.ru_utime + used.ru_stime, 60)
    yield Ratio("the same, MB at its peak : 1536", (used.ru_maxrss / 1024,), (1536.0,), 1.0, "MB")


def copies(count: int) -> Drawn:
    """Several noisy counties side by side, thinned to 3 m."""
    _, drawn, _ = noisy_county()
    leaves = sorted((row for row in drawn if row.tier.is_leaf), key=lambda row: row.tier is not Tier.SPECIAL)
    tops = np.array([row.geom for row in drawn if row.tier is Tier.TOTAL])
    cells = np.array([row.geom for row in leaves])
    west, _, east, _ = shapely.total_bounds(tops)
    many = [_beside(cells, index * (east - west + 1000)) for index in range(count)]
    around = np.concatenate([_beside(tops, index * (east - west + 1000)) for index in range(count)])
    peers = np.tile([row.tier is Tier.SPECIAL for row in leaves], count).astype(np.int64)
    total = np.concatenate(many)
    return Drawn(total, np.arange(len(total)), peers, around, np.zeros(len(around), dtype=np.int64))


def _beside(shapes: np.ndarray, metres: float) -> np.ndarray:
    """The shapes thinned and moved east."""
    thin = shapely.simplify(shapes, 3.0)
    moved = shapely.transform(thin, lambda at: at + np.array([metres, 0.0]))
    return multi(to_lattice(shapely.make_valid(moved, method="structure")))


def growth() -> Iterator[Ratio]:
    """Ten counties (20,720 cells) against four (8,288)."""
    few, many = copies(4), copies(10)
    less, _ = cpu_seconds(lambda: clean(few, 3.0))
    more, _ = cpu_seconds(lambda: clean(many, 3.0))
    yield Ratio("clean 20,720 cells : 8,288 cells", (more,), (less,), 3.5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"MB at the peak of cleaning 20,720 cells, and of all before: {peak:.0f}")  # noqa: T201


def measure() -> Iterator[Ratio]:
    """All of them."""
    yield from county()
    yield from growth()
    if TAIWAN.is_dir():
        yield from taiwan()
