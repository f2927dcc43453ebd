"""Redraws over HTTP: drafts, moves and their refusals, the steps of a draft's life, and the papers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from geo_grid.cluster import Cluster
from tests import databases
from tests.web.accounts import signed_in, token_of
from web.app import create_app

MICRO, OTHER = "990125101201-G03-M03", "990125101201-G03-M01"
MERGE = {"kind": "merge", "grids": [MICRO, OTHER], "keep": MICRO}


@pytest.fixture(scope="module")
def changing(cluster: Cluster, shelf: None) -> Iterator[Flask]:
    """The application over a sample county that these tests may change."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield create_app(settings)


@pytest.fixture
def planner(changing: Flask) -> FlaskClient:
    """The planner's browser."""
    return signed_in(changing.test_client(), "PLANNER")


@pytest.fixture
def approver(changing: Flask) -> FlaskClient:
    """The approver's browser."""
    return signed_in(changing.test_client(), "APPROVER")


def post(client: FlaskClient, path: str, body: Any = None) -> Any:
    """The answer to JSON posted with the token of the client's session."""
    return client.post(path, json=body or {}, headers={"X-CSRFToken": token_of(client, "/redraws")})


def begun(client: FlaskClient, *moves: dict[str, Any]) -> int:
    """The number of a new draft with those moves."""
    number = int(post(client, "/api/redraws", {"name": "测试", "note": "=1+1"}).json["draft"]["id"])
    for move in moves:
        assert post(client, f"/api/redraws/{number}/moves", {"move": move}).status_code == 200
    return number


def test_a_move_answers_its_effect_and_is_taken_back_and_had_again(planner: FlaskClient) -> None:
    number = begun(planner, MERGE)
    state = planner.get(f"/api/redraws/{number}").json
    assert state is not None
    changed = {grid["code"]: grid["change"] for grid in state["preview"]["grids"]}
    assert changed[OTHER] == "gone"
    assert state["draft"]["moves"][0]["sentence"].startswith("将 ")
    assert post(planner, f"/api/redraws/{number}/undo-move").json["preview"]["grids"] == []
    assert post(planner, f"/api/redraws/{number}/redo-move").json["draft"]["can_redo"] is False


def test_a_refused_move_says_its_kind_its_grids_and_a_sentence_in_the_readers_language(planner: FlaskClient) -> None:
    number = begun(planner)
    move = {"kind": "merge", "grids": [MICRO, "990125101201-G02-M01"], "keep": MICRO}
    answer = post(planner, f"/api/redraws/{number}/moves", {"move": move})
    assert answer.status_code == 422
    assert answer.json["refusal"]["kind"] == "merge_across"
    assert "上级" in answer.json["detail"]
    counted = post(planner, f"/api/redraws/{number}/count", {"move": move})
    assert counted.status_code == 200
    assert counted.json["refusal"]["kind"] == "merge_across"
    assert planner.get(f"/api/redraws/{number}").json["draft"]["moves"] == []  # type: ignore[index]


TOO_MUCH = {"kind": "split", "grids": [MICRO], "line": [[10**400, 36], [111, 36]]}
OFF_EARTH = {"kind": "split", "grids": [MICRO], "line": [[111, 200], [112, 36]]}


def test_json_nested_beyond_reason_is_bad_input(planner: FlaskClient) -> None:
    headers = {"X-CSRFToken": token_of(planner, "/redraws"), "Content-Type": "application/json"}
    answer = planner.post("/api/redraws", data="[" * 5000 + "]" * 5000, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"move": 7},
        {"move": {"kind": "explode"}},
        {"move": {"kind": "merge"}},
        {"move": TOO_MUCH},
        {"move": OFF_EARTH},
    ],
)
def test_a_move_that_cannot_be_read_is_bad_input(planner: FlaskClient, body: Any) -> None:
    assert post(planner, f"/api/redraws/{begun(planner)}/moves", body).status_code == 400


