"""A county adds kinds of risk sites of its own: with a name, a symbol and a rhythm."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import BadInput, NotFound
from geo_grid.inspections import read_rhythms
from geo_grid.journal import NewChangeset
from geo_grid.publish import export
from geo_grid.risks import PRESET_KINDS, SYMBOLS, KindDraft, KindInUse, add_kind, change_kind, read_kinds, remove_kind
from geo_grid.settings import Settings
from geo_grid.vocabulary import Season, Tier
from tests import databases
from tests.web.accounts import signed_in, token_of
from web.app import create_app
from web.maps.icons import NAMES
from web.maps.vendor import stock_shelf

MAST = KindDraft("高压线塔", "Power pylon", "power")


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Settings]:
    """The sample county, to be worked on."""
    stock_shelf()
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


@pytest.fixture(scope="module")
def chief(county: Settings) -> FlaskClient:
    """The administrator's browser."""
    return signed_in(create_app(county).test_client(), "ADMINISTRATOR")


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    """The status of a form sent with its token, and the page."""
    answer = client.post(path, data={"csrf_token": token_of(client, "/risk-kinds"), **fields})
    return answer.status_code, answer.text


def test_every_symbol_is_drawn_on_the_map() -> None:
    assert {*SYMBOLS, *(kind.symbol for kind in PRESET_KINDS)} <= NAMES


def test_a_kind_of_the_countys_own_has_sites_rhythms_and_its_word_everywhere(
    chief: FlaskClient, county: Settings, tmp_path: object
) -> None:
    days = {f"{tier}.{season}": "45" for tier in ("SUB", "TOTAL") for season in ("FLOOD", "FIRE")}
    status, _ = send(chief, "/risk-kinds", zh=MAST.zh, en=MAST.en, symbol="power", **days)
    assert status == 303
    with engine(county, DbRole.LOADER).connect() as conn:
        kind = read_kinds(conn)[-1]
        assert kind.is_own
        assert read_rhythms(conn).days[(kind.code, Tier.SUB, Season.FIRE)] == 45
    drawn = {"type": "Point", "coordinates": chief.get("/api/risk-sites/990125-R0001").json["geometry"]["coordinates"]}  # type: ignore[index]
    while isinstance(drawn["coordinates"][0], list):
        drawn["coordinates"] = drawn["coordinates"][0]
    assert send(chief, "/risk-sites", name="北山一号塔", kind=kind.code, drawn=json.dumps(drawn))[0] == 303
    for path in (f"/risk-sites?kind={kind.code}", "/risk-kinds", "/inspections/rhythms", "/"):
        assert MAST.zh in chief.get(path).text, path
    due = chief.get("/api/inspections/due?limit=5000").json["duties"]  # type: ignore[index]
    assert {one["tier"] for one in due if one["kind"] == kind.code} == {"SUB", "TOTAL"}
    written = tmp_path / "sites.csv"  # type: ignore[operator]
    with engine(county, DbRole.LOADER).connect() as conn:
        export(conn, "risk-sites", "csv", written, lang="zh")
    assert MAST.zh in written.read_text(encoding="utf-8-sig")
    status, page = send(chief, f"/risk-kinds/{kind.code}/remove")
    assert status == 422
    assert "高压线塔" in page


def test_kinds_are_the_countys_to_change(county: Settings) -> None:
    for role, status in (("TOWNSHIP", 403), ("READER", 403)):
        client = signed_in(create_app(county).test_client(), role)
        assert send(client, "/risk-kinds", zh="新类", en="New", symbol="other")[0] == status
        assert 'action="/risk-kinds' not in client.get("/risk-kinds").text


@pytest.mark.parametrize(
    "draft",
    [
        KindDraft("", "Pylon", "power"),
        KindDraft("塔", "", "power"),
        KindDraft("塔" * 21, "Pylon", "power"),
        KindDraft("塔", "Pylon", "no such"),
        KindDraft("河道", "Stream", "power"),
        KindDraft("水流", "RIVER", "power"),
    ],
)
def test_a_kind_that_cannot_be_told_from_others_is_refused(county: Settings, draft: KindDraft) -> None:
    with engine(county, DbRole.LOADER).connect() as conn, pytest.raises(BadInput):
        add_kind(conn, draft)


def test_a_kind_is_changed_and_removed_but_none_of_the_vocabularys(county: Settings) -> None:
    with transaction(engine(county, DbRole.LOADER), changeset=NewChangeset("alice", "edit")) as conn:
        kind = add_kind(conn, KindDraft("古树", "Old tree", "heritage"))
        assert change_kind(conn, kind.code, KindDraft("名木古树", "Old tree", "pest")).zh == "名木古树"
        remove_kind(conn, kind.code)
        assert kind.code not in {one.code for one in read_kinds(conn)}
        for work in (lambda: remove_kind(conn, "RIVER"), lambda: change_kind(conn, "RIVER", MAST)):
            with pytest.raises(NotFound):
                work()


def test_sites_keep_their_kind(county: Settings) -> None:
    with engine(county, DbRole.LOADER).connect() as conn:
        used = next(kind for kind in read_kinds(conn) if kind.zh == MAST.zh)
        with pytest.raises(KindInUse, match="1 risk sites"):
            remove_kind(conn, used.code)
