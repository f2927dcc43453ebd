"""Lines of words and figures as a file: CSV that Excel reads, or a workbook; never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from geo_grid.errors import BadInput

MIMES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
#: What makes a spreadsheet take a text for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
Value = str | int | float | None


def table_file(heads: Sequence[str], lines: Iterable[Sequence[Value]], ending: str, name: str) -> Response:
    """The lines under their heads as `name`.csv or .xlsx; raises `BadInput` for another ending."""
    if ending not in MIMES:
        raise BadInput.of("a table is csv or xlsx, not %(ending)s: choose one of them", ending=ending[:20])
    body = _csv(heads, lines) if ending == "csv" else _xlsx(heads, lines)
    response = Response(body, mimetype=MIMES[ending])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    return response


def _csv(heads: Sequence[str], lines: Iterable[Sequence[Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_harmless(value) for value in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula, with a quote before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _xlsx(heads: Sequence[str], lines: Iterable[Sequence[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(heads))
    for line in lines:
        cells = []
        for value in line:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(FORMULA_SIGNS)
            else:
                cell = WriteOnlyCell(sheet, value=value)
            cells.append(cell)
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
