"""Shapefiles read from their bytes, strictly: no length is believed unchecked, no other format tried."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Unreadable, nothing
from geo_grid.intake.places import heights_dropped, is_no_place
from geo_grid.intake.records import Records, records_of
from geo_grid.intake.rings import Rings, polygons_of

MAGIC = 9994
_NULL = 0
_POINTS = {1, 11, 21}
_LINES = {3, 13, 23}
_POLYGONS = {5, 15, 25}
_MULTIPOINTS = {8, 18, 28}
_PLAIN = {1, 3, 5, 8}
_POINT_RECORD = np.dtype([("number", ">i4"), ("words", ">i4"), ("kind", "<i4"), ("x", "<f8"), ("y", "<f8")])


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes in row order: plain points (n, 2), or geometries with None for null shapes.

    `broken` says why rows (from 1) have none that should.
    """

    geometry: npt.NDArray[Any] | None = None
    points: npt.NDArray[np.float64] | None = None
    broken: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of shapes, null ones among them."""
        return len(self.points if self.points is not None else self.geometry if self.geometry is not None else ())


def read_shapes(shp: bytes, shx: bytes | None, rows: int | None, source: str) -> Shapes:
    """The shapes for the `rows` of the table (their number, None when unknown). Raises `Unreadable`."""
    kind = kind_of_shp(shp, source)
    points = _regular_points(shp, shx) if kind == 1 else None
    if points is not None:
        return Shapes(points=points)
    records = records_of(shp, shx, rows, source)
    findings = records.findings + ([] if kind in _PLAIN else [heights_dropped(source)])
    reader = _single if kind in _POINTS else _several if kind in _MULTIPOINTS else _paths
    shapes = reader(shp, records, kind, source)
    return replace(shapes, findings=findings)


def _regular_points(shp: bytes, shx: bytes | None) -> npt.NDArray[np.float64] | None:
    """The coordinates (n, 2) of plain points in order, with an index that says so; None for any other file."""
    body, size = len(shp) - 100, _POINT_RECORD.itemsize
    if body % size or struct.unpack_from(">i", shp, 24)[0] * 2 != len(shp) or shx is None:
        return None
    records = np.frombuffer(shp, dtype=_POINT_RECORD, offset=100)
    regular = (records["words"] == 10) & (records["kind"] == 1)
    if not regular.all() or not np.array_equal(records["number"], np.arange(1, len(records) + 1)):
        return None
    entries = np.frombuffer(shx, dtype=">i4", offset=100) if len(shx) >= 100 and len(shx) % 8 == 4 else np.zeros(0)
    expected = np.column_stack([50 + 14 * np.arange(len(records)), np.full(len(records), 10)]).ravel()
    at = np.column_stack([records["x"], records["y"]])
    return None if not np.array_equal(entries, expected) or is_no_place(at).any() else at


def kind_of_shp(shp: bytes, source: str) -> int:
    """The shape type of the file. Raises `Unreadable` when it is no shapefile, or of a type that is not read."""
    if len(shp) >= 4 and shp[:4] != MAGIC.to_bytes(4, "big"):
        raise Unreadable(source, "the .shp is not a shapefile: export it again")
    if len(shp) < 100:
        raise Unreadable(source, "the .shp is empty or cut off: export it again")
    if struct.unpack_from("<i", shp, 28)[0] != 1000:
        raise Unreadable(source, "the .shp is not a shapefile: export it again")
    kind = int(struct.unpack_from("<i", shp, 32)[0])
    if kind == _NULL:
        raise Unreadable(source, "the .shp is of a type without shapes: export the layer again")
    if kind not in _POINTS | _LINES | _POLYGONS | _MULTIPOINTS:
        raise Unreadable(source, "shape type %(kind)s is not read: use points, lines or polygons", kind=kind)
    return kind


def _own_kinds(shp: bytes, records: Records, kind: int) -> tuple[npt.NDArray[np.int64], dict[int, str]]:
    """The rows (from 0) whose record is of the file's kind, and why the others that are not null have no shape."""
    content = np.frombuffer(shp, dtype=np.uint8)
    kinds = content[records.start[:, None] + np.arange(4)].copy().view("<i4")[:, 0] if len(records) else np.zeros(0)
    other = np.flatnonzero((kinds != kind) & (kinds != _NULL))
    broken = {int(row) + 1: "its shape is of another type than the file's" for row in other}
    return np.flatnonzero(kinds == kind), broken


