"""Rows brought in and out of the database in bulk, by COPY: into tables, or into temporary ones to be compared."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import RawIOBase
from typing import Any

import psycopg2
from sqlalchemy import Connection

from geo_grid.db.failures import translate
from geo_grid.errors import Unavailable

#: Rows made into text at a time, and bytes handed to the driver at a time.
_ROWS, _BLOCK = 2_000, 1 << 18
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COUNT, _LENGTH, _BIGINT = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

#: Called with how many rows have gone in so far.
Told = Callable[[int], None]


def stage(
    conn: Connection,
    name: str,
    types: Mapping[str, str],
    columns: Sequence[Sequence[str | None]],
    *,
    told: Told | None = None,
) -> None:
    """Make the temporary table `name` and fill it, one sequence of texts a column, None for NULL.

    `name` and `types` (column to SQL type) are the program's own words, never a request's.
    """
    described = ", ".join(f"{column} {kind}" for column, kind in types.items())
    conn.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({described}) ON COMMIT DROP")
    append(conn, f"pg_temp.{name}", list(types), columns, told=told)
    # Not of geometry: its statistics take longer than the rest, and no plan asks for them.
    plain = ", ".join(column for column, kind in types.items() if kind != "geometry")
    conn.exec_driver_sql(f"ANALYZE pg_temp.{name} ({plain})")


def append(
    conn: Connection,
    table: str,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
    *,
    told: Told | None = None,
) -> None:
    """Add rows to a table, one sequence of texts a column, None for NULL; `table` and `names` are the program's own."""
    _bring_in(conn, table, names, "", _text(columns, told))


def append_bytes(conn: Connection, table: str, names: Sequence[str], rows: Iterable[Sequence[bytes | None]]) -> None:
    """Add rows whose values are in the server's binary form: integers big-endian, text UTF-8, geometry EWKB.

    Large shapes go in several times faster than as hexadecimal text. `table` and `names` are the program's own.
    """
    _bring_in(conn, table, names, " WITH (FORMAT binary)", _binary(rows))


def expect_many_rows(conn: Connection) -> None:
    """Let this transaction keep the rows of its statements in memory for its triggers, up to 256 MB each.

    Otherwise those of some hundred thousand households are written to a temporary file and read back three times.
    """
    conn.exec_driver_sql("SET LOCAL work_mem = '256MB'")


def _bring_in(conn: Connection, table: str, names: Sequence[str], form: str, chunks: Iterator[bytes]) -> None:
    """COPY into a table; by way of a temporary one where row-level security holds for us, as COPY is refused there."""
    columns = ", ".join(names)
    guarded = conn.exec_driver_sql("SELECT row_security_active(%s)", (table,)).scalar()
    target = "pg_temp.brought_in" if guarded else table
    if guarded:
        like = f"SELECT {columns} FROM {table} LIMIT 0"  # noqa: S608
        conn.exec_driver_sql(f"CREATE TEMPORARY TABLE brought_in ON COMMIT DROP AS {like}")
    _copy(conn, f"COPY {target} ({columns}) FROM STDIN{form}", _Chunks(chunks))
    if guarded:
        conn.exec_driver_sql(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM pg_temp.brought_in")  # noqa: S608
        conn.exec_driver_sql("DROP TABLE pg_temp.brought_in")


def integer(number: int) -> bytes:
    """A bigint in the server's binary form."""
    return _BIGINT.pack(number)


def unload(conn: Connection, query: str) -> list[list[str]]:
    """The rows of a query as texts, brought out by COPY; '' for NULL. The query takes no values."""
    sink = _Sink()
    _copy(conn, f"COPY ({query}) TO STDOUT WITH (NULL '')", sink)
    return [line.split("\t") for line in b"".join(sink.chunks).decode().splitlines()]


def unload_bytes(conn: Connection, query: str) -> Iterator[list[bytes | None]]:
    """The rows of a query in the server's binary form, brought out by COPY: half the bytes of text for shapes."""
    sink = _Sink()
    _copy(conn, f"COPY ({query}) TO STDOUT WITH (FORMAT binary)", sink)
    content = b"".join(sink.chunks)
    sink.chunks.clear()
    at = len(_HEADER)
    while (count := _COUNT.unpack_from(content, at)[0]) >= 0:
        at += _COUNT.size
        row: list[bytes | None] = []
        for _ in range(count):
            length = _LENGTH.unpack_from(content, at)[0]
            at += _LENGTH.size
            row.append(None if length < 0 else content[at : at + length])
            at += max(length, 0)
        yield row


def _copy(conn: Connection, statement: str, file: _Sink | _Chunks) -> None:
    """Run a COPY, past SQLAlchemy; what the driver reports comes out as everywhere else."""
    raw = conn.connection.driver_connection
    assert raw is not None  # noqa: S101  (only a detached connection has none)
    try:
        with raw.cursor() as cursor:
            cursor.copy_expert(statement, file, _BLOCK)
    except psycopg2.Error as wrong:
        ours = translate(wrong, conn.engine.url)
        if raw.closed or isinstance(ours, Unavailable):
            conn.invalidate()
        raise ours or wrong from wrong


class _Sink:
    """What COPY writes into."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self.chunks.append(chunk)
        return len(chunk)


class _Chunks(RawIOBase):
    """What COPY reads from: chunks made one at a time."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._chunk, self._at = b"", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._at >= len(self._chunk):
            self._chunk, self._at = next(self._chunks, b""), 0
        end = len(self._chunk) if size < 0 else self._at + size
        taken, self._at = self._chunk[self._at : end], end
        return taken


def _text(columns: Sequence[Sequence[str | None]], told: Told | None) -> Iterator[bytes]:
    """The lines of COPY's text format, many at a time."""
    count = len(columns[0]) if columns else 0
    for start in range(0, count, _ROWS):
        parts = [_field(column[start : start + _ROWS]) for column in columns]
        yield ("\n".join(map("\t".join, zip(*parts, strict=True))) + "\n").encode()
        if told is not None:
            told(min(start + _ROWS, count))


def _binary(rows: Iterable[Sequence[bytes | None]]) -> Iterator[bytes]:
    """The rows in COPY's binary format (PostgreSQL documentation, COPY, "Binary Format"), a block at a time.

    A block for each row would have the driver wait for the interpreter at each row, where another thread works.
    """
    parts, held = [_HEADER], 0
    for row in rows:
        parts.append(_COUNT.pack(len(row)))
        for value in row:
            parts.append(_LENGTH.pack(-1 if value is None else len(value)))
            parts.append(value or b"")
            held += len(parts[-1])
        if held >= _BLOCK:
            yield b"".join(parts)
            parts, held = [], 0
    parts.append(_COUNT.pack(-1))
    yield b"".join(parts)


def _field(values: Sequence[str | None]) -> list[str]:
    """The values escaped; most columns need none, which one look at them all together tells."""
    plain: list[Any] = ["\\N" if value is None else value for value in values]
    together = "".join(value for value in values if value is not None)
    if any(mark in together for mark in "\\\t\n\r"):
        return [text if value is None else text.translate(_ESCAPES) for text, value in zip(plain, values, strict=True)]
    return plain
