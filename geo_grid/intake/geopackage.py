"""GeoPackages read with sqlite alone: tables only, never views, with limits on the work done and nothing written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.intake.garbled import garbled_findings
from geo_grid.intake.layer import Layer, Unreadable, nothing
from geo_grid.intake.places import made_plain

MAGIC = b"SQLite format 3\x00"
#: Virtual machine steps between two looks at the meter, and how many looks a file gets: about ten seconds.
_STEPS, _LOOKS = 1_000_000, 500
#: The longest value, in bytes, and the most values of a layer.
MOST_VALUE_BYTES, MOST_CELLS = 256 << 20, 30_000_000
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_DIRECTORY = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_FUNCTIONS = {"count", "like"}
_WHOLE = "it is not a GeoPackage, or a damaged one: export it again"
_ONLY_VIEWS = "its layers are views, which are not read: save them as layers of their own"

_TABLES = """
SELECT name
  FROM sqlite_master
 WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
 ORDER BY name
 LIMIT 10000
"""
_LAYERS = """
SELECT c.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
  FROM gpkg_contents c
  LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name AND c.data_type = 'features'
  LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
 WHERE c.data_type = 'attributes' OR c.data_type = 'features' AND g.column_name IS NOT NULL
 ORDER BY c.table_name
 LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A table as the file lists it; its geometry column is None where its rows lie nowhere."""

    table: str
    geometry_column: str | None
    crs: str | None


def read_geopackage(path: Path) -> Iterator[Layer]:
    """The layers of the file, of features and of plain rows. Raises `Unreadable`."""
    _check_file(path)
    try:
        with closing(_opened(path)) as package:
            tables = {str(name) for (name,) in package.execute(_TABLES)}
            if not set(_DIRECTORY) <= tables:
                raise Unreadable(path.name, _WHOLE)
            listed = [_listed(row) for row in package.execute(_LAYERS).fetchall()]
            there = [one for one in listed if one.table in tables]
            # Programs keep tables of their own beside layers (QGIS: layer_styles): plain ones count where alone.
            read = [one for one in there if one.geometry_column is not None] or there
            if not read:
                raise Unreadable(path.name, _ONLY_VIEWS if listed else "it has no layers: export it again")
            for one in read:
                yield _layer(package, path, one)
    except sqlite3.OperationalError as wrong:
        limit = "interrupted" in str(wrong)
        raise Unreadable(path.name, "reading it takes too long: export it again" if limit else _WHOLE) from wrong
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as wrong:
        raise Unreadable(path.name, _WHOLE) from wrong


def _check_file(path: Path) -> None:
    """Raises when the file is no SQLite database, or is being written to by another program."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Unreadable(path.name, _WHOLE)
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            raise Unreadable(path.name, "another program is writing to it: close it there first")


def _opened(path: Path) -> sqlite3.Connection:
    """The file opened for reading only, trusting nothing that its schema says."""
    package = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    # Text that is not UTF-8 is shown as lost characters, and told so.
    package.text_factory = lambda raw: raw.decode("utf-8", "replace")
    package.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES)
    package.execute("PRAGMA trusted_schema = OFF")
    package.execute("PRAGMA query_only = ON")
    package.execute("PRAGMA cell_size_check = ON")
    looks = iter(range(_LOOKS))
    package.set_progress_handler(lambda: int(next(looks, None) is None), _STEPS)
    package.set_authorizer(_authorized)
    return package


def _authorized(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Whether a statement may do this: read, count, look at a table's columns; nothing else."""
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if second in _FUNCTIONS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first == "table_xinfo" else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _listed(row: tuple[Any, ...]) -> _Listed:
    """A row of the file's directory."""
    table, column, srs_id, organization, code, definition = row
    number = int(code) if str(code).lstrip("-").isdigit() else 0
    crs = f"EPSG:{number}" if str(organization).upper() == "EPSG" and number > 0 else definition
    known = column is not None and srs_id not in (0, -1) and crs
    return _Listed(str(table), None if column is None else str(column), str(crs) if known else None)


def _layer(package: sqlite3.Connection, path: Path, one: _Listed) -> Layer:
    """One table as a layer."""
    source = f"{path.name} layer {one.table}"
    names = _columns(package, one, source)
    (count,) = package.execute(f"SELECT count(*) FROM {_quoted(one.table)}").fetchone()  # noqa: S608  (quoted)
    if count * len(names) > MOST_CELLS:
        raise Unreadable(
            source,
            "the layer has %(rows)s rows of %(fields)s fields: split it into several files",
            rows=count,
            fields=len(names),
        )
    listed = ", ".join(map(_quoted, names))
    rows = package.execute(f"SELECT {listed} FROM {_quoted(one.table)}").fetchall()  # noqa: S608  (quoted)
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    columns: dict[str, list[str]] = {}
    broken: dict[int, str] = {}
    geometry = nothing(len(rows))
    for name, column in zip(names, values, strict=True):
        if name.casefold() == (one.geometry_column or "").casefold():
            geometry, broken = _geometries(column)
        else:
            columns[name] = [_text(value) for value in column]
    if one.geometry_column is None:
        return Layer(source, one.table, columns, findings=tuple(garbled_findings(columns, source)))
    geometry, broken, findings = made_plain(geometry, broken, source)
    findings += garbled_findings(columns, source)
    return Layer(source, one.table, columns, geometry, crs=one.crs, broken=broken, findings=tuple(findings))


def _columns(package: sqlite3.Connection, one: _Listed, source: str) -> list[str]:
    """The table's own columns; raises when it has computed ones, which can cost anything, or no geometry."""
    found = package.execute(f"PRAGMA table_xinfo({_quoted(one.table)})").fetchall()
    names = [str(column[1]) for column in found]
    if any(column[6] for column in found):
        raise Unreadable(source, "it has computed columns, which are not read: save it as a new layer")
    if one.geometry_column is not None and one.geometry_column.casefold() not in {name.casefold() for name in names}:
        raise Unreadable(source, "it has no geometry column: export it again")
    return names


def _quoted(name: str) -> str:
    """An identifier of the file, safe in a statement."""
    return '"' + name.replace('"', '""') + '"'


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
    return str(value).strip().replace("\x00", "\ufffd")
