"""The pages of the journal and of health."""

from __future__ import annotations

from flask import Flask

from tests.web.accounts import signed_in


def test_the_journal_is_read_by_person_place_and_day(app: Flask) -> None:
    client = signed_in(app.test_client(), "ADMINISTRATOR")
    assert "demo.planner" in client.get("/journal?actor=make+run").text
    assert "没有符合条件的记录" in client.get("/journal?actor=nobody").text
    assert client.get("/journal?about=demo.planner").text.count("PLANNER") == 1
    assert "没有符合条件的记录" in client.get("/journal?until=2020-01-01").text
    assert client.get("/journal?since=x").status_code == 400


def test_the_journal_says_whether_it_is_whole(app: Flask) -> None:
    assert "环环相扣" in signed_in(app.test_client(), "ADMINISTRATOR").get("/journal/check").text


def test_health_says_what_to_do(app: Flask) -> None:
    page = signed_in(app.test_client(), "ADMINISTRATOR").get("/health").text
    assert "GEO_GRID_BACKUP_FOLDER" in page
    assert "密钥可用" in page
    assert 'class="chip bad"' not in page
