"""A township small enough to draw, written to files by GDAL as a GIS would write it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tests.drawn import at, drawn, together

DRAWING = """
    A A B B C C
    A A B B C C
    R P P R C C
"""
SIZE = 20.0
CELLS = drawn(DRAWING, size=SIZE)

TOWN, WEST_VILLAGE, EAST_VILLAGE = "990125100", "990125100001", "990125100002"
WEST_GROUP, EAST_GROUP = f"{WEST_VILLAGE}-G01", f"{EAST_VILLAGE}-G01"
A, B, C = f"{WEST_GROUP}-M01", f"{WEST_GROUP}-M02", f"{EAST_GROUP}-M01"
SCHOOL = f"{WEST_VILLAGE}-S01"

_ROWS = [
    (TOWN, "示例镇", "总网格", "", "ABCPR"),
    (WEST_VILLAGE, "西村", "分网格", TOWN, "ABPR"),
    (EAST_VILLAGE, "东村", "分网格", TOWN, "C"),
    (WEST_GROUP, "西一组", "组网格", WEST_VILLAGE, "AB"),
    (EAST_GROUP, "东一组", "组网格", EAST_VILLAGE, "C"),
    (A, "西甲", "微网格", WEST_GROUP, "A"),
    (B, "西乙", "微网格", WEST_GROUP, "B"),
    (C, "东甲", "微网格", EAST_GROUP, "C"),
    (SCHOOL, "学校", "专属网格", WEST_VILLAGE, "P"),
]


def grids() -> gpd.GeoDataFrame:
    """All grids of the town."""
    columns = ["网格编码", "网格名称", "网格层级", "上级编码"]
    frame = pd.DataFrame([row[:4] for row in _ROWS], columns=columns)
    shapes = [together(*(CELLS[letter] for letter in row[4])) for row in _ROWS]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4546")


def households() -> gpd.GeoDataFrame:
    """Four households: inside A, on the border of A and B, in the school, on the west village's bare ground."""
    places = [(0.5, 2.5), (2, 1.5), (1.5, 0.5), (0.5, 0.5)]
    frame = pd.DataFrame(
        {
            "户编码": [f"990125100001-H{n:04d}" for n in range(1, 5)],
            "地址": [f"西村{n}号" for n in range(1, 5)],
            "人口数": [3, 1, 0, 5],
            "联系电话": ["13800000001", "", "", "13800000004"],
            "联系人": ["", "", "", ""],
        }
    )
    points = shapely.points([at(*place, size=SIZE) for place in places])
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4546")


def risk_sites() -> gpd.GeoDataFrame:
    """A well, a gully and a forest."""
    frame = pd.DataFrame(
        {"编码": ["W-1", "L-1", "F-1"], "名称": ["老井", "东沟", "后山"], "类别": ["水井", "沟谷", "林地"]}
    )
    shapes = [
        shapely.Point(at(1, 1, size=SIZE)),
        shapely.LineString([at(0, 0), at(9, 9)]),
        shapely.box(*at(0, 0), *at(9, 9)),
    ]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4546")


def facilities() -> gpd.GeoDataFrame:
    """One village station."""
    frame = pd.DataFrame(
        {"编码": ["F-001"], "名称": ["西村站"], "级别": ["村级站"], "地址": ["西村"], "电话": ["0351-1"]}
    )
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(at(1, 1, size=SIZE))], crs="EPSG:4546")


def workers() -> pd.DataFrame:
    """Two people in three posts, and a vacant one."""
    columns = ["工号", "姓名", "电话", "网格编码", "岗位", "起始日期", "截止日期"]
    rows = [
        ("W1", "王一", "13900000001", TOWN, "网格长", "2024-01-01", ""),
        ("W2", "李二", "13900000002", A, "联户长", "2024-01-01", ""),
        ("W2", "李二", "13900000002", B, "联户长", "2024-02-01", ""),
        ("", "", "", C, "联户长", "", ""),
    ]
    return pd.DataFrame(rows, columns=columns)


def write(frame: gpd.GeoDataFrame, folder: Path, name: str, kind: str) -> Path:
    """The frame as a file: 'shp' (zipped, GBK), 'gpkg' or 'geojson'."""
    if kind == "gpkg":
        path = folder / f"{name}.gpkg"
        frame.to_file(path, driver="GPKG", layer=name)
        return path
    if kind == "geojson":
        path = folder / f"{name}.geojson"
        frame.to_file(path, driver="GeoJSON", COORDINATE_PRECISION=10)
        return path
    loose = folder / f"{name}_parts"
    loose.mkdir()
    frame.to_file(loose / f"{name}.shp", encoding="GBK")
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(loose.iterdir()):
            archive.write(part, part.name)
    return path


def write_table(frame: pd.DataFrame, folder: Path, name: str, kind: str = "xlsx") -> Path:
    """A table as 'xlsx' or 'csv'."""
    path = folder / f"{name}.{kind}"
    if kind == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path


def changed(frame: gpd.GeoDataFrame, code: str, **values: object) -> gpd.GeoDataFrame:
    """The frame with some values of one grid replaced; `geometry` among them."""
    frame = frame.copy()
    row = frame.index[frame["网格编码"] == code][0]
    for column, value in values.items():
        frame.at[row, column] = value
    return frame


def box_of(*letters: str) -> shapely.MultiPolygon:
    """The ground of letters of the drawing."""
    return together(*(CELLS[letter] for letter in letters))


def shifted(polygon: shapely.Geometry, metres: float) -> shapely.Geometry:
    """The polygon moved east."""
    return shapely.transform(polygon, lambda coords: coords + np.array([metres, 0.0]))
