"""The pages of risk sites, inspections, visits, hazard zones and a worker's own page, used as people do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from PIL import Image

from geo_grid.cluster import Cluster
from geo_grid.jobs import TASKS, work_off
from geo_grid.settings import Settings
from tests import databases
from tests.web.accounts import signed_in, token_of
from web.app import create_app

LEADER = "990125W0013"
POINT = {"type": "Point", "coordinates": [0, 0]}


@pytest.fixture(scope="module")
def own(cluster: Cluster, shelf: None) -> Iterator[Settings]:
    """A copy of the sample county for the tests of this file, which only add to it."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="module")
def chief(own: Settings) -> FlaskClient:
    """The administrator's browser."""
    return signed_in(create_app(own).test_client(), "ADMINISTRATOR")


@pytest.fixture(scope="module")
def site(chief: FlaskClient) -> dict[str, object]:
    """A risk site of the county with its grids and a place on it, by the API."""
    code = re.findall(r"/risk-sites/(990125-R\d+)", chief.get("/risk-sites?kind=WELL").text)[0]
    return dict(chief.get(f"/api/risk-sites/{code}").json)


def post(client: FlaskClient, path: str, **fields: object) -> tuple[int, str]:
    """The status of a form sent with its token, and where it leads."""
    data = {"csrf_token": token_of(client, "/inspections/rhythms"), **fields}
    answer = client.post(path, data=data, content_type="multipart/form-data")
    return answer.status_code, answer.location or answer.data.decode("utf-8", "replace")


def day_of(client: FlaskClient) -> str:
    """The county's day."""
    found = re.search(r"(\d{4}-\d\d-\d\d)", client.get("/risk-sites").text)
    assert found is not None
    return found[1]


def photo() -> bytes:
    """A small JPEG."""
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(made, "JPEG")
    return made.getvalue()


def test_the_list_is_filtered_by_kind_place_state_and_words(chief: FlaskClient, site: dict[str, object]) -> None:
    wells = chief.get("/risk-sites?kind=WELL").text
    assert str(site["code"]) in wells
    assert str(site["code"]) not in chief.get("/risk-sites?kind=MINE").text
    assert str(site["code"]) in chief.get(f"/risk-sites?q={site['name']}").text
    assert "没有符合的风险点" in chief.get("/risk-sites?due=late").text
    assert chief.get("/risk-sites?kind=VOLCANO").status_code == 400
    assert chief.get("/risk-sites?due=sometime").status_code == 400


def test_the_list_is_a_table_to_take_away(chief: FlaskClient, client: FlaskClient) -> None:
    lines = chief.get("/risk-sites/list.csv?kind=WELL").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 83
    assert chief.get("/risk-sites/list.xlsx").data[:2] == b"PK"
    assert chief.get("/risk-sites/list.pdf").status_code == 400
    assert client.get("/risk-sites/list.csv").status_code in {303, 401, 403}


def test_a_site_shows_its_parts_on_every_tier_with_who_is_responsible(
    chief: FlaskClient, site: dict[str, object]
) -> None:
    html = chief.get(f"/risk-sites/{site['code']}").text
    assert "总网格" in html
    assert "网格长" in html
    assert chief.get("/risk-sites/nowhere").status_code == 404


def test_a_site_is_drawn_changed_given_a_keeper_and_removed(chief: FlaskClient, site: dict[str, object]) -> None:
    at = {"type": "Point", "coordinates": site["geometry"]["coordinates"]}  # type: ignore[index]
    status, place = post(chief, "/risk-sites", name="新边坡", kind="SLOPE", drawn=json.dumps(at))
    assert status == 303
    code = place.rsplit("/", 1)[1]
    assert "新边坡" in chief.get(place).text
    assert post(chief, place, name="改名边坡", kind="SLOPE", drawn="")[0] == 303
    assert "改名边坡" in chief.get(place).text
    grid = chief.get(f"/api/risk-sites/{code}").json["grids"][0]["code"]
    assert post(chief, f"{place}/keeper", grid=grid, worker=LEADER)[0] == 303
    assert "指定" in chief.get(place).text
    assert post(chief, f"{place}/keeper", grid="990125200", worker=LEADER)[0] in {404, 422}
    assert post(chief, f"{place}/remove")[0] == 400
    assert post(chief, f"{place}/remove", reason="已治理")[0] == 303
    assert chief.get(place).status_code == 404


def test_a_site_outside_the_county_is_refused_with_the_reason(chief: FlaskClient) -> None:
    status, said = post(chief, "/risk-sites", name="海上", kind="OTHER", drawn=json.dumps(POINT))
    assert status == 422
    assert "在县界之外" in said


