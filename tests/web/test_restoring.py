"""The page on which a former state is looked at and brought back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset
from tests import databases
from tests.db.conftest import Planted, plant
from tests.web.accounts import signed_in, token_of
from web.app import create_app


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Planted]:
    """The small county, in which somebody loses a household and renames a worker by mistake."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        planted = plant(settings)
        pool = engine(settings, DbRole.LOADER)
        with transaction(pool, changeset=NewChangeset("bob", "edit", "a mistake")) as conn:
            conn.exec_driver_sql("DELETE FROM households WHERE code = 'H1'")
            conn.exec_driver_sql("UPDATE households SET address = 'lost' WHERE code = 'H2'")
            conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W1', 'Alice')")
        yield planted


@pytest.fixture(scope="module")
def administrator(county: Planted, shelf: None) -> FlaskClient:
    """An administrator of it."""
    from geo_grid.access import make_demo

    with engine(county.settings, DbRole.ACCESS).begin() as conn:
        make_demo(conn, township="T1", village="S1", by="test")
    return signed_in(create_app(county.settings).test_client(), "ADMINISTRATOR")


def numbers(page: str) -> dict[str, str]:
    """The hidden fields of the form that restores."""
    return dict(re.findall(r'name="(version|seen)" value="(\d+)"', page))


def households(county: Planted) -> list[tuple[str, str]]:
    """The households with their addresses."""
    with engine(county.settings, DbRole.WEB).connect() as conn:
        return [tuple(row) for row in conn.exec_driver_sql("SELECT code, address FROM households ORDER BY code")]


def test_consequences_first_then_restored_then_taken_back(county: Planted, administrator: FlaskClient) -> None:
    journal = administrator.get("/journal?actor=bob").text
    (mistake,) = set(re.findall(r"/journal/restore\?before=(\d+)", journal))
    page = administrator.get(f"/journal/restore?before={mistake}&lang=en", follow_redirects=True).text
    assert re.sub(r"<[^>]+>|\s+", " ", page).count("a mistake") == 1
    assert re.findall(
        r'households</th><td class="number">(\d)</td><td class="number">(\d)</td><td class="number">(\d)', page
    ) == [("1", "0", "1")]
    lost = households(county)
    sent = {"csrf_token": token_of(administrator, "/journal/restore"), **numbers(page)}
    refused = administrator.post(f"/journal/restore?before={mistake}", data=sent, follow_redirects=True)
    assert "say why" in refused.text
    assert households(county) == lost
    done = administrator.post(
        f"/journal/restore?before={mistake}", data={**sent, "reason": "a slip"}, follow_redirects=True
    )
    assert "Restored" in done.text
    assert households(county) == [("H1", ""), ("H2", ""), ("H3", "")]
    again = administrator.post(
        f"/journal/restore?before={mistake}", data={**sent, "reason": "a slip"}, follow_redirects=True
    )
    assert "look at the consequences again" in again.text
    latest = max(map(int, re.findall(r"restore\?before=(\d+)", administrator.get("/journal").text)))
    back = administrator.get(f"/journal/restore?before={latest}").text
    sent = {**sent, **numbers(back), "reason": "it was right"}
    administrator.post(f"/journal/restore?before={latest}", data=sent)
    assert households(county) == lost


def test_what_is_no_moment_is_said_on_the_page(administrator: FlaskClient) -> None:
    assert "2026-03-01T14:30" in administrator.get("/journal/restore?at=yesterday").text
    assert administrator.get("/journal/restore?at=1999-01-01").status_code == 200
    assert administrator.get("/journal/restore?before=999999").status_code == 200


def test_what_stands_in_the_way_is_named_and_nothing_can_be_pressed(
    county: Planted, administrator: FlaskClient
) -> None:
    with transaction(engine(county.settings, DbRole.LOADER), changeset=NewChangeset("bob", "edit", "a visit")) as conn:
        conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES ('W9', 'Bob')")
        conn.exec_driver_sql(
            "INSERT INTO visits (worker_id, grid_id, done_on, by, request)"
            " SELECT w.id, g.id, '2026-01-01', 'x', 'x' FROM workers w, grids g WHERE w.code = 'W9' AND g.code = 'MA'"
        )
    latest = max(map(int, re.findall(r"restore\?before=(\d+)", administrator.get("/journal").text)))
    page = administrator.get(f"/journal/restore?before={latest}").text
    assert "worker W9, who came later, has visits" in page
    assert not numbers(page)


@pytest.mark.parametrize("role", ["GIS_STAFF", "APPROVER", "PLANNER", "TOWNSHIP", "READER"])
def test_nobody_but_an_administrator_restores(app: Flask, role: str) -> None:
    assert signed_in(app.test_client(), role).get("/journal/restore").status_code == 403
