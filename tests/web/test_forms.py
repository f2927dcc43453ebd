"""The session's key, and the token without which nothing is written."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask import Flask

from geo_grid.errors import Unavailable
from geo_grid.settings import Settings
from geo_grid.vocabulary import Action
from web.access import needs
from web.app import create_app
from web.secret_key import secret_key


@pytest.fixture(scope="module")
def writing(sample_database: Settings, shelf: None) -> Flask:
    """The application with one more address, which takes what is posted to it."""
    app = create_app(sample_database)
    app.add_url_rule("/take", "take", needs(Action.OPEN)(lambda: "taken"), methods=["POST"])
    return app


def test_nothing_is_written_without_the_token(writing: Flask) -> None:
    assert writing.test_client().post("/take").status_code == 400


def test_a_part_without_a_name_is_bad_input(writing: Flask) -> None:
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert writing.test_client().post("/take", data=body, content_type=kind).status_code == 400


def test_the_token_of_a_page_lets_its_session_write(writing: Flask) -> None:
    client = writing.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").text)
    assert token is not None
    assert client.post("/take", headers={"X-CSRFToken": token[1]}).text == "taken"
    assert client.post("/take", data={"csrf_token": token[1]}).text == "taken"
    assert writing.test_client().post("/take", headers={"X-CSRFToken": token[1]}).status_code == 400


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    key = secret_key(settings)
    assert len(key) == 64
    assert secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600


def test_a_key_of_the_settings_is_used_as_it_is(tmp_path: Path) -> None:
    assert secret_key(Settings(home=tmp_path, secret_key="given")) == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_kept_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="GEO_GRID_SECRET_KEY"):
        secret_key(Settings(home=tmp_path / "file" / "home"))