def test_a_supervisor_edits_on_own_ground_only(own: Settings, chief: FlaskClient) -> None:
    town = signed_in(create_app(own).test_client(), "TOWNSHIP")
    listed = re.findall(r"/risk-sites/(990125-R[0-9]+)", chief.get("/risk-sites?under=990125200").text)
    foreign = next(code for code in listed if town.get(f"/risk-sites/{code}").status_code == 404)
    for act, form in (("", {"name": "x", "kind": "MINE", "drawn": ""}), ("/remove", {"reason": "x"})):
        status, said = post(town, f"/risk-sites/{foreign}{act}", **form)
        assert status == 404
        unknown = post(town, f"/risk-sites/990125-R09999{act}", **form)
        assert (status, said.replace(foreign, "990125-R09999")) == unknown, "what lies elsewhere is told from nothing"
    assert chief.get(f"/risk-sites/{foreign}").status_code == 200


def test_a_program_adds_changes_and_removes_a_site(own: Settings, chief: FlaskClient, site: dict[str, object]) -> None:
    sent = {"X-CSRFToken": token_of(chief, "/risk-sites")}
    body = {"name": "接口所建", "kind": "WELL", "geometry": site["geometry"]}
    made = chief.post("/api/risk-sites", json=body, headers=sent)
    assert made.status_code == 201
    address = f"/api/risk-sites/{made.json['code']}"  # type: ignore[index]
    assert chief.put(address, json={"name": "接口所改", "kind": "DAM"}, headers=sent).json["kind"] == "DAM"  # type: ignore[index]
    town = signed_in(create_app(own).test_client(), "READER")
    assert town.delete(address, json={"reason": "x"}, headers={"X-CSRFToken": token_of(town, "/")}).status_code == 403
    for wrong in ({**body, "kind": "NONE"}, {**body, "name": 5}, {**body, "geometry": None}, {"name": "x"}):
        assert chief.post("/api/risk-sites", json=wrong, headers=sent).status_code == 400
    assert chief.delete(address, json={"reason": ""}, headers=sent).status_code == 400
    assert chief.delete(address, json={"reason": "已填埋"}, headers=sent).status_code == 200
    assert chief.get(address).status_code == 404


def test_an_inspection_is_recorded_with_findings_and_a_photo_once(chief: FlaskClient, site: dict[str, object]) -> None:
    form = chief.get(f"/inspections/new?site={site['code']}").text
    grid = re.findall(r'<option value="(9901[^"]+)"', form)[0]
    fields = {
        "site": site["code"],
        "grid": grid,
        "done_on": day_of(chief),
        "request": "abc",
        "findings": "井盖破损\n缺警示牌",
    }
    status, place = post(chief, "/inspections", **fields, photos=(io.BytesIO(photo()), "p.jpg"))
    assert status == 303
    html = chief.get(place).text
    assert "井盖破损" in html
    assert html.count("未了") == 2
    picture = re.search(r"/inspections/photos/\d+\.jpg", html)
    assert picture is not None
    assert chief.get(picture[0]).mimetype == "image/jpeg"
    assert post(chief, "/inspections", **fields)[1] == place
    finding = re.findall(r"/inspections/findings/(\d+)/close", html)[0]
    number = place.rsplit("/", 1)[1]
    assert post(chief, f"/inspections/findings/{finding}/close", closing="已更换", inspection=number)[0] == 303
    assert "已更换" in chief.get(place).text
    assert "缺警示牌" in chief.get("/inspections/findings").text
    assert day_of(chief) in chief.get(f"/risk-sites/{site['code']}").text


def test_what_is_no_photo_is_refused_and_nothing_is_recorded(chief: FlaskClient, site: dict[str, object]) -> None:
    grid = re.findall(r'<option value="(9901[^"]+)"', chief.get(f"/inspections/new?site={site['code']}").text)[0]
    fields = {"site": site["code"], "grid": grid, "done_on": day_of(chief), "request": "bad"}
    status, said = post(chief, "/inspections", **fields, photos=(io.BytesIO(b"MZ not a photo"), "p.jpg"))
    assert status == 400
    assert "不是可读取的照片" in said
    assert post(chief, "/inspections", **fields | {"done_on": "2999-01-01"})[0] == 400


def test_a_grid_worker_records_on_own_ground_only(own: Settings, site: dict[str, object]) -> None:
    worker = signed_in(create_app(own).test_client(), "GRID_WORKER")
    fields = {"site": site["code"], "grid": "990125200", "done_on": day_of(worker), "request": "far"}
    assert post(worker, "/inspections", **fields)[0] == 403
    assert post(worker, "/visits", worker=LEADER, grid="990125200", done_on=day_of(worker), request="far")[0] == 403


def test_due_lists_and_the_calendar_show_each_part(chief: FlaskClient) -> None:
    html = chief.get("/inspections?tier=SUB").text
    assert "分网格" in html
    assert chief.get("/inspections?whose=ground").status_code == 200
    assert chief.get("/inspections?whose=everybody").status_code == 400
    month = day_of(chief)[:7]
    assert month in chief.get("/inspections/calendar").text
    assert chief.get("/inspections/calendar?month=2026-13").status_code == 400
    assert chief.get("/api/inspections/due?tier=SUB&under=990125100").json["duties"]


