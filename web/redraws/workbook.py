"""The consequence sheet as a workbook: one sheet for each part, texts as texts, never as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from web.language import word
from web.redraws.sheet import Sheet
from web.redraws.state import DraftState
from web.redraws.studio import figure_words

HEAD = PatternFill("solid", fgColor="E3EBFD")
WIDEST = 60
NUMBER = re.compile(r"^-?\d{1,3}(,\d{3})*$")


def workbook(state: DraftState, sheet: Sheet) -> bytes:
    """The workbook of a draft's consequences."""
    book = Workbook()
    book.remove(book.active)
    draft = state.draft
    _add(
        book,
        _("Overview"),
        [_("What"), _("Figure")],
        [
            (_("Title"), draft.name),
            (_("State"), word(draft.stage)),
            (_("Author"), draft.author),
            (_("Takes effect on"), draft.effective_on.isoformat() if draft.effective_on else "–"),
            *sheet.totals,
            *((_("Note"), note) for note in sheet.notes),
        ],
    )
    _add(book, _("Moves"), [_("Move"), _("Done by"), _("Time")], sheet.moves)
    _add(
        book,
        _("Grids that change"),
        [_("Tier"), _("Code"), _("Grid name"), _("What changes"), *_figure_heads()],
        _grid_rows(sheet),
    )
    _add(
        book,
        _("Ground and households"),
        [_("Formerly in"), _("Then in"), _("Area"), _("Households"), _("Persons")],
        sheet.flows,
    )
    _add(
        book, _("Households"), [_("Code"), _("Address"), _("Persons"), _("Formerly in"), _("Then in")], sheet.households
    )
    _add(book, _("Risk sites and facilities"), [_("Kind"), _("Site"), _("Before"), _("After")], sheet.sites)
    _add(
        book,
        _("Posts that change hands"),
        [_("Grid"), _("Role"), _("Worker"), _("What changes"), _("Then in")],
        sheet.posts,
    )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _figure_heads() -> list[str]:
    """The heads of the figures, before and after; areas are in square metres, loads shares of the mean."""
    words = {**figure_words(), "area_m2": _("Area, m²")}
    return [f"{label} {when}" for label in words.values() for when in (_("before"), _("after"))]


def _grid_rows(sheet: Sheet) -> Iterable[Sequence[Any]]:
    for tier, grids in sheet.tiers:
        for grid in grids:
            figures = [value for row in grid.figures for value in row.values]
            yield [tier, grid.code, grid.name, grid.change_word, *figures]


def _add(book: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    page = book.create_sheet(str(title)[:31])
    page.freeze_panes = "A2"
    for number, cells in enumerate([heads, *rows], start=1):
        for column, value in enumerate(cells, start=1):
            cell = page.cell(row=number, column=column)
            _write(cell, value)
            if number == 1:
                cell.font, cell.fill = Font(bold=True), HEAD
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, cells in enumerate(page.columns, start=1):
        widest = max((_width(str(cell.value or "")) for cell in cells), default=8)
        page.column_dimensions[get_column_letter(column)].width = min(widest + 2, WIDEST)


def _write(cell: Any, value: Any) -> None:
    """The value in the cell: figures as numbers, everything else as text."""
    if value is None or isinstance(value, int | float):
        cell.value = value
    elif NUMBER.match(str(value)):
        cell.value = int(str(value).replace(",", ""))
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.data_type = "s"
        cell.quotePrefix = str(value).startswith(("=", "+", "-", "@"))


def _width(text: str) -> int:
    """How wide a text is, in letters; a Chinese one counts twice."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
