"""Tables of text: CSV files and XLSX workbooks, the first row being the field names."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.encoding import Claims, label
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.noticed import of_rows
from geo_grid.intake.weighing import encoding_findings, weigh
from geo_grid.intake.workbook import MOST_CELLS, check_workbook

MOST_COLUMNS = 500
#: What stands between separators and holds something that is not ASCII.
_WORD = re.compile(rb"[^,;\t\r\n\"]*[\x80-\xff][^,;\t\r\n\"]*")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: A text behind apostrophes that would be a formula without them.
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def read_csv(content: bytes, source: str, name: str, encoding: str | None) -> Layer:
    """The file as a layer without geometry. Raises `Unreadable`."""
    if content.startswith(_UTF16) and encoding is None:
        return _table_of(_decoded(content, "utf-16", source), source, name)
    bare = content.removeprefix(codecs.BOM_UTF8)
    guess = weigh(_WORD.findall(bare), Claims(encoding or ("utf-8" if len(bare) < len(content) else None)))
    layer = _table_of(_decoded(bare, guess.chosen.encoding, source), source, name)
    return replace(layer, encoding=guess, findings=(*encoding_findings(guess, source), *layer.findings))


def _decoded(content: bytes, codec: str, source: str) -> str:
    """The text; raises for the first line that the codec cannot read."""
    try:
        return content.decode(codec)
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise Unreadable(
            source, "line %(line)s is not %(encoding)s text: try another --encoding", line=line, encoding=label(codec)
        ) from wrong


def _table_of(text: str, source: str, name: str) -> Layer:
    """The table that the text writes."""
    if "\x00" in text:
        raise Unreadable(source, "it is not a table of comma-separated values: it holds zero bytes")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [[_bare(value) for value in row] for row in found]
    except csv.Error as wrong:
        raise Unreadable(source, "it is not a table of comma-separated values: %(wrong)s", wrong=str(wrong)) from wrong
    return _layer(source, name, rows)


def _bare(value: str) -> str:
    """The text without the apostrophe that keeps spreadsheets from taking it for a formula, as in our own exports."""
    return value[1:] if GUARDED.match(value) else value


def read_xlsx(content: bytes, source: str) -> Iterator[Layer]:
    """Each sheet that holds something, as a layer without geometry. Raises `Unreadable`."""
    from python_calamine import CalamineError, CalamineWorkbook

    check_workbook(content, source)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as wrong:
        raise Unreadable(source, "it is not an Excel workbook, or a damaged one: save it again") from wrong
    for name, cells in sheets.items():
        rows = [[_text(value) for value in row] for row in cells]
        if any(any(row) for row in rows):
            yield _layer(f"{source} sheet {name}", name, rows)


def _layer(source: str, name: str, rows: list[list[str]]) -> Layer:
    """The rows under their header, empty rows left out."""
    if not rows or not any(rows[0]):
        raise Unreadable(source, "the file is empty: its first row must hold the field names")
    header = [field.strip() for field in rows[0]]
    named = [field for field in header if field]
    if len(header) > MOST_COLUMNS:
        raise Unreadable(
            source, "it has %(columns)s columns: at most %(most)s are read", columns=len(header), most=MOST_COLUMNS
        )
    if len(set(named)) != len(named):
        twin = next(field for field in named if named.count(field) > 1)
        raise Unreadable(source, "two columns are called %(name)s: rename one", name=twin)
    if len(rows) * len(header) > MOST_CELLS:
        raise Unreadable(
            source,
            "the layer has %(rows)s rows of %(fields)s fields: split it into several files",
            rows=len(rows),
            fields=len(header),
        )
    kept = [(number, row) for number, row in enumerate(rows[1:], start=1) if any(value.strip() for value in row)]
    body = [row + [""] * (len(header) - len(row)) for _, row in kept]
    columns = {field: [row[at].strip() for row in body] for at, field in enumerate(header) if field}
    numbers = np.array([number for number, _ in kept], dtype=np.int64) if len(kept) < len(rows) - 1 else None
    return Layer(source, name, columns, findings=tuple(_odd(header, kept, source)), numbers=numbers)


def _odd(header: list[str], kept: list[tuple[int, list[str]]], source: str) -> list[Finding]:
    """What to say of rows with more values than there are columns, and of columns without a name."""
    longer: list[tuple[int, dict[str, Fact]]] = [
        (number, {"values": len(row), "columns": len(header)}) for number, row in kept if any(row[len(header) :])
    ]
    says = "the row has %(values)s values for %(columns)s columns: they may stand in the wrong ones"
    findings = of_rows("row_longer", source, says, "put texts that hold the separator into quotation marks", longer)
    for at, field in enumerate(header):
        if not field and any(at < len(row) and row[at].strip() for _, row in kept):
            says = "column %(column)s has values but no name: it is left out"
            facts = {"column": at + 1}
            findings.append(Finding.of("column_unnamed", source, says, "name it", facts=facts, severity="warning"))
    return findings


def _text(value: Any) -> str:
    """A cell as text: whole numbers without decimals, days as ISO dates."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
