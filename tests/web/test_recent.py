"""What was asked for last is made once, and is as fresh as the map."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from tests.web.accounts import signed_in
from web.app import create_app
from web.recent import Recent

GRID = "990125100207-G05-M01"


def no(_value: object, _was: int, _now: int) -> bool:
    return False


def yes(_value: object, _was: int, _now: int) -> bool:
    return True


def test_a_value_is_made_once_however_many_ask() -> None:
    recent, made, gate = Recent[str, str](10), [], threading.Barrier(8)

    def make() -> tuple[int, str]:
        made.append(1)
        gate.wait(30)
        return 1, "figures"

    def ask(_: int) -> str:
        if made:
            gate.wait(30)
        return recent.at("key", 1, make, no)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(recent.at, "key", 1, make, no)
        while not made:
            pass
        rest = [pool.submit(ask, number) for number in range(7)]
        assert {one.result(30) for one in [first, *rest]} == {"figures"}
    assert len(made) == 1


def test_a_newer_version_makes_it_anew_unless_it_is_the_same() -> None:
    recent = Recent[str, str](10)
    assert recent.at("key", 1, lambda: (1, "one"), no) == "one"
    assert recent.at("key", 2, lambda: (2, "two"), yes) == "one"
    assert recent.at("key", 3, lambda: (3, "three"), no) == "three"


def test_what_is_known_of_a_newer_version_is_not_made_for_an_older_one() -> None:
    recent = Recent[str, str](10)
    recent.at("key", 5, lambda: (7, "seven"), no)
    assert recent.at("key", 6, lambda: (6, "six"), no) == "seven"


def test_a_failure_is_not_kept_and_the_oldest_goes_first() -> None:
    recent = Recent[int, float](2)
    with pytest.raises(ZeroDivisionError):
        recent.at(0, 1, lambda: (1, 1 / 0), no)
    for key in (1, 2, 3):
        recent.at(key, 1, lambda key=key: (1, key), no)  # type: ignore[misc]
    assert recent.at(1, 1, lambda: (1, 10), no) == 10
    assert recent.at(3, 1, lambda: (1, 30), no) == 3


@pytest.mark.parametrize("account", ["PLANNER", "TOWNSHIP"])
def test_a_search_tells_of_a_change_at_once(sample_clone: Settings, account: str) -> None:
    client = signed_in(create_app(sample_clone).test_client(), account)
    for name in ("东坡新村甲", "东坡新村乙"):
        assert _hits(client, name) == []
        with transaction(engine(sample_clone, DbRole.LOADER), changeset=NewChangeset("test", "edit")) as conn:
            conn.execute(text("UPDATE geo_grid.households SET address = :name WHERE id = :id"), {
                "name": name, "id": conn.execute(text(
                    "SELECT min(h.id) FROM geo_grid.households h JOIN geo_grid.grids g ON g.id = h.grid_id"
                    " WHERE g.code LIKE '990125100207%'")).scalar_one()})  # fmt: skip
        assert len(_hits(client, name)) == 1


@pytest.mark.parametrize("account", ["PLANNER", "TOWNSHIP"])
def test_a_panel_tells_of_a_change_at_once(sample_clone: Settings, account: str) -> None:
    client = signed_in(create_app(sample_clone).test_client(), account)
    assert client.get(f"/panel/grids/{GRID}").text == client.get(f"/panel/grids/{GRID}").text
    packed = client.get(f"/panel/grids/{GRID}", headers={"Accept-Encoding": "gzip"})
    assert packed.content_encoding == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    with transaction(engine(sample_clone, DbRole.LOADER), changeset=NewChangeset("test", "edit")) as conn:
        conn.exec_driver_sql(
            "UPDATE geo_grid.households SET contact_id = NULL WHERE grid_id ="
            f" (SELECT id FROM geo_grid.grids WHERE code = '{GRID}')"
        )
    assert ">0%<" in client.get(f"/panel/grids/{GRID}").text


def test_who_may_export_has_another_panel(sample_clone: Settings) -> None:
    app = create_app(sample_clone)
    may, may_not = (signed_in(app.test_client(), account) for account in ("PLANNER", "READER"))
    assert "/boards/" in may.get(f"/panel/grids/{GRID}").text
    assert "/boards/" not in may_not.get(f"/panel/grids/{GRID}").text


def _hits(client: FlaskClient, words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/api/search", query_string={"q": words}).json["hits"]  # type: ignore[index]
    return found
