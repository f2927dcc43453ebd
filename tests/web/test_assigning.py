"""Many grids are assigned from a list and by the API: looked at first, within one's scope, and taken back."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.app import create_app

WORKER, VILLAGE = "990125W0013", "990125101002"


@pytest.fixture
def changing(sample_clone: Settings) -> FlaskClient:
    """The administrator's browser at a county of its own."""
    return signed_in(create_app(sample_clone).test_client(), "ADMINISTRATOR")


@pytest.fixture
def township(app: object) -> FlaskClient:
    """The demo's township supervisor, who only looks."""
    return signed_in(app.test_client(), "TOWNSHIP")  # type: ignore[attr-defined]


def vacant(client: FlaskClient, under: str = VILLAGE) -> list[str]:
    """The leaves of a village with nobody in post, as the list has them."""
    html = client.get(f"/assign?under={under}&show=vacant").text
    return re.findall(r'name="grids" value="([^"]+)"', html)


def ask(client: FlaskClient, path: str, body: object) -> tuple[int, dict[str, object]]:
    """A JSON request with the token of a page."""
    answer = client.post(path, json=body, headers={"X-CSRFToken": token_of(client, "/workers")})
    return answer.status_code, answer.get_json(silent=True) or {}


def test_grids_are_ticked_looked_at_and_assigned(changing: FlaskClient) -> None:
    codes = vacant(changing)
    assert codes
    form = {"grids": codes, "workers": [WORKER], "role": "CONTACT", "contact": "1", "since": "", "until": ""}
    form["csrf_token"] = token_of(changing, "/workers")  # type: ignore[assignment]
    looked = changing.post(f"/assign?under={VILLAGE}&show=vacant", data={**form, "step": "look"}).text
    assert f"安排 {len(codes)} 个网格" in looked
    done = changing.post(f"/assign?under={VILLAGE}", data={**form, "step": "give"})
    assert done.status_code == 303
    assert vacant(changing) == []
    page = changing.get("/assign/changes").text
    number = re.search(r"/assign/changes/(\d+)/undo", page)
    assert number is not None
    undo = {"csrf_token": form["csrf_token"]}
    assert changing.post(f"/assign/changes/{number[1]}/undo", data=undo).status_code == 303
    assert vacant(changing) == codes
    assert changing.post(f"/assign/changes/{number[1]}/undo", data=undo).status_code == 422


def test_conflicts_are_told_and_refused(changing: FlaskClient) -> None:
    html = changing.get(f"/assign?under={VILLAGE}").text
    codes = re.findall(r'name="grids" value="([^"]+)"', html)[:4]
    body = {"grids": codes, "workers": [WORKER], "role": "FULL_TIME", "contact": False}
    status, plan = ask(changing, "/api/assignments/preview", body)
    assert (status, [one["why"] for one in plan["conflicts"]]) == (200, ["full_time"] * 3)  # type: ignore[attr-defined, index]
    status, refusal = ask(changing, "/api/assignments", body)
    assert status == 422
    assert "works full-time" in str(refusal)
    assert (
        "已是"
        in changing.post("/panel/assign", json=body, headers={"X-CSRFToken": token_of(changing, "/workers")}).text
    )


def test_a_supervisor_assigns_only_in_their_own_town(township: FlaskClient) -> None:
    _, found = ask(township, "/api/assignments/leaves", {"ring": [[100, 20], [125, 20], [125, 45], [100, 45]]})
    mine = found["grids"]
    assert len({code[:9] for code in mine}) == 1  # type: ignore[attr-defined]
    other = "990125101002-B01-G03-M05" if mine[0][:9] != "990125101" else "990125100001-G01-M01"  # type: ignore[index]
    body = {"grids": [mine[0], other], "workers": [worker_of(township)], "role": "STAND_IN", "contact": False}  # type: ignore[index]
    _, plan = ask(township, "/api/assignments/preview", body)
    assert [(one["grid"], one["why"]) for one in plan["conflicts"]] == [(other, "gone")]  # type: ignore[attr-defined, index]
    assert ask(township, "/api/assignments", body)[0] == 422


def worker_of(client: FlaskClient) -> str:
    """Somebody whom a client sees."""
    found = re.search(r'href="/workers/(\w+)"', client.get("/workers").text)
    assert found is not None
    return found[1]


def test_a_lasso_is_answered_with_the_leaves_in_it(township: FlaskClient) -> None:
    status, found = ask(township, "/api/assignments/leaves", {"ring": [[100, 20], [125, 20], [125, 45], [100, 45]]})
    assert status == 200
    assert len(found["grids"]) > 100  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/assignments/leaves", {"ring": "round"}),
        ("/api/assignments/leaves", {"ring": [[1, 2], [3, "x"], [5, 6]]}),
        ("/api/assignments/leaves", []),
        ("/api/assignments", {"grids": "all", "workers": [WORKER]}),
        ("/api/assignments", {"grids": ["990125101002"], "workers": [], "role": "LEADER"}),
        ("/api/assignments", {"grids": ["990125101002"], "workers": [WORKER], "role": "KING"}),
        ("/api/assignments", {"grids": ["990125101002"], "workers": [WORKER], "contact": True, "since": "soon"}),
        ("/panel/assign", "text"),
    ],
)
def test_what_cannot_be_asked_is_refused(township: FlaskClient, path: str, body: object) -> None:
    assert ask(township, path, body)[0] == 400


def test_only_who_may_staff_sees_the_pages(client: FlaskClient) -> None:
    assert client.get("/assign").status_code in {303, 403}
    assert "data-assign-start" not in client.get("/").text
