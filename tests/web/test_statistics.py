"""The page of statistics tells the same figures as the map, the coverage rules and its own files."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from flask.testing import FlaskClient

from geo_grid.db import DbRole, engine
from geo_grid.publish import place_figures, tier_tree
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier


@pytest.mark.parametrize("tier", ["TOTAL", "SUB"])
def test_the_places_of_a_tier_add_up_to_the_county(sample_database: Settings, tier: str) -> None:
    with engine(sample_database, DbRole.WEB).connect() as conn:
        lines, tree = place_figures(conn, Tier[tier]), tier_tree(conn)
    assert len(lines) == next(one.grids for one in tree.tiers if one.tier == tier)
    assert sum(one.households for one in lines) == tree.households == 28500
    assert sum(one.contacted for one in lines) == tree.contacted
    if tier == "TOTAL":
        assert sum(one.persons for one in lines) == tree.persons
        assert sum(one.posts for one in lines) == tree.posts
        assert sum(one.grids + 1 for one in lines) == 2575


def test_the_places_below_a_grid_add_up_to_it(sample_database: Settings) -> None:
    with engine(sample_database, DbRole.WEB).connect() as conn:
        town = next(one for one in place_figures(conn, Tier.TOTAL) if one.code == "990125101")
        villages = place_figures(conn, Tier.SUB, town.code)
    assert all(one.code.startswith(town.code) for one in villages)
    assert sum(one.households for one in villages) <= town.households
    assert sum(one.grids + 1 for one in villages) <= town.grids


def test_page_files_and_coverage_tell_the_same(client: FlaskClient) -> None:
    html = client.get("/statistics?tier=TOTAL").text
    rows = list(csv.DictReader(io.StringIO(client.get("/statistics/figures.csv?tier=TOTAL").data.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/statistics/figures.xlsx?tier=TOTAL").data)).active
    assert [row["户数"] for row in rows] == [str(row[5].value) for row in sheet.iter_rows(min_row=2)]
    for row in rows:
        assert f"{int(row['户数']):,}" in html
    covered = client.get("/api/coverage/every_household_has_a_contact").json["figures"]["covered"]
    assert sum(int(row["有联系人户"]) for row in rows) == covered


def test_a_place_leads_to_those_below_it(client: FlaskClient) -> None:
    assert "tier=SUB&amp;under=990125101" in client.get("/statistics").text
    html = client.get("/statistics?tier=SUB&under=990125101&show=persons").text
    assert "西关社区" in html
    assert "柳平社区" not in html


def test_what_cannot_be_asked_is_refused(client: FlaskClient) -> None:
    assert client.get("/statistics?tier=STREET").status_code == 400
    assert client.get("/statistics?show=scores").status_code == 400
    assert client.get("/statistics?tier=SUB&under=nowhere").status_code == 404
    assert client.get("/statistics/figures.doc").status_code == 400


def test_an_empty_county_has_no_figures(empty: FlaskClient) -> None:
    assert "这里没有该层级的网格" in empty.get("/statistics").text
