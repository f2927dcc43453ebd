"""What a workbook would take once it is unfolded, counted in its own text before it is opened."""

from __future__ import annotations

import re

import numpy as np

from geo_grid.intake.archive import Archive
from geo_grid.intake.layer import Unreadable

#: Cells of a sheet between its corners, blank ones among them, and characters of all its texts together.
MOST_CELLS, MOST_CHARACTERS = 30_000_000, 512 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c\b")
_SHARED = re.compile(rb"<(?:\w+:)?v>\s*([0-9]{1,9})\s*</")
_STRING = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
#: A cell of Excel holds so many characters at most.
LONGEST_TEXT = 32_767


def check_workbook(content: bytes, source: str) -> None:
    """Raises `Unreadable` when the archive is none, or its sheets would unfold beyond measure."""
    archive = Archive(content, source)
    strings = np.zeros(0, dtype=np.int64)
    sheets = []
    for member in archive.members:
        name = str(member.path).lower()
        if name.startswith("xl/sharedstrings"):
            found = _STRING.findall(archive.read(member))
            strings = np.array([len(one) for one in found], dtype=np.int64)
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            sheets.append(archive.read(member))
    if not sheets:
        raise Unreadable(source, "it is not an Excel workbook, or a damaged one: save it again")
    if len(strings) and strings.max() > 20 * LONGEST_TEXT:
        raise Unreadable(source, "a text in it is longer than a cell can hold: save it again")
    if max(map(_extent, sheets)) > MOST_CELLS:
        raise Unreadable(source, "a sheet reaches over more cells than are read: delete the empty rows and columns")
    if sum(_characters(sheet, strings) for sheet in sheets) > MOST_CHARACTERS:
        raise Unreadable(source, "its texts together are longer than is read: split it into several files")


def _extent(sheet: bytes) -> int:
    """The number of cells between the first and the last used one."""
    corners = _CELL.findall(sheet)
    rows = max(map(int, {digits for _, digits in corners}), default=0)
    columns = max(map(_number, {letters for letters, _ in corners}), default=0)
    return max(rows * columns, sum(1 for _ in _ANY_CELL.finditer(sheet)))


def _number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _characters(sheet: bytes, strings: np.ndarray) -> int:
    """The length of all texts of the sheet, shared ones as often as they are used."""
    if not len(strings) or strings.max() < 1000:
        return len(sheet)
    used = np.array([int(found[1]) for found in _SHARED.finditer(sheet)], dtype=np.int64)
    return int(strings[used[used < len(strings)]].sum()) + len(sheet)
