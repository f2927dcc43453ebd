"""GeoPackages read with sqlite alone: tables only, never views, and with a limit on the work done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.intake.layer import Layer, Unreadable, nothing

#: Virtual machine steps between two looks at the meter, and how many looks a file gets.
_STEPS, _LOOKS = 1_000_000, 3_000
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}

_LAYERS = """
SELECT c.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
  FROM gpkg_contents c
  JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
  JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
  LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
 WHERE c.data_type = 'features'
 ORDER BY c.table_name
 LIMIT 100
"""


def read_geopackage(path: Path) -> Iterator[Layer]:
    """The feature layers of the file. Raises `Unreadable`."""
    try:
        with closing(_opened(path)) as package:
            for layer in package.execute(_LAYERS).fetchall():
                yield _layer(package, path, layer)
    except sqlite3.Error as wrong:
        raise Unreadable(path.name, "it is not a GeoPackage, or a damaged one: export it again") from wrong


def _opened(path: Path) -> sqlite3.Connection:
    """The file opened for reading only, trusting nothing that its schema says."""
    package = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    package.execute("PRAGMA trusted_schema = OFF")
    package.execute("PRAGMA query_only = ON")
    looks = iter(range(_LOOKS))
    package.set_progress_handler(lambda: int(next(looks, None) is None), _STEPS)
    return package


def _layer(package: sqlite3.Connection, path: Path, layer: tuple[Any, ...]) -> Layer:
    """One table as a layer."""
    table, geometry_column, srs_id, organization, code, definition = layer
    quoted = '"' + str(table).replace('"', '""') + '"'
    cursor = package.execute(f"SELECT * FROM {quoted}")  # noqa: S608  (an identifier of the file itself, quoted)
    names = [str(column[0]) for column in cursor.description]
    rows = cursor.fetchall()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    source = f"{path.name} layer {table}"
    columns: dict[str, list[str]] = {}
    broken: dict[int, str] = {}
    geometry = nothing(len(rows))
    for name, column in zip(names, values, strict=True):
        if name == geometry_column:
            geometry, broken = _geometries(column)
        else:
            columns[name] = [_text(value) for value in column]
    crs = f"EPSG:{code}" if str(organization).upper() == "EPSG" and int(code) > 0 else definition
    said = crs if srs_id not in (0, -1) else None
    return Layer(source, str(table), columns, geometry, crs=said, broken=broken)


def _geometries(blobs: tuple[Any, ...]) -> tuple[npt.NDArray[Any], dict[int, str]]:
    """The geometries of GeoPackage blobs (OGC 12-128r19, 2.1.3), and why rows (from 1) have none that should."""
    broken: dict[int, str] = {}
    wkb = nothing(len(blobs))
    for row, blob in enumerate(blobs):
        if blob is None:
            continue
        if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
            broken[row + 1] = "its geometry is not one a GeoPackage may hold"
            continue
        wkb[row] = blob[8 + _ENVELOPE_BYTES.get((blob[3] >> 1) & 7, 0) :]
    geometry = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    for lost in np.flatnonzero(shapely.is_missing(geometry) & (wkb != None)):  # noqa: E711  (element by element)
        broken[int(lost) + 1] = "its geometry is damaged"
    return geometry, broken


def _text(value: Any) -> str:
    """A value as text, '' for null; bytes are nothing we read."""
    if value is None or isinstance(value, bytes | bytearray | memoryview):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