def test_a_private_draft_of_somebody_else_is_not_there(planner: FlaskClient, approver: FlaskClient) -> None:
    number = begun(planner)
    assert approver.get(f"/api/redraws/{number}").status_code == 404
    assert approver.get(f"/redraws/{number}").status_code == 404


def test_an_old_revision_is_stale(planner: FlaskClient) -> None:
    number = begun(planner, MERGE)
    answer = post(planner, f"/api/redraws/{number}/undo-move", {"revision": 1})
    assert answer.status_code == 409


def test_the_edges_around_a_grid_enclose_it_and_name_its_neighbours(planner: FlaskClient) -> None:
    number = begun(planner)
    answer = planner.get(f"/api/redraws/{number}/edges?codes={MICRO}").json
    assert answer is not None
    mine = [arc for arc in answer["arcs"] if MICRO in (arc["left"], arc["right"])]
    ends = [tuple(arc["line"][place]) for arc in mine for place in (0, -1)]
    assert all(ends.count(end) % 2 == 0 for end in ends)
    assert OTHER in answer["names"]


def test_the_points_in_a_box_say_nothing_but_where_and_how_many(planner: FlaskClient) -> None:
    west, south, east, north = planner.get(f"/api/grids/{MICRO}").json["bounds"]  # type: ignore[index]
    points = planner.get(f"/api/redraws/points?box={west},{south},{east},{north}").json["points"]  # type: ignore[index]
    assert len(points) > 5
    assert all(len(point) == 3 and west <= point[0] <= east and south <= point[1] <= north for point in points)


def test_the_lines_in_a_box_are_whole_rivers_and_roads_to_the_lattice_point(planner: FlaskClient) -> None:
    west, south, east, north = planner.get(f"/api/grids/{MICRO}").json["bounds"]  # type: ignore[index]
    lines = planner.get(f"/api/redraws/lines?box={west},{south},{east},{north}").json["lines"]  # type: ignore[index]
    assert {one["kind"] for one in lines} == {"RIVER", "GULLY"}
    (river,) = [one for one in lines if one["kind"] == "RIVER"]
    assert any(not (west < lon < east and south < lat < north) for lon, lat in river["line"])
    assert planner.get("/api/redraws/lines?box=1,1,1.1,1.1").json == {"lines": []}
    assert planner.get("/api/redraws/lines?box=1,2").status_code == 400


@pytest.mark.parametrize("box", ["", "1,2,3", "9,1,8,2", "a,b,c,d"])
def test_a_box_that_is_none_is_bad_input(planner: FlaskClient, box: str) -> None:
    assert planner.get(f"/api/redraws/points?box={box}").status_code == 400


def test_the_papers_hold_the_moves_as_text_and_the_new_border(planner: FlaskClient) -> None:
    west, south, east, north = planner.get(f"/api/grids/{MICRO}").json["bounds"]  # type: ignore[index]
    middle = (south + north) / 2
    line = [[west - 0.001, middle], [east + 0.001, middle]]
    number = begun(planner, {"kind": "split", "grids": [MICRO], "line": line})
    pdf = planner.get(f"/redraws/{number}/sheet.pdf?paper=A3")
    assert pdf.data.startswith(b"%PDF-")
    assert planner.get(f"/redraws/{number}/sheet.pdf?paper=A9").status_code == 400
    book = load_workbook(io.BytesIO(planner.get(f"/redraws/{number}/sheet.xlsx").data))
    assert book["概况"]["B2"].value == "测试"
    assert {cell.data_type for row in book["变动的网格"].iter_rows(min_row=2, max_col=3) for cell in row} == {"s"}
    tracks = ElementTree.fromstring(planner.get(f"/redraws/{number}/border.gpx").data)
    assert len(tracks.findall(".//{*}trkpt")) >= 2
    name = planner.get(f"/api/grids/{MICRO}").json["name"]  # type: ignore[index]
    notes = planner.get(f"/api/redraws/{number}").json["preview"]["notes"]  # type: ignore[index]
    assert all(note.startswith(name) for note in notes)
    assert notes


