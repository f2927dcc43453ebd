"""/metrics: what Prometheus reads, and who may."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from geo_grid.settings import Settings
from tests.web.accounts import signed_in
from web.app import create_app

TOKEN = "a-token-of-this-test"


def told(text: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    return {
        "".join([one.name, *(f" {name}={value}" for name, value in sorted(one.labels.items()))]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_the_token_reads_requests_and_the_county_s_figures(sample_database: Settings, shelf: None) -> None:
    client = create_app(sample_database.model_copy(update={"metrics_token": TOKEN})).test_client()
    client.get("/api/version")
    client.get("/nowhere")
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    found = told(answer.text)
    assert found["geo_grid_requests_total endpoint=api.versions.version status=200"] == 1
    assert found["geo_grid_requests_total endpoint=none status=404"] == 1
    assert found["geo_grid_request_seconds_count endpoint=api.versions.version"] == 1
    assert found["geo_grid_up"] == 1
    assert found["geo_grid_grids"] == 2575
    assert found["geo_grid_households"] == 28_500
    assert found["geo_grid_posts_vacant"] > 0
    assert not re.search(r"\d{6,}", "".join(name for name in found)), "no code of a place or a person is a label"


def test_a_wrong_token_reads_nothing(sample_database: Settings, shelf: None) -> None:
    client = create_app(sample_database.model_copy(update={"metrics_token": TOKEN})).test_client()
    for given in ("", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"bearer{TOKEN}", "Bearer \xff"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code in {401, 403}, given


@pytest.mark.parametrize(("role", "status"), [("ADMINISTRATOR", 200), ("PLANNER", 403), ("READER", 403)])
def test_without_a_token_it_is_for_who_sees_the_health_page(client: FlaskClient, role: str, status: int) -> None:
    assert signed_in(client, role).get("/metrics").status_code == status


def test_a_database_that_is_away_is_told_and_not_an_error() -> None:
    away = Settings(database_url="postgresql://nobody:secret@127.0.0.1:9/none", metrics_token=TOKEN)
    answer = create_app(away).test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert told(answer.text)["geo_grid_up"] == 0
