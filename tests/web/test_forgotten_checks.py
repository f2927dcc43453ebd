"""A check that the program forgot: the database still lets no role write what is not its own to write."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from tests import databases
from tests.house.sources import ROOT
from tests.web.accounts import signed_in
from web.app import create_app

#: What is sent where, and a table that would have another count of rows, or other rows, if it were done.
FORMS: dict[str, tuple[dict[str, str], str]] = {
    "/workers": ({"code": "W-X", "name": "Eve"}, "SELECT count(*) FROM workers"),
    "/redraws": ({"name": "Eve's"}, "SELECT count(*) FROM redraws"),
    "/coverage/every_household_has_a_contact": (
        {"is_on": "", "most_households": "7"},
        "SELECT string_agg(c::text, ';' ORDER BY c.code) FROM coverage_rules c",
    ),
    "/accounts/demo.reader/worker": ({"worker": "990125W0013"}, "SELECT count(*) FROM account_workers"),
    "/import": ({}, "SELECT count(*) FROM import_runs"),
    "/workload/weights": (
        {"HOUSEHOLDS": "7", "SITES": "7"},
        "SELECT string_agg(w::text, ';' ORDER BY w::text) FROM workload_weights w",
    ),
}


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Settings]:
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="module")
def app(county: Settings, shelf: None) -> Flask:
    return create_app(county)


def browser(app: Flask, role: str) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = True
    client = signed_in(app.test_client(), role)
    app.config["WTF_CSRF_ENABLED"] = False
    return client


def told(county: Settings, query: str) -> object:
    with engine(county, DbRole.LOADER).connect() as conn:
        return conn.exec_driver_sql(query).scalar()


@pytest.mark.parametrize("role", ["READER", "APPROVER"])
def test_what_the_program_lets_through_the_database_refuses(
    app: Flask, county: Settings, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every check of the program answered yes; the roles are given for the county."""
    client, done = browser(app, role), []
    monkeypatch.setattr("geo_grid.access.model.may", lambda *_asked: True)
    for address, (form, query) in FORMS.items():
        before = told(county, query)
        answer = client.post(address, data=form)
        if answer.status_code != 403 or told(county, query) != before:
            done.append((address, answer.status_code, answer.text[-300:]))
    assert done == []


def test_the_same_forms_are_taken_from_who_may(app: Flask, county: Settings) -> None:
    """Else the test above would prove nothing."""
    client = browser(app, "ADMINISTRATOR")
    for address, (form, query) in FORMS.items():
        before = told(county, query)
        answer = client.post(address, data=form)
        assert answer.status_code in {302, 303}, (address, answer.text[-500:])
        assert told(county, query) != before, address


def test_no_request_writes_as_the_loader() -> None:
    """The loader writes what it is asked to: it is for commands and jobs, which nobody signs in for."""
    named = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "web").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"LOADER", "ADMIN"} and ast.unparse(node.value) == "DbRole"
    ]
    assert named == []
