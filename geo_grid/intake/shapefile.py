"""Shapefiles read from their bytes, strictly: no length is believed unchecked, no other format tried."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.intake.layer import Unreadable, nothing
from geo_grid.intake.rings import Rings, polygons_of

MAGIC = 9994
_NULL = 0
_POINTS = {1, 11, 21}
_LINES = {3, 13, 23}
_POLYGONS = {5, 15, 25}
_MULTIPOINTS = {8, 18, 28}
_POINT_RECORD = np.dtype([("number", ">i4"), ("words", ">i4"), ("kind", "<i4"), ("x", "<f8"), ("y", "<f8")])

Shapes = tuple[npt.NDArray[Any], dict[int, str]]


@dataclass(frozen=True, slots=True)
class _Record:
    """Where the content of a record starts and how many bytes it has."""

    start: int
    size: int


def read_shapes(shp: bytes, shx: bytes | None, source: str) -> Shapes:
    """The geometries in record order, None for null shapes, and why rows (from 1) have none that should.

    The records are walked in the .shp itself; an index that disagrees with them is refused, one that is missing or
    useless is not needed. Raises `Unreadable`.
    """
    kind = _kind(shp, source)
    records = _walk(shp, source)
    _check_index(records, shx, source)
    if kind in _POINTS | _MULTIPOINTS:
        return _points(shp, records, kind, source)
    return _paths(shp, records, kind, source)


def read_points(shp: bytes, source: str) -> npt.NDArray[np.float64] | None:
    """The coordinates (n, 2) of a shapefile of plain points, none of them null; None for any other one."""
    body, size = len(shp) - 100, _POINT_RECORD.itemsize
    if _kind(shp, source) != 1 or body % size:
        return None
    records = np.frombuffer(shp, dtype=_POINT_RECORD, offset=100)
    regular = (records["words"] == 10) & (records["kind"] == 1)
    if not regular.all() or not np.array_equal(records["number"], np.arange(1, len(records) + 1)):
        return None
    return np.column_stack([records["x"], records["y"]])


def _kind(shp: bytes, source: str) -> int:
    """The shape type of the file."""
    if len(shp) < 100:
        raise Unreadable(source, "the .shp is empty or cut off: export it again")
    magic, version = struct.unpack_from(">i", shp)[0], struct.unpack_from("<i", shp, 28)[0]
    if magic != MAGIC or version != 1000:
        raise Unreadable(source, "the .shp is not a shapefile: export it again")
    kind = int(struct.unpack_from("<i", shp, 32)[0])
    if kind not in _POINTS | _LINES | _POLYGONS | _MULTIPOINTS:
        raise Unreadable(source, f"shape type {kind} is not read: use points, lines or polygons")
    return kind


def _walk(shp: bytes, source: str) -> list[_Record]:
    """Every record, in file order."""
    records: list[_Record] = []
    at = 100
    while at < len(shp):
        if at + 12 > len(shp):
            raise Unreadable(source, "the .shp is cut off: export it again")
        number, words = struct.unpack_from(">ii", shp, at)
        if number != len(records) + 1 or words < 2 or at + 8 + 2 * words > len(shp):
            raise Unreadable(source, f"the .shp is damaged at record {len(records) + 1}: export it again")
        records.append(_Record(at + 8, 2 * words))
        at += 8 + 2 * words
    return records


def _check_index(records: list[_Record], shx: bytes | None, source: str) -> None:
    """Raises when an index is sound in itself but orders the records otherwise: rows would get others' shapes."""
    if shx is None or len(shx) < 100 or (len(shx) - 100) % 8:
        return
    offsets = np.frombuffer(shx, dtype=">i4", offset=100).reshape(-1, 2)[:, 0].astype(np.int64) * 2
    walked = np.array([record.start - 8 for record in records], dtype=np.int64)
    if not np.isin(offsets, walked).all() or np.array_equal(offsets, walked):
        return
    raise Unreadable(source, "the .shx does not fit the .shp: delete the .shx or export again")


