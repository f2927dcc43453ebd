"""What a browser is told about trust."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from geo_grid.settings import BadSetting, Settings
from web.app import create_app

FORM = "application/x-www-form-urlencoded"
PATHS = ["/", "/grids/none", "/panel/tree", "/api/version", "/healthz", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_each_answer_has_a_nonce_of_its_own_on_all_its_scripts(client: FlaskClient) -> None:
    nonces = set()
    for _ in range(2):
        answer = client.get("/")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert nonce is not None
        nonces.add(nonce[1])
        scripts = [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "application/json" not in tag]
        assert scripts
        assert all(f'nonce="{nonce[1]}"' in tag for tag in scripts)
    assert len(nonces) == 2


def test_static_files_are_kept_for_ever_under_a_digest(client: FlaskClient) -> None:
    address = re.search(r'"(/static/[^"]+/js/start.js)"', client.get("/").text)
    assert address is not None
    answer = client.get(address[1])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(address[1], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    old = re.sub("/static/[^/]+/", "/static/0/", address[1])
    assert client.get(old).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "js/none.js"])
def test_only_static_files_are_served_as_such(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/0/{name}", follow_redirects=True).status_code == 404


def test_pictures_may_come_from_the_basemap_alone(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"basemap": "https://{s}.tiles.example/{z}/{x}/{y}.png"}))
    policy = app.test_client().get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://a.tiles.example https://b.tiles.example https://c.tiles.example;" in policy


def test_tianditu_needs_a_key(settings: Settings) -> None:
    with pytest.raises(BadSetting, match="GEO_GRID_TIANDITU_KEY"):
        create_app(settings.model_copy(update={"basemap": "tianditu"}))


def test_tianditu_is_two_layers_of_its_own_hosts(settings: Settings) -> None:
    chosen = settings.model_copy(update={"basemap": "tianditu", "tianditu_key": "k y"})
    answer = create_app(chosen).test_client().get("/")
    assert "https://t0.tianditu.gov.cn" in answer.headers["Content-Security-Policy"]
    assert answer.text.count("tk=k%20y") == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_here_writes(client: FlaskClient, method: str) -> None:
    assert client.open("/", method=method).status_code == 405
    assert client.open("/api/version", method=method).status_code == 405


def test_over_https_a_browser_stays_with_https(sample_database: Settings, shelf: None) -> None:
    chosen = sample_database.model_copy(update={"https": True})
    headers = create_app(chosen).test_client().get("/healthz", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_trace_is_not_answered(client: FlaskClient) -> None:
    assert client.open("/healthz", method="TRACE").status_code == 405


@pytest.mark.parametrize("path", ["/sign-in", "/api/redraws", "/nowhere"])
def test_what_is_too_long_is_refused_before_it_is_read(client: FlaskClient, path: str) -> None:
    stream = io.BytesIO(b"x" * 100)
    answer = client.post(path, input_stream=stream, content_type=FORM, environ_overrides={"CONTENT_LENGTH": "9437184"})
    assert answer.status_code == 413
    assert "一次发送的内容过大" in answer.get_data(as_text=True) or "more than can be sent" in str(answer.json)
    assert stream.tell() == 0


def test_an_address_that_takes_files_takes_more(client: FlaskClient) -> None:
    more = {"CONTENT_LENGTH": "9437184"}
    answer = client.post("/inspections", input_stream=io.BytesIO(b"x"), content_type=FORM, environ_overrides=more)
    assert answer.status_code != 413
