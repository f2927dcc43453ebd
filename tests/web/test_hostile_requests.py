"""Requests that somebody made to do harm: each is answered like a mistake, and does none."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image

from geo_grid.errors import BadInput
from geo_grid.inspections.photos import photo_of
from geo_grid.intake.report_files import write_workbook
from geo_grid.redraw import LEAST_SNAP_M, MOST_SNAP_M
from tests.web.accounts import signed_in
from web.tables import table_file

#: Ends a comment or a text and begins a statement that takes its time.
STATEMENTS = (
    "x\nSELECT pg_sleep(20); --",
    "x'\n; SELECT pg_sleep(20); --",
    "x\\'; SELECT pg_sleep(20); --",
    "x*/ SELECT pg_sleep(20); /*",
    "x\r\nSELECT 1/0",
    "%(under)s :under %s",
)
#: Addresses that look something up by a text.
ASKED = (
    "/api/search?q=",
    "/api/statistics?tier=TOTAL&under=",
    "/api/workload?under=",
    "/risk-sites?q=",
    "/workers?q=",
    "/assign?under=",
    "/statistics?under=",
    "/journal?about=",
    "/api/grids/",
    "/api/risk-sites/",
)


@pytest.fixture(scope="module")
def administrator(app: Flask) -> FlaskClient:
    return signed_in(app.test_client(), "ADMINISTRATOR")


@pytest.mark.parametrize("address", ASKED)
def test_no_text_is_run_as_a_statement(administrator: FlaskClient, address: str) -> None:
    begun = time.monotonic()
    found = {said: administrator.get(address + quote(said, safe="")).status_code for said in STATEMENTS}
    assert {said: status for said, status in found.items() if status >= 500} == {}
    assert time.monotonic() - begun < 18


#: Texts that mean something to whoever reads them next: a header, a log, a page, a spreadsheet, a path, an eye.
TEXTS = (
    "x\r\nSet-Cookie: a=b",
    "\x00",
    "\x07\x1b[2J",
    "\u202e\u2066evil",
    "a" * 5000,
    "9" * 400,
    "1e999",
    "nan",
    "../../etc/passwd",
    "9223372036854775808",
)
#: Addresses that put what they are asked with into a header or a file's name, or read it as a number or a day.
ECHOES = (
    "/statistics/figures.csv?under=",
    "/workload/figures.xlsx?under=",
    "/facilities/areas.csv?level=",
    "/sign-in?next=",
    "/language/en?next=",
    "/journal?before=",
    "/journal/restore?at=",
    "/api/redraws/points?box=",
    "/api/who?lat=35&lon=",
    "/api/redraws?before=",
)


@pytest.mark.parametrize("address", ECHOES)
def test_no_text_becomes_a_header_or_a_fault(administrator: FlaskClient, address: str) -> None:
    for said in TEXTS:
        answer = administrator.get(address + quote(said, safe=""))
        assert answer.status_code < 500, said
        assert not any("a=b" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
        assert "evil" not in answer.headers.get("Location", "")


def writing(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address that takes anything but reading, with the method."""
    for rule in app.url_map.iter_rules():
        fill = {
            name: 1 if type(converter).__name__ == "IntegerConverter" else "none"
            for name, converter in rule._converters.items()
        }
        with app.test_request_context():
            built = rule.build(fill)
        assert built is not None
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            yield method, str(built[1])


def test_no_address_takes_anything_without_the_token(app: Flask, administrator: FlaskClient) -> None:
    """From the application's own list: as a form, as JSON, and as the text that another site may send unasked."""
    taken = []
    kinds = (("application/json", b"{}"), ("text/plain", b"{}"), ("application/x-www-form-urlencoded", b"a=b"))
    for method, address in writing(app):
        for kind, body in kinds:
            answer = administrator.open(address, method=method, data=body, content_type=kind)
            if answer.status_code != 400:
                taken.append((method, address, kind, answer.status_code))
    assert taken == []


@pytest.mark.parametrize("reach", [-1, 0, LEAST_SNAP_M / 2, MOST_SNAP_M + 0.1, 1e9, True, "1", None])
def test_a_line_is_pulled_within_its_limits_or_not_at_all(administrator: FlaskClient, reach: object) -> None:
    token = administrator.get("/api/session").json["csrf_token"]
    line = [[110.9, 35.9], [111.0, 36.0]]
    move = {"kind": "split", "grids": ["990125101201-G03-M03"], "line": line, "snap_m": reach}
    answer = administrator.post("/api/redraws/1/count", json={"move": move}, headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    assert "snap_m" in answer.json["detail"]


#: A text that opens like a formula, and one with signs that no workbook can hold.
CELLS = ("=cmd|' /C calc'!A0", "\rx", "@SUM(1)", "a\x01\x07b")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_cell_of_a_table_is_a_formula(app: Flask, ending: str) -> None:
    with app.test_request_context():
        body = table_file(["name"], [[text] for text in CELLS], ending, "t").data
    if ending == "csv":
        assert b"\n=" not in body
        assert b"\n@" not in body
        return
    cells = [row[0] for row in load_workbook(io.BytesIO(body)).active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(CELLS)
    assert cells[-1].value == "ab"


def test_findings_with_any_signs_in_them_can_be_taken_out(tmp_path: Path) -> None:
    found = [{"severity": "error", "rule": "r", "where": text, "message": text, "hint": ""} for text in CELLS]
    write_workbook(found, tmp_path / "found.xlsx")
    rows = load_workbook(tmp_path / "found.xlsx").active.iter_rows(min_row=2, values_only=False)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr"}


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **how: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind, **how)
    return made.getvalue()


@pytest.mark.parametrize(
    "upload",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        picture("GIF", (5, 5)),
        picture("TIFF", (5, 5)),
        picture("PNG", (20_000, 20_000), "1"),
        picture("JPEG", (64, 48))[:200],
        b"",
    ],
)
def test_what_is_no_photo_is_not_kept(upload: bytes) -> None:
    with pytest.raises(BadInput):
        photo_of(upload)


def test_nothing_but_the_picture_is_kept_of_a_photo() -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (35.0, 0.0, 0.0)}
    exif[0x010E] = "<script>alert(1)</script>"
    upload = picture("JPEG", (64, 48), exif=exif) + b"<script>alert(1)</script>PK\x03\x04"
    kept = photo_of(upload).jpeg
    assert b"Exif" not in kept
    assert b"script" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
