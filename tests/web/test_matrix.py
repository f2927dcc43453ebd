"""Every role at every address: the application's own list of routes against the table of rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from geo_grid.access import AccountRole, Action, Actor, RoleGiven, may
from geo_grid.settings import Settings
from tests.web.accounts import signed_in
from web.access import needed
from web.app import create_app

VISITOR = "visitor"
ROLES = [*(role.code for role in AccountRole), VISITOR]
#: What fills the variable parts of an address: nothing is called that.
ABSENT = {"IntegerConverter": 999_999_999, "UnicodeConverter": "none", "PathConverter": "none", "UUIDConverter": ""}
READING = ("GET",)


@pytest.fixture(scope="module")
def guarded(sample_database: Settings, shelf: None) -> Flask:
    """The application over the sample county; forms need no token, so that rights alone decide."""
    app = create_app(sample_database)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture(scope="module")
def browsers(guarded: Flask) -> dict[str, FlaskClient]:
    """A browser for every role, signed in, and a visitor's."""
    guarded.config["WTF_CSRF_ENABLED"] = True
    signed = {role.code: signed_in(guarded.test_client(), role.code) for role in AccountRole}
    guarded.config["WTF_CSRF_ENABLED"] = False
    return signed | {VISITOR: guarded.test_client()}


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address of the application with every method it takes."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(app: Flask, rule: Rule) -> str:
    """An address of that rule, of things that do not exist."""
    values = {
        name: ABSENT.get(type(converter).__name__) or str(rule.defaults or "none")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None
    return str(built[1])


def actor_of(role: str) -> Actor:
    """The actor that the table of rights is asked about."""
    if role == VISITOR:
        return Actor.demo_visitor()
    return Actor(role, role, (RoleGiven(AccountRole[role]),), account=1)


def test_every_address_declares_what_it_asks_for(guarded: Flask) -> None:
    undeclared = {rule.endpoint for rule, _ in rules(guarded) if needed(guarded.view_functions[rule.endpoint]) is None}
    assert undeclared == set()


def test_an_address_that_declares_nothing_is_nobodys(sample_database: Settings, shelf: None) -> None:
    app = create_app(sample_database)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = signed_in(app.test_client(), "ADMINISTRATOR").get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_further_than_the_table_of_rights_allows(
    guarded: Flask, browsers: dict[str, FlaskClient], role: str
) -> None:
    wrong = []
    for rule, method in rules(guarded):
        action = needed(guarded.view_functions[rule.endpoint])
        assert action is not None
        allowed = may(actor_of(role), action)
        if allowed and method not in READING:
            continue
        answer = browsers[role].open(address(guarded, rule), method=method)
        refused = answer.status_code in {401, 403} or answer.location in {"/sign-in"}
        refused = refused or (answer.location or "").startswith("/sign-in?next=")
        if refused == allowed or answer.status_code >= 500:
            wrong.append(f"{method} {rule.rule} ({action.code}): {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_whoever_may_write_is_let_through(guarded: Flask, browsers: dict[str, FlaskClient], role: str) -> None:
    """Asked with the view taken out, so that nothing is written."""
    app = create_app(guarded.extensions["geo_grid_settings"])
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, view in app.view_functions.items():
        stub = lambda **_: "reached"  # noqa: E731
        stub.needed_action = needed(view)  # type: ignore[attr-defined]
        app.view_functions[endpoint] = stub
    client = app.test_client()
    cookie = browsers[role].get_cookie("geo_grid_session")
    if cookie is not None:
        client.set_cookie("geo_grid_session", cookie.value)
    reached, expected = set(), set()
    for rule, method in rules(app):
        if method in READING:
            continue
        action = needed(app.view_functions[rule.endpoint]) or Action.MANAGE_ACCOUNTS
        if may(actor_of(role), action):
            expected.add((method, rule.rule))
        answer = client.open(address(app, rule), method=method)
        # The views are out, so that 404 comes from what stands behind the right: no such draft in the asker's scope.
        if answer.text == "reached" or answer.status_code == 404:
            reached.add((method, rule.rule))
    assert reached == expected


def test_every_role_can_do_something_and_only_the_administrator_everything() -> None:
    for role in AccountRole:
        doable = {action for action in Action if may(actor_of(role.code), action)}
        assert Action.SEE in doable
        assert (doable == set(Action)) == (role is AccountRole.ADMINISTRATOR)


def test_a_role_for_a_subtree_reaches_no_further() -> None:
    planner = Actor("p", "P", (RoleGiven(AccountRole.PLANNER, "990125100"),), account=1)
    assert may(planner, Action.DRAW)
    assert may(planner, Action.DRAW, ["990125100001", "990125100"])
    assert not may(planner, Action.DRAW, ["990125101001", "990125101"])
    assert not may(planner, Action.APPROVE, ["990125100"])
