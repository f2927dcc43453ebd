"""dBase tables read column by column, strictly: a table that does not add up is refused."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from geo_grid.intake.encoding import shown_by
from geo_grid.intake.layer import Unreadable

_HEADER = struct.Struct("<4xIHH20x")
_FIELD = 32


@dataclass(frozen=True, slots=True)
class _Field:
    raw_name: bytes
    kind: str
    start: int
    width: int


def read_dbf(content: bytes, source: str, encoding: str | None) -> dict[str, list[str]]:
    """The table's columns as stripped texts; `encoding` is a codec, None to find it from the bytes.

    Whole numbers written with decimals (as '12.000') lose them. Raises `Unreadable`.
    """
    fields, first, width, count = _directory(content, source)
    rows = np.frombuffer(content, dtype=np.uint8, count=width * count, offset=first).reshape(count, width)
    if count and (rows[:, 0] == ord("*")).any():
        gone = int((rows[:, 0] == ord("*")).sum())
        raise Unreadable(source, f"{gone} rows are flagged as deleted but still there: pack the table and export again")
    codec = encoding or shown_by(_all_text(rows, fields), source)
    columns: dict[str, list[str]] = {}
    for field in fields:
        name = _text(field.raw_name, codec, source, "a field name")
        if name in columns:
            raise Unreadable(source, f"two fields are called {name}: rename one")
        columns[name] = _column(rows[:, field.start : field.start + field.width], field, codec, source)
    return columns


def _directory(content: bytes, source: str) -> tuple[list[_Field], int, int, int]:
    """The fields, where the rows start, how wide a row is and how many there are."""
    if len(content) < 33:
        raise Unreadable(source, "the .dbf is empty or cut off: export it again")
    count, first, width = _HEADER.unpack_from(content)
    fields, at, start = [], 32, 1
    while at + _FIELD <= min(first, len(content)) and content[at] != 0x0D:
        raw = content[at : at + 11].split(b"\x00")[0]
        fields.append(_Field(raw, chr(content[at + 11]), start, content[at + 16]))
        start += content[at + 16]
        at += _FIELD
    if not fields or start != width or first < at:
        raise Unreadable(source, "the header of the .dbf does not add up: export it again")
    if first + width * count > len(content):
        raise Unreadable(source, f"the .dbf is cut off: it promises {count} rows of {width} bytes")
    return fields, first, width, count


def _all_text(rows: np.ndarray, fields: list[_Field]) -> bytes:
    """The bytes of all text fields whose encoding shows, one value a line."""
    chunks = [b"\n".join(field.raw_name for field in fields)]
    for field in fields:
        block = rows[:, field.start : field.start + field.width]
        if field.kind == "C" and (block > 127).any():
            chunks.append(_lines(block))
    return b"\n".join(chunks)


def _lines(block: np.ndarray) -> bytes:
    """The values of a column, each ended by a line feed, which is no part of any GBK or UTF-8 character."""
    ended = np.empty((len(block), block.shape[1] + 1), dtype=np.uint8)
    ended[:, :-1] = np.where(block == 10, 32, block)
    ended[:, -1] = 10
    return ended.tobytes()


def _column(block: np.ndarray, field: _Field, codec: str, source: str) -> list[str]:
    """The stripped texts of one field."""
    if len(block) == 0:
        return []
    if block.shape[1] == 0:
        return [""] * len(block)
    try:
        values = _lines(block).decode(codec).split("\n")[:-1]
    except UnicodeDecodeError:
        values = []
    if len(values) != len(block):
        _name_bad_row(block, field, codec, source)
    values = [value.strip(" \x00") for value in values]
    return [_plain_number(value) for value in values] if field.kind in "NF" else values


def _name_bad_row(block: np.ndarray, field: _Field, codec: str, source: str) -> None:
    """Raises for the first value that the codec cannot read."""
    for row, value in enumerate(block):
        _text(value.tobytes(), codec, source, f"row {row + 1} of field {field.raw_name.decode(codec, 'replace')}")
    raise Unreadable(source, f"its text is not {codec}: say what it is with --encoding")


def _text(raw: bytes, codec: str, source: str, what: str) -> str:
    """The stripped text; raises when the codec cannot read it."""
    try:
        return raw.decode(codec).strip(" \x00")
    except UnicodeDecodeError as wrong:
        raise Unreadable(source, f"{what} is not {codec} text, or is cut inside a character: try --encoding") from wrong


def _plain_number(value: str) -> str:
    """A whole number without its empty decimals; stars, as dBase writes an overflow, stay to be reported."""
    whole, point, decimals = value.partition(".")
    return whole if point and not decimals.strip("0") else value
