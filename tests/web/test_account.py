"""Signing in, and keeping accounts."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo_grid import access
from geo_grid.access import AccountRole, RoleGiven, mark_demo
from geo_grid.db import DbRole, engine, run
from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.access import safe_target
from web.app import create_app

WORD = "a long walk home"


@pytest.fixture
def county(sample_clone: Settings, shelf: None) -> Settings:
    """The sample county as a county of its own: no demo, with Alice who keeps its accounts."""

    def found(conn) -> None:  # type: ignore[no-untyped-def]
        mark_demo(conn, demo=False)
        access.add_account(conn, "alice", "Alice", WORD, by="test", must_change=False)
        access.give_role(conn, "alice", RoleGiven(AccountRole.ADMINISTRATOR), by="test")

    run(engine(sample_clone, DbRole.ACCESS), found)
    return sample_clone


@pytest.fixture
def app_of_county(county: Settings) -> Flask:
    return create_app(county)


def enter(client: FlaskClient, username: str, password: str, **more: str) -> int:
    """The status of an attempt to sign in."""
    form = {"csrf_token": token_of(client), "username": username, "password": password, **more}
    return client.post("/sign-in", data=form).status_code


@pytest.fixture
def alice(app_of_county: Flask) -> FlaskClient:
    """Alice's browser, signed in."""
    client = app_of_county.test_client()
    assert enter(client, "alice", WORD) == 303
    return client


def post(client: FlaskClient, path: str, **form: str) -> str:
    """The page that a form leads to."""
    token = token_of(client, "/account")
    return client.post(path, data={"csrf_token": token, **form}, follow_redirects=True).text


def password_in(html: str) -> str:
    """The password that a page shows once."""
    found = re.search(r"<code>([a-z0-9-]{19})</code>", html)
    assert found is not None
    return found[1]


def test_who_is_not_signed_in_sees_nothing_of_a_real_county(app_of_county: Flask) -> None:
    client = app_of_county.test_client()
    assert client.get("/").location == "/sign-in"
    assert client.get("/grids/x?a=1").location == "/sign-in?next=%2Fgrids%2Fx%3Fa%3D1"
    for path in ("/api/overview", "/panel/tree", "/tiles/1/1/0/0.mvt", "/api/search?q=1"):
        assert client.get(path).status_code == 401
    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in").status_code == 200


def test_a_county_without_an_administrator_says_how_to_make_one(settings: Settings, sample_clone: Settings) -> None:
    with engine(sample_clone, DbRole.ACCESS).begin() as conn:
        mark_demo(conn, demo=False)
    page = create_app(sample_clone).test_client().get("/sign-in").text
    assert "geo-grid user add USERNAME --role administrator" in page
    assert "demo." not in page


