"""Boards are printed from pages: one at once, many as a job, phones in full only by right and written down."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask.testing import FlaskClient

from geo_grid.jobs import TASKS, work_off
from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.app import create_app

MICRO, GROUP = "990125101002-B01-G03-M05", "990125101002-B01-G03"
FORM = {"kind": "boards", "tier": "MICRO", "under": GROUP, "paper": "A4", "phones": "none", "lang": "zh"}


@pytest.fixture
def planner(app: object) -> FlaskClient:
    """A planner, who may export but no phones."""
    return signed_in(app.test_client(), "PLANNER")  # type: ignore[attr-defined]


def test_one_board_is_a_pdf(planner: FlaskClient) -> None:
    answer = planner.get(f"/boards/grids/{MICRO}.pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert planner.get("/boards/grids/nowhere.pdf").status_code == 404
    assert planner.get(f"/boards/grids/{MICRO}.pdf?paper=A9").status_code == 400
    assert planner.get(f"/boards/grids/{MICRO}.pdf?phones=all").status_code == 400
    assert planner.get(f"/boards/grids/{MICRO}.pdf?phones=full").status_code == 403


def test_a_visitor_prints_nothing(client: FlaskClient) -> None:
    assert client.get("/boards").status_code in {303, 403}
    assert "/boards/grids/" not in client.get(f"/grids/{MICRO}").text


def test_many_are_printed_by_the_worker(sample_clone: Settings) -> None:
    client = signed_in(create_app(sample_clone).test_client(), "ADMINISTRATOR")
    token = {"csrf_token": token_of(client, "/boards")}
    asked = client.post("/boards", data={**token, **FORM, "phones": "full"})
    assert asked.status_code == 303
    assert client.get(f"{asked.location}/boards.zip").status_code == 404
    assert client.get(f"{asked.location}/progress").json == {"done": 0, "total": 0, "is_over": False}
    assert work_off(sample_clone, TASKS) == 1
    with zipfile.ZipFile(io.BytesIO(client.get(f"{asked.location}/boards.zip").data)) as archive:
        assert len(archive.namelist()) == 1
    assert "已打印 5 份" in client.get(asked.location).text
    assert "phones-printed" in client.get("/journal").text or "打印" in client.get("/journal").text
    assert client.post("/boards", data={**token, **FORM, "tier": "STREET"}).status_code == 400
    other = signed_in(create_app(sample_clone).test_client(), "PLANNER")
    assert other.get(asked.location).status_code == 404