def test_another_rhythm_changes_when_sites_are_due(chief: FlaskClient, own: Settings) -> None:
    page = chief.get("/inspections/rhythms?tier=GROUP").text
    fields = dict(re.findall(r'name="([A-Z]+\.[A-Z]+)"[^>]*value="(\d*)"', page))
    seasons = {f"month.{month}": "FLOOD" if 6 <= month <= 9 else "FIRE" for month in range(1, 13)}
    before = len(chief.get("/api/inspections/due?limit=5000").json["duties"])
    assert post(chief, "/inspections/rhythms", tier="GROUP", **fields | seasons | {"WELL.FIRE": "10"})[0] == 303
    assert len(chief.get("/api/inspections/due?limit=5000").json["duties"]) > before
    assert post(chief, "/inspections/rhythms", tier="GROUP", **fields | seasons | {"WELL.FIRE": "999"})[0] == 400
    town = signed_in(create_app(own).test_client(), "TOWNSHIP")
    assert post(town, "/inspections/rhythms", tier="GROUP", **fields | seasons)[0] == 403


def test_a_linked_cadre_is_behind_until_the_visits_are_made(chief: FlaskClient) -> None:
    village, day = "990125100001", day_of(chief)
    assert post(chief, f"/workers/{LEADER}/posts", grid=village, role="CADRE", since=day)[0] == 303
    assert "0 / 2" in chief.get("/visits?show=behind").text
    for number in range(2):
        fields = {"worker": LEADER, "grid": village, "done_on": day, "households": "3", "request": f"v{number}"}
        assert post(chief, "/visits", **fields)[0] == 303
    assert "2 / 2" in chief.get("/visits").text
    assert "各地走访均已达标" in chief.get("/visits?show=behind").text
    assert post(chief, "/visits/quotas", grid="990125100", visits="4", households="10")[0] == 303
    assert "2 / 4" in chief.get("/visits?show=behind").text


def test_the_own_page_shows_the_worker_of_the_account(chief: FlaskClient, own: Settings) -> None:
    leader = chief.get("/api/grids/990125100001").json["leader"]
    code, name = leader["worker_code"], leader["worker_name"]
    assert post(chief, "/accounts/demo.grid-worker/worker", worker=code)[0] == 303
    worker = signed_in(create_app(own).test_client(), "GRID_WORKER")
    assert f"<h1>{name}</h1>" in worker.get("/me").text
    assert post(chief, "/accounts/demo.grid-worker/worker", worker="nobody")[0] == 404
    assert post(chief, "/accounts/demo.grid-worker/worker", worker="")[0] == 303
    assert f"<h1>{name}</h1>" not in worker.get("/me").text


def test_a_zone_lists_its_households_and_prints_a_card_for_each(own: Settings, chief: FlaskClient) -> None:
    household = chief.get("/api/households/1").json
    lon, lat, reach = household["lon"], household["lat"], 0.0006
    ring = [
        [lon - reach, lat - reach],
        [lon + reach, lat - reach],
        [lon + reach, lat + reach],
        [lon - reach, lat + reach],
    ]
    drawn = json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    fields = {"name": "东沟", "hazard": "FLASH_FLOOD", "signal": "三声长哨", "route": "沿村道上山", "shelter": ""}
    assert post(chief, "/hazard-zones", **fields, drawn=json.dumps(POINT))[0] == 400
    status, place = post(chief, "/hazard-zones", **fields, drawn=drawn)
    assert status == 303
    html = chief.get(place).text
    assert household["address"] in html
    assert not re.search(r"1\d{10}", html)
    pdf = chief.get(f"{place}/cards.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert post(chief, f"{place}/cards.pdf")[0] == 400
    assert post(chief, f"{place}/cards.pdf", reason="汛前发放")[0] == 200
    assert post(chief, place, **fields | {"name": "东沟下段"}, drawn="")[0] == 303
    assert "东沟下段" in chief.get("/hazard-zones").text
    status, print_page = post(chief, f"{place}/cards")
    assert status == 303
    assert work_off(own, TASKS) == 1
    made = chief.get(f"{print_page}/boards.zip")
    assert (made.mimetype, made.data[:5]) == ("application/pdf", b"%PDF-")
    assert place.rsplit("/", 1)[-1] in chief.get("/boards").text
    assert post(chief, f"{place}/remove", reason="已搬迁")[0] == 303
    assert chief.get(place).status_code == 404


def test_who_is_responsible_is_answered_for_any_day(client: FlaskClient, site: dict[str, object]) -> None:
    lon, lat = site["geometry"]["coordinates"]  # type: ignore[index]
    html = client.get(f"/who?lon={lon}&lat={lat}").text
    assert "总网格" in html
    assert str(site["name"]) in html
    assert client.get(f"/who?lon={lon}&lat={lat}&at=1999-01-01").status_code == 404
    assert client.get("/who?lon=0&lat=0").status_code == 404
    assert client.get("/who?lon=a&lat=0").status_code == 400
