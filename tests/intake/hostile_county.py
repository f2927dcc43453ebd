"""The county that the made hostile files belong to: a group of 1.2 km square, in the CRS of their zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, upgrade
from geo_grid.intake import Standing, load, standing_county
from geo_grid.journal import data_version
from geo_grid.settings import Settings
from tests import databases

#: CGCS2000, 3-degree zone 38, its number in the eastings.
SRID = 4526
WEST, SOUTH, CELL, SIDE = 38_512_000.0, 3_846_000.0, 400.0, 3
GROUP = "410123000000"


@dataclass(frozen=True)
class HostileCounty:
    """The county before any hostile file: where it is, what stands in it, and its state then."""

    settings: Settings
    standing: Standing
    began: tuple[int, int]

    def state(self) -> tuple[int, int]:
        """The version of the data and the number of grids as they are now."""
        with engine(self.settings, DbRole.LOADER).connect() as conn:
            grids = conn.exec_driver_sql("SELECT count(*) FROM grids").scalar_one()
            return data_version(conn), int(grids)


@contextmanager
def hostile_county(cluster: Cluster, folder: Path) -> Iterator[HostileCounty]:
    """The county in a database of its own."""
    with databases.clone(cluster, databases.empty_template(cluster)) as empty:
        settings = open_county(empty, folder)
        with engine(settings, DbRole.LOADER).connect() as conn:
            standing = standing_county(conn)
        county = HostileCounty(settings, standing, (0, 0))
        yield HostileCounty(settings, standing, county.state())


def open_county(empty: Settings, folder: Path) -> Settings:
    """The settings of an empty database, which now holds the group that the files' micro grids belong to."""
    settings = empty.model_copy(update={"srid": SRID})
    upgrade(settings)
    steps = [CELL * step for step in range(SIDE + 1)]
    border = [(0.0, y) for y in steps] + [(x, steps[-1]) for x in steps[1:]]
    border += [(steps[-1], y) for y in reversed(steps[:-1])] + [(x, 0.0) for x in reversed(steps[:-1])]
    square = shapely.Polygon([(WEST + x, SOUTH + y) for x, y in border])
    rows = [("T", "示例镇", "总网格", ""), ("V", "示例村", "分网格", "T"), (GROUP, "示例组", "组网格", "V")]
    columns = ["网格编码", "网格名称", "网格层级", "上级编码"]
    frame = gpd.GeoDataFrame(dict(zip(columns, zip(*rows, strict=True), strict=True)), geometry=[square] * 3, crs=SRID)
    path = folder / "county.gpkg"
    frame.to_file(path, driver="GPKG", layer="grids")
    load(settings, [path])
    return settings
