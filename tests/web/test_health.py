"""When the database is away: the service stays up and says so in one sentence."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from web.app import create_app


@pytest.fixture
def cut_off() -> FlaskClient:
    """A browser at an application whose database does not answer."""
    return create_app(Settings(database_url="postgresql://nobody:secret@127.0.0.1:9/none")).test_client()


def test_all_is_well_with_database_and_schema(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_health_without_a_database_is_503_with_a_sentence(cut_off: FlaskClient) -> None:
    answer = cut_off.get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "no database answers at 127.0.0.1:9/none" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/", "/panel/tree", "/api/version", "/tiles/1/1/0/0.mvt"])
def test_a_page_without_a_database_is_503_and_comes_back(cut_off: FlaskClient, path: str) -> None:
    answer = cut_off.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Traceback" not in answer.text


def test_the_password_of_the_database_is_never_shown(cut_off: FlaskClient) -> None:
    for path in ("/", "/healthz", "/api/version"):
        assert "secret" not in cut_off.get(path).text


def test_the_page_without_a_database_loads_itself_again(cut_off: FlaskClient) -> None:
    html = cut_off.get("/").text
    assert '<meta http-equiv="refresh" content="5">' in html
    assert "服务暂时不可用" in html


def test_a_net_that_does_not_hold_is_said_so(sample_clone: Settings) -> None:
    with engine(sample_clone, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql(
            "UPDATE geo_grid.grid_versions SET own = ST_Translate(own, 1, 0), geom = ST_Translate(geom, 1, 0)"
            " WHERE id = (SELECT min(id) FROM geo_grid.grid_versions WHERE tier = 'MICRO')"
        )
    client = create_app(sample_clone).test_client()
    assert client.get("/api/net").json["invariants_broken"] > 0  # type: ignore[index]
    assert "网格边界有" in client.get("/").text