def _points(shp: bytes, records: list[_Record], kind: int, source: str) -> Shapes:
    """Points that are null, three-dimensional or several in one record."""
    shapes, broken = nothing(len(records)), {}
    for row, record in enumerate(records):
        own = struct.unpack_from("<i", shp, record.start)[0]
        if own == _NULL:
            continue
        if own != kind:
            broken[row + 1] = f"its shape type is {own}, the file's is {kind}"
        elif kind in _POINTS:
            _need(record, 20, row, source)
            shapes[row] = shapely.Point(*struct.unpack_from("<dd", shp, record.start + 4))
        else:
            _need(record, 40, row, source)
            count = struct.unpack_from("<i", shp, record.start + 36)[0]
            _need(record, 40 + 16 * _positive(count, row, source), row, source)
            shapes[row] = shapely.MultiPoint(_coords(shp, record.start + 40, count))
    return shapes, broken


def _paths(shp: bytes, records: list[_Record], kind: int, source: str) -> Shapes:
    """Lines or polygons."""
    shapes, broken = nothing(len(records)), {}
    coords, lengths, owners = [], [], []
    for row, record in enumerate(records):
        own = struct.unpack_from("<i", shp, record.start)[0]
        if own == _NULL:
            continue
        if own != kind:
            broken[row + 1] = f"its shape type is {own}, the file's is {kind}"
            continue
        at, parts = _parts(shp, record, row, source)
        if not np.isfinite(at).all():
            broken[row + 1] = "a coordinate is not a number"
            continue
        coords.append(at)
        lengths.extend(parts)
        owners.extend([row] * len(parts))
    rings = Rings(np.concatenate(coords) if coords else np.empty((0, 2)), np.array(lengths), np.array(owners))
    if kind in _POLYGONS:
        broken |= polygons_of(rings, shapes)
    else:
        broken |= _lines_of(rings, shapes)
    return shapes, broken


def _parts(shp: bytes, record: _Record, row: int, source: str) -> tuple[npt.NDArray[np.float64], list[int]]:
    """The coordinates of one record and the length of each of its parts."""
    _need(record, 44, row, source)
    part_count, point_count = struct.unpack_from("<ii", shp, record.start + 36)
    part_count, point_count = _positive(part_count, row, source), _positive(point_count, row, source)
    _need(record, 44 + 4 * part_count + 16 * point_count, row, source)
    first = np.frombuffer(shp, dtype="<i4", count=part_count, offset=record.start + 44)
    ends = np.append(first[1:], point_count)
    if part_count == 0 or first[0] != 0 or (ends <= first).any():
        raise Unreadable(source, f"the .shp is damaged at record {row + 1}: export it again")
    return _coords(shp, record.start + 44 + 4 * part_count, point_count), (ends - first).tolist()


def _coords(shp: bytes, start: int, count: int) -> npt.NDArray[np.float64]:
    """`count` coordinates (count, 2)."""
    return np.frombuffer(shp, dtype="<f8", count=2 * count, offset=start).reshape(-1, 2).astype(np.float64)


def _positive(count: int, row: int, source: str) -> int:
    """The count; raises when it is negative."""
    if count < 0:
        raise Unreadable(source, f"the .shp is damaged at record {row + 1}: export it again")
    return count


def _need(record: _Record, size: int, row: int, source: str) -> None:
    """Raises when the record is too short for what it says it holds."""
    if record.size < size:
        raise Unreadable(source, f"the .shp is damaged at record {row + 1}: export it again")


def _lines_of(rings: Rings, shapes: npt.NDArray[Any]) -> dict[int, str]:
    """Put the lines into `shapes`; why rows have none."""
    if len(rings.length) == 0:
        return {}
    broken = {int(row) + 1: "a line of one point" for row in np.unique(rings.owner[rings.length < 2])}
    starts = np.cumsum(rings.length) - rings.length
    for row in np.unique(rings.owner):
        if row + 1 not in broken:
            here = np.flatnonzero(rings.owner == row)
            parts = [rings.coords[starts[i] : starts[i] + rings.length[i]] for i in here]
            shapes[row] = shapely.LineString(parts[0]) if len(parts) == 1 else shapely.MultiLineString(parts)
    return broken
