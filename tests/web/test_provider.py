"""Signing in through an OpenID Connect provider, a process of its own that is asked by real requests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from geo_grid.access import add_account, disable
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine
from geo_grid.settings import BadSetting, Settings, read_settings
from tests import databases
from tests.databases import ROOT
from tests.web.accounts import token_of
from tests.web.someone_elses_provider import CLIENT, SECRET
from web.app import create_app

BACK = "http://localhost/sign-in/provider/back"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider."""
    command = [sys.executable, "-m", "tests.web.someone_elses_provider"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture(scope="module")
def served(cluster: Cluster, issuer: str, shelf: None) -> Iterator[Settings]:
    """Settings with that provider, and accounts: Alice's new one, and Bob's, who may not sign in any more."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        with engine(settings, DbRole.ACCESS).begin() as conn:
            for name in ("alice", "bob"):
                add_account(conn, name, name.title(), "a long first password", by="test")
            disable(conn, "bob", by="test")
        told = {
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "县统一认证",
        }
        yield settings.model_copy(update=told)


@pytest.fixture
def browser(served: Settings) -> FlaskClient:
    """A browser at an application that knows nothing yet."""
    return create_app(served).test_client()


def came_back(browser: FlaskClient, issuer: str, who: str, lie: str = "") -> str:
    """The address to which the provider sends a browser that it signed in."""
    requests.get(f"{issuer}/say", params={"who": who, "lie": lie}, timeout=5)
    gone = browser.get("/sign-in/provider?next=/account")
    assert gone.status_code == 303, gone.text
    assert gone.location.startswith(f"{issuer}/authorize?")
    back = requests.get(gone.location, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith(f"{BACK}?")
    return back


def test_who_has_an_account_is_signed_in_and_led_to_where_they_wanted(
    browser: FlaskClient, issuer: str, served: Settings
) -> None:
    assert "用 县统一认证 登录" in browser.get("/sign-in").text
    answer = browser.get(came_back(browser, issuer, "Alice"))
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "alice" in browser.get("/account").text
    stranger = create_app(served).test_client()
    tried = {"csrf_token": token_of(stranger), "username": "alice", "password": "a long first password"}
    assert stranger.post("/sign-in", data=tried).status_code == 401, "the first password still opens the account"
    out = browser.get("/sign-in/provider/out").location
    assert parse_qs(urlsplit(out).query)["post_logout_redirect_uri"] == ["http://localhost/sign-in"]


@pytest.mark.parametrize("who", ["nobody", "bob", "demo.administrator", "' OR 1=1 --", "x" * 5000])
def test_who_has_no_account_is_made_none(browser: FlaskClient, issuer: str, served: Settings, who: str) -> None:
    answer = browser.get(came_back(browser, issuer, who))
    assert answer.status_code == 403
    assert "请联系管理员" in answer.text
    assert browser.get("/account").status_code == 303
    with engine(served, DbRole.ACCESS).connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM geo_grid.accounts WHERE NOT is_demo").scalar() == 2


@pytest.mark.parametrize("lie", ["signature", "none", "audience", "nonce", "expired", "iss", "claim"])
def test_a_token_that_is_not_for_us_opens_nothing(browser: FlaskClient, issuer: str, lie: str) -> None:
    assert browser.get(came_back(browser, issuer, "alice", lie)).status_code == 403
    assert browser.get("/account").status_code == 303


def test_an_answer_is_taken_once_and_from_the_browser_that_asked(
    browser: FlaskClient, served: Settings, issuer: str
) -> None:
    back = came_back(browser, issuer, "alice")
    stranger = create_app(served).test_client()
    assert stranger.get(back).status_code == 403
    assert browser.get(back.replace("state=", "state=x")).status_code == 403
    assert browser.get(back).status_code == 403, "a failed answer leaves nothing to try again with"
    assert browser.get(came_back(browser, issuer, "alice")).status_code == 303
    assert browser.get(f"{BACK}?error=access_denied&state=x").status_code == 403


@pytest.mark.parametrize("lie", ["issuer", "keys"])
def test_a_provider_that_is_another_is_not_asked(browser: FlaskClient, issuer: str, lie: str) -> None:
    requests.get(f"{issuer}/say", params={"who": "alice", "lie": lie}, timeout=5)
    gone = browser.get("/sign-in/provider")
    if gone.status_code == 303:
        back = requests.get(gone.location, allow_redirects=False, timeout=5).headers["Location"]
        gone = browser.get(back)
    assert gone.status_code == 503
    assert "请用密码登录" in gone.text


def test_nobody_is_led_elsewhere_afterwards(browser: FlaskClient, issuer: str) -> None:
    requests.get(f"{issuer}/say", params={"who": "alice"}, timeout=5)
    gone = browser.get("/sign-in/provider?next=//evil.example/")
    back = requests.get(gone.location, allow_redirects=False, timeout=5).headers["Location"]
    assert browser.get(back).location == "/"


def test_a_provider_that_is_away_is_told(served: Settings) -> None:
    away = served.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    assert create_app(away).test_client().get("/sign-in/provider").status_code == 503


def test_without_a_provider_there_is_nothing_here(client: FlaskClient) -> None:
    assert {client.get(f"/sign-in/provider{end}").status_code for end in ("", "/back", "/out")} == {404}


@pytest.mark.parametrize(
    "wrong",
    [{}, {"OIDC_CLIENT_ID": "x"}, {"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y", "OIDC_ISSUER": "http://x"}],
)
def test_half_a_provider_is_a_bad_setting(wrong: dict[str, str]) -> None:
    given = {"OIDC_ISSUER": "https://id.example", **wrong}
    with pytest.raises(BadSetting):
        read_settings({f"GEO_GRID_{name}": value for name, value in given.items()})
