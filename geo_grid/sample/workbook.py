"""Writes the workers' XLSX byte for byte the same every time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook

from geo_grid.sample.shapefile import FIXED_DATE, write_zip


def write_workbook(path: Path, sheet: str, header: list[str], rows: list[list[str]]) -> None:
    """A workbook with one sheet of texts under one header row."""
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(sheet)
    page.freeze_panes = "A2"
    for column, width in zip("ABCDEFG", (12, 10, 14, 26, 16, 12, 12), strict=True):
        page.column_dimensions[column].width = width
    for row in [header, *rows]:
        page.append([value or None for value in row])
    fixed = dt.datetime(*FIXED_DATE)  # noqa: DTZ001  (the format knows no time zone)
    workbook.properties.creator = "geo_grid"
    workbook.properties.created = fixed
    buffer = io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stamp = fixed.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    members["docProps/core.xml"] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, members["docProps/core.xml"]
    )
    write_zip(path, members)
