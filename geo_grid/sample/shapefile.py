"""Writes shapefiles byte for byte the same every time, zipped, with text in GBK.

GDAL writes them too, but the bytes of its DBF header change with its version and the day.
Source of the format: ESRI Shapefile Technical Description, July 1998; dBASE III table layout.
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geo_grid.sample.noise import Geometries, Ints

#: The date in the headers and archives: the rules of the sample were laid down then.
FIXED_DATE = (2025, 1, 1)
GBK_LANGUAGE_DRIVER = 0x4D
PRJ_EPSG_4546 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_111E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
_POINT, _LINE, _POLYGON = 1, 3, 5


@dataclass(frozen=True)
class Column:
    """A column of the table: texts, or whole numbers when `numeric`."""

    name: str
    values: list[str]
    numeric: bool = False


def write_shapefile_zip(path: Path, shapes: Geometries, columns: list[Column]) -> None:
    """A zip with one shapefile of points, of lines or of polygons in EPSG:4546."""
    shp, shx = _geometry_files(shapes)
    members = {
        ".shp": shp,
        ".shx": shx,
        ".dbf": _table(columns),
        ".prj": PRJ_EPSG_4546.encode(),
        ".cpg": b"GBK",
    }
    write_zip(path, {path.stem + suffix: content for suffix, content in members.items()})


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    """A zip of the members in order of their names, with the fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, (*FIXED_DATE, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, members[name])
    path.write_bytes(buffer.getvalue())


def _geometry_files(shapes: Geometries) -> tuple[bytes, bytes]:
    """The .shp and the .shx."""
    kind = int(shapely.get_type_id(shapes[0]))
    if kind == shapely.GeometryType.POINT:
        records, code = _point_records(shapes), _POINT
    elif kind in (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING):
        records, code = _part_records(shapes, _LINE), _LINE
    else:
        records, code = _part_records(shapely.orient_polygons(shapes, exterior_cw=True), _POLYGON), _POLYGON
    bounds = tuple(float(value) for value in shapely.total_bounds(shapes))
    offsets, shp, at = [], [], 50
    for number, record in enumerate(records, 1):
        offsets.append(struct.pack(">ii", at, len(record) // 2))
        shp.append(struct.pack(">ii", number, len(record) // 2) + record)
        at += 4 + len(record) // 2
    return _header(at, code, bounds) + b"".join(shp), _header(50 + 4 * len(records), code, bounds) + b"".join(offsets)


def _header(words: int, code: int, bounds: tuple[float, ...]) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<ii8d", 1000, code, *bounds, 0, 0, 0, 0)


def _point_records(shapes: Geometries) -> list[bytes]:
    xy = shapely.get_coordinates(shapes)
    records = np.zeros(len(xy), dtype=[("code", "<i4"), ("xy", "<f8", 2)])
    records["code"] = _POINT
    records["xy"] = xy
    return [record.tobytes() for record in records]


def _part_records(shapes: Geometries, code: int) -> list[bytes]:
    """One record per shape, each ring or line a part of it."""
    parts, shape_of_part = _parts(shapes, code)
    xy, part_of_point = shapely.get_coordinates(parts, return_index=True)
    points_in_part = np.bincount(part_of_point, minlength=len(parts))
    first_part = np.searchsorted(shape_of_part, np.arange(len(shapes) + 1))
    first_point = np.concatenate([[0], np.cumsum(points_in_part)])
    bounds = shapely.bounds(shapes).astype("<f8")
    records = []
    for number in range(len(shapes)):
        low, high = int(first_part[number]), int(first_part[number + 1])
        starts = first_point[low : high + 1]
        head = struct.pack("<i", code) + bounds[number].tobytes()
        head += struct.pack("<ii", high - low, int(starts[-1] - starts[0]))
        records.append(
            head
            + (starts[:-1] - starts[0]).astype("<i4").tobytes()
            + xy[starts[0] : starts[-1]].astype("<f8").tobytes()
        )
    return records


def _parts(shapes: Geometries, code: int) -> tuple[Geometries, Ints]:
    parts, shape = shapely.get_parts(shapes, return_index=True)
    if code == _POLYGON:
        rings, part = shapely.get_rings(parts, return_index=True)
        return rings, shape[part]
    return parts, shape


def _table(columns: list[Column]) -> bytes:
    """The .dbf."""
    encoded = [[value.encode("gbk") for value in column.values] for column in columns]
    widths = [max(1, max((len(value) for value in values), default=1)) for values in encoded]
    rows = len(columns[0].values)
    year, month, day = FIXED_DATE
    header = struct.pack(
        "<4BIHH17xBxx", 3, year - 1900, month, day, rows, 33 + 32 * len(columns), 1 + sum(widths), GBK_LANGUAGE_DRIVER
    )
    fields = b"".join(
        struct.pack("<11sc4xBB14x", column.name.encode("gbk"), b"N" if column.numeric else b"C", width, 0)
        for column, width in zip(columns, widths, strict=True)
    )
    cells = [
        [value.rjust(width) if column.numeric else value.ljust(width) for value in values]
        for column, values, width in zip(columns, encoded, widths, strict=True)
    ]
    body = b"".join(b" " + b"".join(row) for row in zip(*cells, strict=True))
    return header + fields + b"\r" + body + b"\x1a"