def test_the_author_may_not_approve_and_the_approver_may_not_draw(planner: FlaskClient, approver: FlaskClient) -> None:
    number = begun(planner, MERGE)
    assert post(planner, f"/api/redraws/{number}/submit").json["draft"]["stage"] == "SUBMITTED"
    assert post(planner, f"/api/redraws/{number}/approve", {"effective_on": "2100-01-01"}).status_code in {403, 422}
    assert post(approver, f"/api/redraws/{number}/moves", {"move": MERGE}).status_code in {403, 422}
    assert post(approver, f"/api/redraws/{number}/refuse", {"reason": ""}).status_code == 400
    assert post(approver, f"/api/redraws/{number}/refuse", {"reason": "边界不清"}).json["draft"]["reason"] == "边界不清"


def test_a_conflict_names_the_grid_and_the_person_and_loses_nothing(
    planner: FlaskClient, approver: FlaskClient
) -> None:
    first, second = begun(planner, MERGE), begun(planner, {**MERGE, "keep": OTHER})
    third = begun(planner, {"kind": "rename", "grid": MICRO, "name": "新名"})
    in_force(first, planner, approver)
    state = planner.get(f"/api/redraws/{second}").json
    assert state is not None
    assert state["problem"]["stale"] is True
    assert len(state["draft"]["moves"]) == 1
    answer = post(planner, f"/api/redraws/{second}/rebase").json
    assert answer["ok"] is False
    told_what_changed(planner, third)
    assert planner.get(f"/redraws/{second}/sheet").status_code == 200
    assert "在现网上无法成立" in planner.get(f"/redraws/{second}/compare").text
    before = planner.get(f"/api/redraws/{first}").json["preview"]  # type: ignore[index]
    assert 'data-act="undo"' in approver.get(f"/redraws/{first}/sheet").text
    undone = post(approver, f"/api/redraws/{first}/undo")
    assert undone.json["draft"]["name"] == "撤销：测试"
    assert planner.get(f"/api/redraws/{first}").json["preview"] == before  # type: ignore[index]
    book = load_workbook(io.BytesIO(planner.get(f"/redraws/{first}/sheet.xlsx").data))
    assert OTHER in {row[1].value for row in book["变动的网格"].iter_rows(min_row=2)}
    again = post(approver, f"/api/redraws/{first}/undo")
    assert (again.status_code, again.json["refusal"]["kind"]) == (422, "undone_already")
    assert "已撤销了这一份" in again.json["detail"]
    page = approver.get(f"/redraws/{first}/sheet").text
    assert 'data-act="undo"' not in page
    assert f"已被第 {undone.json['draft']['id']} 号撤销" in page


def in_force(number: int, planner: FlaskClient, approver: FlaskClient) -> None:
    """Hand the draft in, approve it and apply it."""
    post(planner, f"/api/redraws/{number}/submit")
    day = approver.get(f"/api/redraws/{number}").json["draft"]["changed_at"][:10]  # type: ignore[index]
    assert post(approver, f"/api/redraws/{number}/approve", {"effective_on": day}).status_code == 200
    assert post(approver, f"/api/redraws/{number}/apply").status_code == 200


def told_what_changed(planner: FlaskClient, number: int) -> None:
    """A draft whose moves still work on a net that changed says who changed which grid, until it is rebased."""
    state = planner.get(f"/api/redraws/{number}").json
    assert state is not None
    assert state["problem"] is None
    assert [(one["grid"], one["actor"]) for one in state["behind"]] == [(MICRO, "demo.approver")]
    page = planner.get(f"/redraws/{number}/sheet").text
    assert "data-behind" in page
    assert "demo.approver" in page
    assert post(planner, f"/api/redraws/{number}/rebase").json["behind"] == []
    assert "data-behind" not in planner.get(f"/redraws/{number}/sheet").text
