"""The page of workload and its API tell the same loads, and who may changes the weights."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.app import create_app


def test_page_and_api_tell_the_same(client: FlaskClient) -> None:
    found = client.get("/api/workload?tier=TOTAL").json
    assert found is not None
    assert sum(one["terms"]["HOUSEHOLDS"]["amount"] for one in found["places"]) == 28500
    html = client.get("/workload?under=990125101002").text
    for place in found["places"]:
        assert f"{round(place['load']):,}" in html
    leaves = client.get("/api/workload/leaves").json
    assert leaves is not None
    assert sum(leaves["leaves"].values()) == pytest.approx(sum(one["load"] for one in found["places"]), rel=1e-3)
    assert len(leaves["limits"]) == 4
    assert client.get("/api/workload?tier=STREET").status_code == 400
    assert client.get("/workload?under=nowhere").status_code == 404
    assert client.post("/workload/weights").status_code in {302, 303, 400, 403}


def test_a_weight_changes_every_load(sample_clone: Settings) -> None:
    client = signed_in(create_app(sample_clone).test_client(), "ADMINISTRATOR")

    def change(**weights: str) -> int:
        return client.post(
            "/workload/weights", data={"csrf_token": token_of(client, "/workload"), **weights}
        ).status_code

    assert change(AREA="0", SITES="0", DISTANCE="0") == 303
    found = client.get("/api/workload").json
    assert found is not None
    assert sum(one["load"] for one in found["places"]) == 28500
    assert change(AREA="wide") == 400
    assert change(AREA="-1") == 400
