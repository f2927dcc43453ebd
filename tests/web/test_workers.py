"""The pages of workers and posts, and the changes that a township or an administrator makes there."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.app import create_app

LEADER = "990125W0013"


@pytest.fixture
def changing(sample_clone: Settings) -> FlaskClient:
    """The administrator's browser at a county of its own."""
    return signed_in(create_app(sample_clone).test_client(), "ADMINISTRATOR")


def post(client: FlaskClient, path: str, **fields: str) -> int:
    """The status of a form sent with the token of its page."""
    return client.post(path, data={"csrf_token": token_of(client, "/workers"), **fields}).status_code


def today(client: FlaskClient) -> str:
    """The county's day, as its pages say it."""
    found = re.search(r'name="since" value="([0-9-]+)"', client.get(f"/workers/{LEADER}").text)
    assert found is not None
    return found[1]


def test_everybody_is_listed_with_posts_households_and_a_masked_phone(client: FlaskClient) -> None:
    html = client.get(f"/workers?q={LEADER}").text
    assert "丁明" in html
    assert "网格长" in html
    assert re.search(r"\d{3}\*\*\*\*\d{4}", html)
    assert not re.search(r"1\d{10}", html)


def test_a_list_has_pages_and_can_be_searched(client: FlaskClient) -> None:
    assert "page=2" in client.get("/workers").text
    assert client.get("/workers?page=9999").status_code == 200
    assert "没有符合" in client.get("/workers?q=没有这个人").text
    assert client.get("/workers?show=nonsense").status_code == 400
    assert client.get("/workers/nobody").status_code == 404


def test_the_vacant_posts_with_the_most_households_come_first(client: FlaskClient) -> None:
    html = client.get("/workers?show=vacant").text
    counts = [int(text.replace(",", "")) for text in re.findall(r'<td class="number">([\d,]+)</td>', html)]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 50


def test_a_visitor_changes_nothing(client: FlaskClient) -> None:
    assert "/workers/WORKER/posts" not in client.get("/workers?show=vacant").text
    assert post(client, "/workers", code="W", name="王") in {302, 303, 401, 403}
    assert client.get("/workers/W").status_code == 404


def test_a_vacant_post_is_filled_from_the_list(changing: FlaskClient) -> None:
    day = today(changing)
    assert post(changing, "/workers", code="W-1", name="王新") == 303
    seat = {"grid": "990125200", "role": "STAND_IN", "seat": "1", "since": day}
    assert post(changing, "/workers/W-1/posts", **seat) == 303
    assert "990125200" not in changing.get("/workers?show=vacant&q=B角").text
    assert "石山乡" in changing.get("/workers/W-1").text
    assert post(changing, "/workers/W-1/posts", **seat) == 422
    assert post(changing, "/workers/W-1/posts/end", grid="990125200", role="STAND_IN", seat="1", on=day) == 303
    assert "990125200" in changing.get("/workers?show=vacant&q=B角").text


def test_everything_is_handed_over_after_a_look_at_the_list(changing: FlaskClient) -> None:
    assert post(changing, "/workers", code="W-2", name="接任者") == 303
    shown = changing.get(f"/workers/{LEADER}/hand-over?successor=W-2").text
    assert "西关社区" in shown
    assert post(changing, f"/workers/{LEADER}/hand-over", successor="W-2", on=today(changing)) == 303
    assert "西关社区" in changing.get("/workers/W-2").text
    assert "当前岗位" in changing.get(f"/workers/{LEADER}").text
    assert post(changing, f"/workers/{LEADER}/hand-over", successor=LEADER, on=today(changing)) == 400


def test_the_hand_over_list_is_a_paper_too(changing: FlaskClient) -> None:
    answer = changing.get(f"/workers/{LEADER}/hand-over.pdf?successor=990125W0326")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert changing.get(f"/workers/{LEADER}/hand-over.pdf?successor=nobody").status_code == 404


def test_all_households_of_a_grid_get_a_contact(changing: FlaskClient) -> None:
    assert post(changing, f"/workers/{LEADER}/contacts", grid="990125101001") == 303
    figures = changing.get("/api/coverage/every_household_has_a_contact").json["figures"]
    assert figures["covered"] + figures["overloaded"] > 20684
    assert figures["total"] == 28500


def test_a_phone_is_changed_masked_and_sealed(changing: FlaskClient, sample_clone: Settings) -> None:
    assert post(changing, f"/workers/{LEADER}", name="丁明", phone="138 0000 1234") == 303
    assert "138****1234" in changing.get(f"/workers/{LEADER}").text
    with engine(sample_clone, DbRole.WEB).connect() as conn:
        stored = conn.exec_driver_sql("SELECT phone FROM geo_grid.workers WHERE code = %s", (LEADER,)).scalar_one()
    assert "1380000" not in stored
    assert post(changing, f"/workers/{LEADER}", name="丁明", phone="-") == 303
    assert "138****1234" not in changing.get(f"/workers/{LEADER}").text
    assert post(changing, f"/workers/{LEADER}", name="丁明", phone="call me") == 400


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/workers", {"code": "", "name": "王"}, 400),
        ("/workers", {"code": LEADER, "name": "王"}, 400),
        (f"/workers/{LEADER}", {"name": " "}, 400),
        (f"/workers/{LEADER}/posts", {"grid": "nowhere", "role": "LEADER", "since": "2026-01-01"}, 404),
        (f"/workers/{LEADER}/posts", {"grid": "990125101", "role": "KING", "since": "2026-01-01"}, 400),
        (f"/workers/{LEADER}/posts", {"grid": "990125101", "role": "LEADER", "since": "soon"}, 400),
        (f"/workers/{LEADER}/contacts", {"grid": "nowhere"}, 404),
        (f"/workers/{LEADER}/hand-over", {"successor": "nobody", "on": "2026-11-22"}, 404),
    ],
)
def test_what_cannot_be_is_refused(changing: FlaskClient, path: str, fields: dict[str, str], status: int) -> None:
    assert post(changing, path, **fields) == status
