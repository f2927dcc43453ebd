"""The pages of an import: steps that can be left and come back to, for who may import, and nobody else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import text

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine
from geo_grid.jobs import TASKS, work_off
from geo_grid.settings import Settings
from geo_grid.vocabulary import FacilityLevel
from tests import databases
from tests.intake import town
from tests.web.accounts import signed_in, token_of
from web.app import create_app

_LEVELS = {level.code: level.zh for level in FacilityLevel}


@pytest.fixture(scope="module")
def home(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A copy of the sample county, with a HOME of its own for uploads."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings.model_copy(update={"home": tmp_path_factory.mktemp("home")})


@pytest.fixture(scope="module")
def staff(home: Settings, shelf: None) -> FlaskClient:
    """A browser in which GIS staff are signed in."""
    return signed_in(create_app(home).test_client(), "GIS_STAFF")


def sent(client: FlaskClient, name: str, content: bytes) -> int:
    """The id of an import with one file."""
    head = {"X-CSRFToken": token_of(client, "/import")}
    run = int(client.post("/api/imports", headers=head).get_json()["id"])
    form = {"file": (io.BytesIO(content), name)}
    answer = client.post(f"/api/imports/{run}/files", data=form, headers=head)
    assert answer.status_code == 201, answer.text
    return run


def press(client: FlaskClient, run: int, button: str, **form: str) -> str:
    """Where a button of an import leads."""
    token = token_of(client, "/import")
    answer = client.post(f"/import/{run}/{button}", data={"csrf_token": token, **form})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_list_says_what_to_do_when_it_is_empty(staff: FlaskClient) -> None:
    page = staff.get("/import?lang=en", follow_redirects=True).text
    assert "Nothing has been imported here yet" in page
    assert "Drop files here" in page


def test_a_reader_may_not_import(home: Settings) -> None:
    reader = signed_in(create_app(home).test_client(), "READER")
    assert reader.get("/import").status_code == 403
    head = {"X-CSRFToken": token_of(reader, "/")}
    assert reader.post("/api/imports", headers=head).status_code == 403


def test_every_step_can_be_left_and_come_back_to(staff: FlaskClient, home: Settings, tmp_path: Path) -> None:
    # A township of its own, drawn over a corner of the county: its faults are many, and it reaches few grids.
    path = town.write(town.grids().replace("^990125100", "990125900", regex=True), tmp_path, "示例", "geojson")
    run = sent(staff, "示例.geojson", path.read_bytes())
    assert "示例.geojson" in staff.get(f"/import/{run}/files").text
    assert staff.get(f"/import/{run}/findings").status_code == 303
    assert press(staff, run, "look") == f"/import/{run}/found"
    assert 'data-waits="yes"' in staff.get(f"/import/{run}/found").text
    work_off(home, TASKS)
    assert "网格编码" in staff.get(f"/import/{run}/found").text
    assert "网格编码" in staff.get(f"/import/{run}/fields").text
    assert staff.get(f"/api/imports/{run}/outlines").get_json()["layers"][0]["rows"] == 9
    form = {"noun.0": "grids", "field.0.grids.code": "网格编码", "field.0.grids.name": "网格名称"}
    form |= {"field.0.grids.tier": "网格层级", "field.0.grids.parent": "上级编码", "save_as": "镇里的字段"}
    assert press(staff, run, "settle", **form) == f"/import/{run}/findings"
    work_off(home, TASKS)
    page = staff.get(f"/import/{run}/findings?lang=en", follow_redirects=True).text
    assert "errors" in page
    assert staff.get(f"/api/imports/{run}").get_json()["estimate"]["estimate"] is True
    assert staff.get(f"/import/{run}/report.xlsx").data.startswith(b"PK")
    assert staff.get(f"/import/{run}/report.gpkg").data.startswith(b"SQLite format 3")
    for step in ("files", "found", "fields", "findings", "repairs", "changes", "load"):
        assert staff.get(f"/import/{run}/{step}").status_code == 200
    assert "镇里的字段" in staff.get(f"/import/{run}/fields").text
    assert press(staff, run, "drop") == "/import"
    assert not (home.home / "uploads" / str(run)).exists()
    assert staff.post(f"/import/{run}/load", data={"csrf_token": token_of(staff, "/import")}).status_code == 422


def test_rules_are_kept_from_the_page_of_repairs_shown_changed_and_forgotten(staff: FlaskClient) -> None:
    said = {
        "csrf_token": token_of(staff, "/import"),
        "name": "县里的规则",
        "rule.lead": "SUB",
        "rule.close_gaps_m": "4",
    }
    assert staff.post("/import/kept/rules", data=said | {"answer.tier": "parent"}).status_code == 303
    page = staff.get("/import/kept?lang=en", follow_redirects=True).text
    assert "县里的规则" in page
    assert 'value="SUB" selected' in page
    assert 'value="parent" selected' in page
    assert staff.post("/import/kept/rules", data=said | {"rule.lead": "GROUP"}).status_code == 303
    assert 'value="GROUP" selected' in staff.get("/import/kept").text
    assert staff.post("/import/kept/rules", data=said | {"rule.close_gaps_m": "-1"}).status_code == 400
    assert staff.post("/import/kept/rules/forget", data=said).status_code == 303
    assert "县里的规则" not in staff.get("/import/kept").text


def test_a_kind_that_is_not_read_is_refused_with_a_sentence(staff: FlaskClient) -> None:
    run = sent(staff, "a.csv", b"x\n1\n")
    head = {"X-CSRFToken": token_of(staff, "/import")}
    form = {"file": (io.BytesIO(b"x"), "evil.vrt")}
    answer = staff.post(f"/api/imports/{run}/files", data=form, headers=head)
    assert answer.status_code == 400
    assert "this kind of file is not read" in answer.get_json()["detail"]


def test_a_file_can_be_taken_out_again(staff: FlaskClient) -> None:
    run = sent(staff, "a.csv", b"x\n1\n")
    head = {"X-CSRFToken": token_of(staff, "/import")}
    assert staff.delete(f"/api/imports/{run}/files/001.csv", headers=head).status_code == 200
    assert staff.delete(f"/api/imports/{run}/files/..%2F..%2Fkey", headers=head).status_code == 404
    assert staff.get(f"/api/imports/{run}").get_json()["files"] == []


def test_work_that_waits_can_be_cancelled(staff: FlaskClient, home: Settings) -> None:
    run = sent(staff, "a.csv", b"x\n1\n")
    press(staff, run, "look")
    head = {"X-CSRFToken": token_of(staff, "/import")}
    assert staff.post(f"/api/imports/{run}/cancel", headers=head).get_json() == {"asked": True}
    assert staff.get(f"/api/imports/{run}").get_json()["work"]["state"] == "cancelled"
    work_off(home, TASKS)


def test_what_is_missing_is_told_and_retired_only_where_a_box_is_ticked(
    staff: FlaskClient, home: Settings, tmp_path: Path
) -> None:
    query = text("SELECT code, name, level, ST_X(point), ST_Y(point) FROM geo_grid.facilities ORDER BY code")
    with engine(home, DbRole.LOADER).connect() as conn:
        stand = [tuple(row) for row in conn.execute(query)]
        srid = conn.execute(text("SELECT srid FROM geo_grid.county")).scalar_one()
    frame = gpd.GeoDataFrame(
        {
            "编码": [row[0] for row in stand],
            "名称": [row[1] for row in stand],
            "级别": [_LEVELS[row[2]] for row in stand],
        },
        geometry=[shapely.Point(row[3:]) for row in stand],
        crs=f"EPSG:{srid}",
    )
    run = sent(staff, "服务站.gpkg", town.write(frame.iloc[1:], tmp_path, "服务站", "gpkg").read_bytes())
    press(staff, run, "look")
    work_off(home, TASKS)
    columns = {"code": "编码", "name": "名称", "level": "级别"}
    form = {f"field.0.facilities.{ours}": theirs for ours, theirs in columns.items()}
    press(staff, run, "settle", **{"noun.0": "facilities", **form})
    work_off(home, TASKS)
    page = staff.get(f"/import/{run}/changes?lang=en", follow_redirects=True).text
    assert "1 not in the files" in page
    assert stand[0][0] in page
    assert "are retired" not in page
    word = f"facilities={stand[0][0]}"
    assert press(staff, run, "settle", retire=word, to="changes") == f"/import/{run}/changes"
    work_off(home, TASKS)
    page = staff.get(f"/import/{run}/changes").text
    assert "1 are retired" in page
    assert f'value="{word}" aria-label' in page
    press(staff, run, "load")
    work_off(home, TASKS)
    with engine(home, DbRole.LOADER).connect() as conn:
        assert [tuple(row) for row in conn.execute(query)] == stand[1:]
    press(staff, run, "undo")
    work_off(home, TASKS)
    with engine(home, DbRole.LOADER).connect() as conn:
        assert [tuple(row) for row in conn.execute(query)] == stand
