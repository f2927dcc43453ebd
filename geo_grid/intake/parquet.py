"""GeoParquet and plain Parquet files, read with pyarrow under limits on what they claim to hold."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.garbled import garbled_findings
from geo_grid.intake.layer import Layer, Unreadable, nothing
from geo_grid.intake.places import made_plain

MAGIC = b"PAR1"
#: The most values of a file, and the most bytes that it may unpack to.
MOST_CELLS, MOST_BYTES = 30_000_000, 1 << 30
#: What GeoParquet takes for granted where a file does not name its CRS (GeoParquet 1.1, "crs").
UNSAID_CRS = "OGC:CRS84"
_WHOLE = "it is not a Parquet file, or a damaged one: export it again"


def read_parquet(path: Path) -> Layer:
    """The file's rows as one layer, without places where it is no GeoParquet. Raises `Unreadable`."""
    _check_ends(path)
    import pyarrow
    from pyarrow import parquet

    # Threads and the allocator's arenas would take the address space that reading is allowed.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as file:
            _check_size(file.metadata, path.name)
            places = _places_of(file.metadata.metadata or {}, path.name)
            table = file.read(use_threads=False)
            flat = {one.name for one in table.schema if one.name == places[0] or _is_plain(one.type)}
            values = {name: table.column(name).to_pylist() for name in table.column_names if name in flat}
    except (pyarrow.ArrowException, OSError, OverflowError, ValueError) as wrong:
        if isinstance(wrong, Unreadable):
            raise
        raise Unreadable(path.name, _WHOLE) from wrong
    left = [name for name in table.column_names if name not in flat]
    return _layer(path, values, table.num_rows, places, _left_out(left, path.name))


def _check_ends(path: Path) -> None:
    """Raises when the file does not begin and end as every Parquet file does."""
    with path.open("rb") as file:
        opening = file.read(len(MAGIC))
        file.seek(max(path.stat().st_size - len(MAGIC), 0))
        closing = file.read(len(MAGIC))
    if opening != MAGIC or closing != MAGIC:
        raise Unreadable(path.name, _WHOLE)


def _check_size(claims: Any, source: str) -> None:
    """Raises when the file claims to hold more than is read."""
    if claims.num_rows * claims.num_columns > MOST_CELLS:
        raise Unreadable(
            source,
            "the layer has %(rows)s rows of %(fields)s fields: split it into several files",
            rows=claims.num_rows,
            fields=claims.num_columns,
        )
    total = sum(claims.row_group(group).total_byte_size for group in range(claims.num_row_groups))
    if total > MOST_BYTES:
        raise Unreadable(
            source,
            "it would unpack to %(size)s MB: at most %(most)s are read",
            size=total >> 20,
            most=MOST_BYTES >> 20,
        )


def _places_of(notes: dict[bytes, bytes], source: str) -> tuple[str | None, str | None]:
    """(the column of geometry, its CRS) of a GeoParquet file's notes; no column for plain Parquet."""
    if b"geo" not in notes:
        return None, None
    try:
        said = json.loads(notes[b"geo"])
        column = str(said["primary_column"])
        about = said["columns"][column]
        encoding = str(about["encoding"])
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Unreadable(source, _WHOLE) from wrong
    if encoding != "WKB":
        raise Unreadable(source, "its geometry is encoded as %(encoding)s: save it as WKB", encoding=encoding)
    return column, _crs(about.get("crs", UNSAID_CRS))


def _crs(said: Any) -> str | None:
    """The CRS of its PROJJSON: by its EPSG code where it has one; None where the file says that nobody knows it."""
    if said is None or isinstance(said, str):
        return said
    known = said.get("id", {}) if isinstance(said, dict) else {}
    if isinstance(known, dict) and known.get("authority") == "EPSG" and str(known.get("code", "")).isdigit():
        return f"EPSG:{known['code']}"
    return json.dumps(said)


def _is_plain(kind: Any) -> bool:
    """Whether a column's values are single ones that can be told as text."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    tests = (types.is_null, types.is_integer, types.is_floating, types.is_boolean, types.is_decimal, types.is_temporal)
    return types.is_string(kind) or types.is_large_string(kind) or any(test(kind) for test in tests)


def _left_out(columns: list[str], source: str) -> list[Finding]:
    """What to say of columns that hold lists or structures, as the boxes that some programs add."""
    if not columns:
        return []
    says = "columns that hold lists or structures are left out: %(columns)s"
    facts: dict[str, Fact] = {"columns": ", ".join(columns[:5])}
    return [Finding.of("columns_left", source, says, "nothing to do", severity="warning", facts=facts)]


def _layer(
    path: Path, values: dict[str, list[Any]], count: int, places: tuple[str | None, str | None], noticed: list[Finding]
) -> Layer:
    """The values as a layer."""
    column, crs = places
    if not count:
        raise Unreadable(path.name, "the layer has no rows")
    if column is not None and column not in values:
        raise Unreadable(path.name, "it has no geometry column: export it again")
    columns = {name: [_text(value) for value in found] for name, found in values.items() if name != column}
    findings = [*noticed, *garbled_findings(columns, path.name)]
    if column is None:
        return Layer(path.name, path.stem, columns, findings=tuple(findings))
    geometry, broken, odd = _geometries(values[column], path.name)
    return Layer(path.name, path.stem, columns, geometry, crs=crs, broken=broken, findings=(*odd, *findings))


def _geometries(wkb: list[Any], source: str) -> tuple[npt.NDArray[Any], dict[int, str], list[Finding]]:
    """The shapes of their WKB, why rows (from 1) have none that should, and what to say of them."""
    broken: dict[int, str] = {}
    given = nothing(len(wkb))
    for row, one in enumerate(wkb):
        given[row] = one if isinstance(one, bytes) else None
        if one is not None and given[row] is None:
            broken[row + 1] = "its geometry is damaged"
    geometry = np.asarray(shapely.from_wkb(given, on_invalid="ignore"), dtype=object)
    for lost in np.flatnonzero(shapely.is_missing(geometry) & (given != None)):  # noqa: E711  (element by element)
        broken[int(lost) + 1] = "its geometry is damaged"
    return made_plain(geometry, broken, source)


def _text(value: Any) -> str:
    """A value as text, '' for null; whole numbers without decimals, days as ISO dates."""
    if value is None:
        return ""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().replace("\x00", "\ufffd")
