"""One figure, five doors: the page, the API, the command line, the exported table and the paper tell the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib

import openpyxl
from flask.testing import FlaskClient

from geo_grid.settings import Settings
from tests.cli.programs import geo_grid_here

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LETTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>")
STRING = re.compile(rb"<([0-9a-f]+)>")


def words_of(pdf: bytes) -> str:
    """The text of a PDF as WeasyPrint writes it: glyphs in hexadecimal, with a table from glyphs to letters."""
    bodies = []
    for body in STREAM.findall(pdf):
        try:
            bodies.append(zlib.decompress(body))
        except zlib.error:
            continue
    letters = {
        int(glyph, 16): chr(int(letter, 16))
        for body in bodies if b"beginbfchar" in body
        for glyph, letter in LETTER.findall(body[body.index(b"beginbfchar"):])
    }  # fmt: skip
    lines = [line for body in bodies if b"BT" in body for line in re.findall(rb"\[(.*?)\] ?TJ", body, re.DOTALL)]
    return "\n".join(_line(line, letters) for line in lines)


def _line(line: bytes, letters: dict[int, str]) -> str:
    glyphs = b"".join(STRING.findall(line))
    return "".join(letters.get(int(glyphs[at : at + 4], 16), "?") for at in range(0, len(glyphs), 4))


def test_households_and_contacts_are_the_same_through_all_five_doors(
    client: FlaskClient, sample_database: Settings
) -> None:
    api = {one["code"]: one for one in client.get("/api/statistics?tier=TOTAL").json["places"]}  # type: ignore[index]
    page = client.get("/statistics?tier=TOTAL").text
    table = client.get("/statistics/figures.csv?tier=TOTAL").data.decode("utf-8-sig")
    rows = {row["网格编码"]: row for row in csv.DictReader(io.StringIO(table))}
    book = openpyxl.load_workbook(io.BytesIO(client.get("/statistics/figures.xlsx?tier=TOTAL").data)).active
    cells = {row[0].value: row for row in book.iter_rows(min_row=2)}
    paper = re.sub(r"\s", "", words_of(client.get("/statistics/figures.pdf?tier=TOTAL").data))
    here = {"GEO_GRID_DATABASE_URL": str(sample_database.database_url), "GEO_GRID_HOME": str(sample_database.home)}
    told = json.loads(geo_grid_here("statistics", "--tier", "TOTAL", "--json", **here).stdout)
    shell = {one["code"]: one for one in told["places"]}
    coverage = client.get("/api/coverage/every_household_has_a_contact").json["figures"]  # type: ignore[index]
    assert len(api) == len(rows) == len(cells) == len(shell) == 6
    for code, one in api.items():
        assert one == shell[code]
        assert (str(one["households"]), str(one["contacted"])) == (rows[code]["户数"], rows[code]["有联系人户"])
        assert (one["households"], one["contacted"]) == (cells[code][5].value, cells[code][7].value)
        assert f"{one['contacted']:,}/{one['households']:,}" in paper, code
        assert f"{one['households']:,}" in page
    assert sum(one["contacted"] for one in api.values()) == coverage["covered"] + coverage["overloaded"]


def test_the_loads_of_places_are_the_same_on_the_shell_and_by_the_api(
    client: FlaskClient, sample_database: Settings
) -> None:
    here = {"GEO_GRID_DATABASE_URL": str(sample_database.database_url), "GEO_GRID_HOME": str(sample_database.home)}
    shell = json.loads(geo_grid_here("workload", "--json", **here).stdout)
    api = client.get("/api/workload").json
    assert api is not None
    assert shell["weights"] == api["weights"]
    assert {one["code"]: one["load"] for one in shell["places"]} == {one["code"]: one["load"] for one in api["places"]}