def test_a_demo_is_read_without_an_account_and_says_what_it_is(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "演示" in page
    assert client.get("/sign-in").text.count("geo-grid-demo") == 1


@pytest.mark.parametrize("role", [role.code for role in AccountRole])
def test_a_demo_has_an_account_for_every_role(client: FlaskClient, role: str) -> None:
    page = signed_in(client, role).get("/account").text
    assert AccountRole[role].zh in page


def test_demo_accounts_open_nothing_where_the_demo_is_over(app_of_county: Flask) -> None:
    client = app_of_county.test_client()
    assert enter(client, "demo.administrator", access.DEMO_PASSWORD) == 401
    form = {"csrf_token": token_of(client), "username": "demo.administrator"}
    assert client.post("/sign-in/demo", data=form).status_code == 400


def test_signing_in_gives_the_browser_a_new_session_and_leads_to_where_one_wanted(app_of_county: Flask) -> None:
    client = app_of_county.test_client()
    before = token_of(client)
    form = {"csrf_token": before, "username": "alice ", "password": WORD, "next": "/account"}
    answer = client.post("/sign-in", data=form)
    assert answer.location == "/account"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert token_of(client, "/account") != before
    assert client.get("/").status_code == 200


def test_over_https_the_cookie_travels_no_other_way(county: Settings) -> None:
    client = create_app(county.model_copy(update={"https": True})).test_client()
    answer = client.get("/sign-in", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-geo_grid_session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\nb", "evil", "", None],
)
def test_nobody_is_led_to_another_site(app: Flask, wish: str | None) -> None:
    with app.test_request_context():
        assert safe_target(wish) == "/"
        assert safe_target("/grids/1?x=%2F%2F") == "/grids/1?x=%2F%2F"


def test_the_eleventh_attempt_within_a_minute_is_not_even_looked_at(app_of_county: Flask) -> None:
    client = app_of_county.test_client()
    answers = [enter(client, "alice", f"wrong {number}") for number in range(10)]
    assert set(answers) == {401}
    assert enter(client, "alice", WORD) == 429


def test_a_wrong_password_and_an_unknown_name_look_the_same(app_of_county: Flask) -> None:
    client = app_of_county.test_client()
    pages = []
    for username in ("alice", "nobody"):
        form = {"csrf_token": token_of(client), "username": username, "password": "wrong"}
        page = client.post("/sign-in", data=form).text.replace(username, "")
        pages.append(re.sub(r'(nonce|content|value)="[^"]*"', "", page))
    assert pages[0] == pages[1]


def test_signing_out_ends_the_session_for_a_stolen_cookie_too(app_of_county: Flask, alice: FlaskClient) -> None:
    stolen = alice.get_cookie("geo_grid_session")
    assert stolen is not None
    alice.post("/sign-out", data={"csrf_token": token_of(alice, "/account")})
    thief = app_of_county.test_client()
    thief.set_cookie("geo_grid_session", stolen.value)
    assert thief.get("/").location == "/sign-in"


def test_an_administrator_adds_an_account_that_must_change_its_password_first(
    app_of_county: Flask, alice: FlaskClient
) -> None:
    password = password_in(post(alice, "/accounts", username="bob", name="Bob", role="PLANNER", grid="990125100"))
    bob = app_of_county.test_client()
    assert enter(bob, "bob", password) == 303
    assert bob.get("/").location == "/account"
    assert bob.get("/api/version").status_code == 401
    weak = {"password": "four words of bobby", "again": "four words of bobby"}
    assert "容易被猜到" in post(bob, "/account/password", present=password, **weak)
    post(bob, "/account/password", present=password, password="four words of his", again="four words of his")
    assert bob.get("/").status_code == 200
    assert "990125100" in bob.get("/account").text
    assert bob.get("/accounts").status_code == 403


def test_a_disabled_account_is_out_at_its_next_request(app_of_county: Flask, alice: FlaskClient) -> None:
    post(alice, "/accounts", username="bob", name="Bob", role="READER")
    password = password_in(post(alice, "/accounts/bob/password"))
    bob = app_of_county.test_client()
    assert enter(bob, "bob", password) == 303
    assert bob.get("/account").status_code == 200
    post(alice, "/accounts/bob/disable")
    assert bob.get("/account").location == "/sign-in?next=%2Faccount"
    assert enter(bob, "bob", password) == 401


def test_a_role_that_is_taken_or_over_allows_nothing_at_the_next_request(
    app_of_county: Flask, alice: FlaskClient, county: Settings
) -> None:
    post(alice, "/accounts", username="bob", name="Bob", role="GIS_STAFF", since="2020-01-01", until="2020-02-01")
    page = alice.get("/accounts/bob").text
    assert "2020-01-01 – 2020-02-01" in page
    with engine(county, DbRole.ACCESS).begin() as conn:
        access.set_password(conn, "bob", "four words of his", by="test")
    bob = app_of_county.test_client()
    enter(bob, "bob", "four words of his")
    assert bob.get("/").status_code == 403
    post(alice, "/accounts/bob/roles", role="READER")
    assert bob.get("/").status_code == 200


def test_the_last_administrator_stays(alice: FlaskClient) -> None:
    assert "没有人能管理账号" in post(alice, "/accounts/alice/disable")
    assert alice.get("/accounts").status_code == 200


def test_a_password_is_kept_as_argon2id_and_who_reads_the_county_cannot_read_it(county: Settings) -> None:
    with engine(county, DbRole.ACCESS).connect() as conn:
        kept = conn.exec_driver_sql("SELECT password FROM geo_grid.accounts WHERE username = 'alice'").scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert WORD not in kept


@pytest.mark.parametrize(
    "password",
    [
        "password12",
        "alice12345",
        "1234567890",
        "qwertyuiop",
        "iloveyou12",
        "Passw0rd2024",
        "网格员网格员网格员网",
        "geo_grid2026",
    ],
)
def test_a_password_that_many_would_try_is_refused(county: Settings, password: str) -> None:
    with pytest.raises(access.WeakPassword, match="easily guessed"):
        run(
            engine(county, DbRole.ACCESS),
            lambda conn: access.set_password(conn, "alice", password, by="test"),
        )


@pytest.mark.parametrize("password", ["四季山色两岸青", "a long walk home", "x" + "ab9 " * 49])
def test_words_of_any_kind_make_a_password(county: Settings, password: str) -> None:
    run(
        engine(county, DbRole.ACCESS),
        lambda conn: access.set_password(conn, "alice", password.ljust(10, "。"), by="test"),
    )


def test_one_sees_where_one_is_signed_in_and_ends_it_from_elsewhere(app_of_county: Flask, alice: FlaskClient) -> None:
    lost = app_of_county.test_client()
    assert enter(lost, "alice", WORD) == 303
    page = alice.get("/account").text
    mark = re.search(r'name="mark" value="([0-9a-f]{32})"', page)
    assert mark is not None
    assert page.count('name="mark"') == 1
    post(alice, "/account/sessions", mark=mark[1])
    assert lost.get("/account").status_code == 303
    assert alice.get("/account").status_code == 200
    assert enter(lost, "alice", WORD) == 303
    post(alice, "/account/sessions")
    assert lost.get("/account").status_code == 303
    assert alice.get("/account").status_code == 200


def test_signing_out_lets_the_browser_forget_what_it_kept(alice: FlaskClient) -> None:
    answer = alice.post("/sign-out", data={"csrf_token": token_of(alice, "/account")})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_names_an_address_of_their_own(app_of_county: Flask, county: Settings) -> None:
    client = app_of_county.test_client()
    token = token_of(client)
    form = {"csrf_token": token, "username": "alice", "password": "not this one"}
    client.post("/sign-in", data=form, headers={"X-Forwarded-For": "203.0.113.7"})
    with engine(county, DbRole.ACCESS).connect() as conn:
        addresses = set(conn.exec_driver_sql("SELECT address FROM geo_grid.sign_ins").scalars())
    assert addresses == {"127.0.0.1"}


@pytest.mark.parametrize(
    "past", ["seen_at = now() - interval '121 minutes'", "began_at = now() - interval '721 minutes'"]
)
def test_a_session_ends_when_idle_and_after_a_working_day(county: Settings, alice: FlaskClient, past: str) -> None:
    assert alice.get("/account").status_code == 200
    with engine(county, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql(f"UPDATE geo_grid.sessions SET {past}")
    assert alice.get("/account").status_code == 303


def test_what_is_refused_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    signed_in(client, "READER")
    assert client.get("/grids/a%0Ab/history%0Aforged").status_code == 404
    assert client.get("/accounts").status_code == 403
    refusals = [record.getMessage() for record in caplog.records if "may not" in record.getMessage()]
    assert len(refusals) == 1
    assert "demo.reader may not MANAGE_ACCOUNTS: GET '/accounts'" in refusals[0]
    assert "\n" not in "".join(record.getMessage() for record in caplog.records)