def _points(shp: bytes, records: Records, source: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The coordinates (n, 2) of the rows' records, which hold one point each."""
    if short := np.flatnonzero(records.size[rows] < 20).tolist():
        _need(records, 20, int(rows[short[0]]), source)
    places = np.frombuffer(shp, dtype=np.uint8)[records.start[rows][:, None] + np.arange(4, 20)]
    return np.frombuffer(places.tobytes(), dtype="<f8").reshape(-1, 2).astype(np.float64)


def _single(shp: bytes, records: Records, kind: int, source: str) -> Shapes:
    """Points, one a record; as plain coordinates when each row has one."""
    rows, broken = _own_kinds(shp, records, kind)
    at = _points(shp, records, source, rows)
    lost = is_no_place(at)
    broken |= dict.fromkeys((rows[lost] + 1).tolist(), "a coordinate is no number of a place")
    if len(rows) == len(records) and not lost.any():
        return Shapes(points=at)
    shapes = nothing(len(records))
    shapes[rows[~lost]] = shapely.points(at[~lost])
    return Shapes(shapes, None, broken)


def _several(shp: bytes, records: Records, kind: int, source: str) -> Shapes:
    """Points, any number a record."""
    shapes = nothing(len(records))
    rows, broken = _own_kinds(shp, records, kind)
    for row in rows.tolist():
        start = int(records.start[row])
        _need(records, 40, row, source)
        count = _positive(struct.unpack_from("<i", shp, start + 36)[0], row, source)
        _need(records, 40 + 16 * count, row, source)
        at = _coords(shp, start + 40, count)
        if not len(at) or is_no_place(at).any():
            broken[row + 1] = "a coordinate is no number of a place" if len(at) else "it has no points"
        else:
            shapes[row] = shapely.MultiPoint(at)
    return Shapes(shapes, None, broken)


def _paths(shp: bytes, records: Records, kind: int, source: str) -> Shapes:
    """Lines or polygons."""
    shapes = nothing(len(records))
    rows, broken = _own_kinds(shp, records, kind)
    coords, lengths, owners = [], [], []
    for row in rows.tolist():
        at, parts = _parts(shp, records, row, source)
        if not parts:
            broken[row + 1] = "it has no points"
            continue
        coords.append(at)
        lengths.extend(parts)
        owners.extend([row] * len(parts))
    joined = np.concatenate(coords) if coords else np.empty((0, 2))
    rings = Rings(joined, np.array(lengths, dtype=np.int64), np.array(owners, dtype=np.int64))
    rings, lost = _with_places(rings)
    broken |= dict.fromkeys((lost + 1).tolist(), "a coordinate is no number of a place")
    if kind in _POLYGONS:
        broken |= polygons_of(rings, shapes)
    else:
        broken |= _lines_of(rings, shapes)
    return Shapes(shapes, None, broken)


def _with_places(rings: Rings) -> tuple[Rings, npt.NDArray[np.int64]]:
    """The rings of the rows all of whose coordinates are places, and the other rows."""
    wrong = is_no_place(rings.coords)
    if not wrong.any():
        return rings, np.zeros(0, dtype=np.int64)
    lost = np.unique(np.repeat(rings.owner, rings.length)[wrong])
    kept = ~np.isin(rings.owner, lost)
    return Rings(rings.coords[np.repeat(kept, rings.length)], rings.length[kept], rings.owner[kept]), lost


def _parts(shp: bytes, records: Records, row: int, source: str) -> tuple[npt.NDArray[np.float64], list[int]]:
    """The coordinates of one record and the length of each of its parts."""
    start = int(records.start[row])
    _need(records, 44, row, source)
    part_count, point_count = struct.unpack_from("<ii", shp, start + 36)
    part_count, point_count = _positive(part_count, row, source), _positive(point_count, row, source)
    if part_count == point_count == 0:
        return np.empty((0, 2)), []
    _need(records, 44 + 4 * part_count + 16 * point_count, row, source)
    first = np.frombuffer(shp, dtype="<i4", count=part_count, offset=start + 44).astype(np.int64)
    ends = np.append(first[1:], point_count)
    if part_count == 0 or first[0] != 0 or (ends <= first).any():
        raise Unreadable(source, "the .shp is damaged at record %(record)s: export it again", record=row + 1)
    return _coords(shp, start + 44 + 4 * part_count, point_count), (ends - first).tolist()


def _coords(shp: bytes, start: int, count: int) -> npt.NDArray[np.float64]:
    """`count` coordinates (count, 2)."""
    return np.frombuffer(shp, dtype="<f8", count=2 * count, offset=start).reshape(-1, 2).astype(np.float64)


def _positive(count: int, row: int, source: str) -> int:
    """The count; raises when it is negative."""
    if count < 0:
        raise Unreadable(source, "the .shp is damaged at record %(record)s: export it again", record=row + 1)
    return count


def _need(records: Records, size: int, row: int, source: str) -> None:
    """Raises when the record is too short for what it says it holds."""
    if records.size[row] < size:
        raise Unreadable(source, "the .shp is damaged at record %(record)s: export it again", record=row + 1)


def _lines_of(rings: Rings, shapes: npt.NDArray[Any]) -> dict[int, str]:
    """Put the lines into `shapes`; why rows have none."""
    if len(rings.length) == 0:
        return {}
    broken = {int(row) + 1: "a line of one point" for row in np.unique(rings.owner[rings.length < 2])}
    starts = np.cumsum(rings.length) - rings.length
    owners, begins, counts = np.unique(rings.owner, return_index=True, return_counts=True)
    for row, begin, count in zip(owners.tolist(), begins.tolist(), counts.tolist(), strict=True):
        if row + 1 not in broken:
            here = range(begin, begin + count)
            parts = [rings.coords[starts[i] : starts[i] + rings.length[i]] for i in here]
            shapes[row] = shapely.LineString(parts[0]) if len(parts) == 1 else shapely.MultiLineString(parts)
    return broken
