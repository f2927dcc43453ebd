"""The directory of a dBase table: its fields, where rows lie, and what of the header had to be put right."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Unreadable

_HEADER = struct.Struct("<4xIHH20x")
_FIELD = 32
_LANGUAGE_BYTE = 29
#: What a row begins with: a space, a star when it is deleted; some programs write zero.
FLAGS = (0x20, 0x2A, 0x00)
#: A table of more values than this would not fit into memory as texts.
MOST_CELLS = 30_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its header describes it."""

    raw_name: bytes
    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The fields and the rows, bytes (count, width), the first of each its flag."""

    fields: list[Field]
    rows: npt.NDArray[np.uint8]
    language_byte: int
    findings: list[Finding]


def directory_of(content: bytes, source: str) -> Directory:
    """The directory of the table's bytes. Raises `Unreadable` when header and size do not add up."""
    if len(content) < 33:
        raise Unreadable(source, "the .dbf is empty or cut off: export it again")
    count, first, width = _HEADER.unpack_from(content)
    fields, end = _fields(content, first, width)
    own = 1 + sum(field.width for field in fields)
    if not fields or width < 2 or first < end:
        raise Unreadable(source, "the header of the .dbf does not add up: export it again")
    if first + min(width, own) * count > len(content):
        raise Unreadable(
            source, "the .dbf is cut off: it promises %(rows)s rows of %(bytes)s bytes", rows=count, bytes=width
        )
    if count * len(fields) > MOST_CELLS:
        raise Unreadable(
            source,
            "the layer has %(rows)s rows of %(fields)s fields: split it into several files",
            rows=count,
            fields=len(fields),
        )
    findings = [] if content[end : end + 1] == b"\r" else [_unended(source)]
    for start, row in dict.fromkeys([(first, width), (first, own), (end, own), (end + 1, own)]):
        rows = _rows(content, start, row, count)
        if row < own or rows is None:
            continue
        if (start, row) != (first, width):
            findings.append(_mended(source, width, own))
        elif row > own:
            findings.append(_wider(source, width, own))
        return Directory(fields, rows, content[_LANGUAGE_BYTE], findings)
    raise Unreadable(source, "the header of the .dbf does not fit its rows: export it again")


def _fields(content: bytes, first: int, row_width: int) -> tuple[list[Field], int]:
    """The fields, and where their descriptions end."""
    described, at = [], 32
    while at + _FIELD <= min(first, len(content)) and content[at] != 0x0D:
        raw = content[at : at + 11].split(b"\x00")[0]
        described.append((raw, chr(content[at + 11]), content[at + 16], content[at + 17]))
        at += _FIELD
    widths = [width for _, _, width, _ in described]
    # Long texts keep the high byte of their width where numbers keep their decimals.
    long = [width + (high << 8 if kind == "C" else 0) for _, kind, width, high in described]
    if 1 + sum(widths) != row_width == 1 + sum(long):
        widths = long
    fields, start = [], 1
    for (raw, kind, _, _), width in zip(described, widths, strict=True):
        fields.append(Field(raw, kind, start, width))
        start += width
    return fields, at


def _rows(content: bytes, first: int, width: int, count: int) -> npt.NDArray[np.uint8] | None:
    """The rows (count, width) when each begins with a flag, else None."""
    if first + width * count > len(content):
        return None
    rows = np.frombuffer(content, dtype=np.uint8, count=width * count, offset=first).reshape(count, width)
    return rows if np.isin(rows[:, 0], FLAGS).all() else None


def _unended(source: str) -> Finding:
    """That the end of the field list is not marked."""
    says = "the list of fields in the .dbf has no end mark: the fields were taken up to where the rows begin"
    return Finding.of("dbf_unended", source, says, "look at the values", severity="warning")


def _wider(source: str, width: int, own: int) -> Finding:
    """That rows hold more than the fields: one of them may be wider than its description says."""
    says = "the rows of the .dbf have %(said)s bytes, but its fields only %(found)s: values may be cut or shifted"
    return Finding.of("dbf_rows_wider", source, says, "export the layer again", facts={"said": width, "found": own})


def _mended(source: str, width: int, own: int) -> Finding:
    """That the header was wrong, and how the rows were found all the same."""
    says = "the .dbf says its rows have %(said)s bytes, but its fields and its size say %(found)s: they were read so"
    facts = {"said": width, "found": own}
    return Finding.of("dbf_header", source, says, "look at the values", facts=facts, severity="warning")
