"""/api: the same answers as JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

CITY = "990125100"


def test_the_version_is_the_tiles_version(client: FlaskClient, version: int) -> None:
    assert client.get("/api/version").json == {"version": version}


def test_the_sample_countys_net_holds(client: FlaskClient) -> None:
    assert client.get("/api/net").json == {"invariants_broken": 0}
    assert "边界无重叠、无缝隙" in client.get("/").text


def test_a_grid_comes_with_its_outline(client: FlaskClient) -> None:
    grid = client.get(f"/api/grids/{CITY}").json
    assert grid is not None
    assert grid["code"] == CITY
    assert grid["geometry"]["type"] in {"Polygon", "MultiPolygon"}


def test_who_answers_at_a_place(client: FlaskClient) -> None:
    west, south, east, north = client.get(f"/api/grids/{CITY}").json["bounds"]  # type: ignore[index]
    answer = client.get("/api/who", query_string={"lon": (west + east) / 2, "lat": (south + north) / 2}).json
    assert answer is not None
    assert answer["grids"][-1]["tier"] == "TOTAL"


def test_a_search_for_a_code_finds_the_grid_first(client: FlaskClient) -> None:
    hits = client.get("/api/search", query_string={"q": CITY}).json["hits"]  # type: ignore[index]
    assert hits[0]["kind"] == "grid"
    assert hits[0]["code"] == CITY


def test_a_search_for_nothing_finds_nothing(client: FlaskClient) -> None:
    assert client.get("/api/search?q=%20").json == {"hits": []}


@pytest.mark.parametrize(
    "path",
    [
        "/api/who",
        "/api/who?lon=x&lat=1",
        "/api/who?lon=1000&lat=1",
        "/api/who?lon=nan&lat=1",
        "/api/who?lon=111&lat=36&at=yesterday",
        "/api/search?q=a&limit=0",
        "/api/search?q=a&limit=9999",
        "/api/search?q=" + "a" * 200,
    ],
)
def test_what_cannot_be_read_is_400_with_a_sentence(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["detail"].startswith("参数 ")


def test_an_unknown_code_is_404_in_json(client: FlaskClient) -> None:
    answer = client.get("/api/grids/none")
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["status"] == 404


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "%00", "{{7*7}}", "😀", "a'; DROP TABLE grids; --"])
def test_a_search_takes_any_text(client: FlaskClient, text: str) -> None:
    assert client.get("/api/search", query_string={"q": text}).status_code == 200
