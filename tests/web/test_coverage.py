"""The pages and the API of coverage: the same figures everywhere, and changes by who may make them."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from geo_grid.checks import PRESETS
from geo_grid.clock import today
from geo_grid.settings import Settings
from tests.cli.programs import geo_grid
from tests.web.accounts import signed_in
from web.app import create_app

RULE = "every_household_has_a_contact"
TOWN = "990125101"


@pytest.fixture
def changing(sample_clone: Settings) -> FlaskClient:
    """The administrator's browser at a county of its own."""
    return signed_in(create_app(sample_clone).test_client(), "ADMINISTRATOR")


def post(client: FlaskClient, path: str, **fields: str) -> int:
    """The status of a form sent with the token of its page."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/coverage").text)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **fields}).status_code


def test_every_rule_in_force_is_listed_with_its_share(client: FlaskClient) -> None:
    html = client.get("/coverage").text
    for rule in PRESETS:
        assert rule.zh in html
    assert "72.6%" in html


def test_page_api_and_command_tell_the_same_figures(client: FlaskClient, sample_database: Settings) -> None:
    figures = client.get(f"/api/coverage/{RULE}").json["figures"]
    checked = json.loads(geo_grid("check", "--json", GEO_GRID_DATABASE_URL=str(sample_database.database_url)).stdout)
    listed = {rule["code"]: rule["figures"] for rule in client.get("/api/coverage").json["rules"]}
    assert listed == checked["coverage"]
    assert figures == listed[RULE]
    assert checked["households_contacted"] == figures["covered"]
    assert f"{figures['uncovered']:,}" in client.get(f"/coverage/{RULE}").text
    leaves = client.get(f"/api/coverage/{RULE}").json["leaves"]
    assert [sum(column) for column in zip(*leaves.values(), strict=True)] == [20684, 0, 7816, 0]


def test_a_rule_not_in_force_says_so(client: FlaskClient) -> None:
    assert client.get("/api/coverage/every_village_has_a_linked_cadre").status_code == 404
    assert "此规则已关闭" in client.get("/coverage/every_village_has_a_linked_cadre").text
    assert client.get("/coverage/no_such_rule").status_code == 404


def test_a_waiver_is_made_counted_and_ended(changing: FlaskClient) -> None:
    path = f"/coverage/{RULE}"
    until = (today() + timedelta(days=30)).isoformat()
    assert post(changing, f"{path}/waivers", grid=TOWN, reason="移民新村建设中", until=until) == 303
    figures = changing.get(f"/api{path}").json["figures"]
    assert figures["waived"] > 0
    assert figures["total"] == 28500
    html = changing.get(path).text
    assert "移民新村建设中" in html
    (number,) = re.findall(rf"{path}/waivers/(\d+)/end", html)
    assert post(changing, f"{path}/waivers/{number}/end") == 303
    assert changing.get(f"/api{path}").json["figures"]["waived"] == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"grid": TOWN, "reason": "", "until": "2026-12-01"}, 400),
        ({"grid": TOWN, "reason": "x", "until": ""}, 400),
        ({"grid": TOWN, "reason": "x", "until": "soon"}, 400),
        ({"grid": TOWN, "reason": "x", "until": "2020-01-01"}, 400),
        ({"grid": "nowhere", "reason": "x", "until": "today"}, 404),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(changing: FlaskClient, fields: dict[str, str], said: int) -> None:
    if fields["until"] == "today":
        fields = fields | {"until": today().isoformat()}
    assert post(changing, f"/coverage/{RULE}/waivers", **fields) == said


def test_a_limit_changes_the_figures_at_once(changing: FlaskClient) -> None:
    path = f"/coverage/{RULE}"
    assert post(changing, path, is_on="on", since="", most_households="100") == 303
    assert changing.get(f"/api{path}").json["figures"]["overloaded"] > 0
    assert post(changing, path, is_on="on", since="", most_households="many") == 400
    assert post(changing, path, since="") == 303
    assert changing.get(f"/api{path}").status_code == 404


def test_an_empty_county_has_nothing_to_cover(empty: FlaskClient) -> None:
    assert "还没有户数据" in empty.get("/coverage").text
