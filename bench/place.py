"""The cluster, databases and sample counties that measurements run on, kept apart from anybody's data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, text

from geo_grid.cluster import Cluster
from geo_grid.db import dispose_engines, upgrade
from geo_grid.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".geo_grid" / "bench"
SAMPLE = ROOT / "sample_shapes"
GRID_FILES = tuple(f"grids_{tier}.zip" for tier in ("total", "sub", "branch", "group", "micro", "special"))
EMPTY = "bench_empty"


def cluster() -> Cluster:
    """The running cluster that measurements use, with the settings `geo-grid db start` gives."""
    HOME.mkdir(parents=True, exist_ok=True)
    ours = Cluster(HOME)
    ours.start()
    return ours


def settings_of(database: str) -> Settings:
    """Settings that point at a database of the bench's cluster."""
    return read_settings({"GEO_GRID_HOME": str(HOME), "GEO_GRID_DATABASE_URL": cluster().url(database=database)})


def environ_of(settings: Settings) -> dict[str, str]:
    """The environment of a process that works with these settings."""
    return {**os.environ, "GEO_GRID_HOME": str(settings.home), "GEO_GRID_DATABASE_URL": str(settings.database_url)}


def recreate(database: str, *, template: str = "template0") -> Settings:
    """A database made anew from a template."""
    engine = create_engine(cluster().url(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
        conn.execute(text(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'))
    engine.dispose()
    return settings_of(database)


def empty_net() -> str:
    """The name of a template database that has the schema and nothing in it."""
    settings = recreate(EMPTY)
    upgrade(settings)
    dispose_engines(settings)  # a template may have no connections
    return EMPTY


def big_sample() -> Path:
    """A folder with a sample county of 285,000 households, written once."""
    out = HOME / "big"
    if not (out / "households.zip").is_file():
        subprocess.run(
            [sys.executable, "-m", "geo_grid.cli", "sample", "--out", str(out), "--households", "285000"], check=True
        )
    return out


def importing(paths: list[Path]) -> list[str]:
    """The words of a process that imports these files to committed, checked and assigned tables."""
    code = (
        "import sys; from pathlib import Path;"
        "from geo_grid.intake import load; from geo_grid.settings import settings;"
        "load(settings(), [Path(word) for word in sys.argv[1:]])"
    )
    return [sys.executable, "-c", code, *map(str, paths)]


def sample_county() -> Settings:
    """A database made anew with the sample county and its tile shapes."""
    settings = recreate("bench_sample", template=empty_net())
    environ = environ_of(settings)
    subprocess.run([sys.executable, "-m", "geo_grid.cli", "import", str(SAMPLE)], check=True, env=environ)
    return settings
