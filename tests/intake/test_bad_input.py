"""Each kind of bad input gives one finding or one sentence that says what to do, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput, GeoGridError, NotFound
from geo_grid.intake import NotClean, Options, Unreadable, load
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier
from tests.drawn import at
from tests.intake import town

Change = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


def _twice(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(网格编码=[town.TOWN, town.WEST_VILLAGE, town.WEST_VILLAGE, *frame["网格编码"][3:]])


GRID_FAULTS: dict[str, tuple[Change, str]] = {
    "a code twice": (_twice, "code_duplicate"),
    "a code of no form": (lambda f: town.changed(f, town.C, 网格编码="网格一"), "code_form"),
    "a tier nobody knows": (lambda f: town.changed(f, town.C, 网格层级="村网格"), "tier_unknown"),
    "no tier": (lambda f: town.changed(f, town.C, 网格层级=""), "tier_missing"),
    "a parent that is not there": (lambda f: town.changed(f, town.C, 上级编码="NOWHERE"), "parent_missing"),
    "its own parent": (lambda f: town.changed(f, town.C, 上级编码=town.C), "parent_tier"),
    "a parent of a wrong tier": (lambda f: town.changed(f, town.C, 上级编码=town.EAST_VILLAGE), "parent_tier"),
    "outside its parent": (lambda f: town.changed(f, town.C, geometry=town.box_of("C", "B")), "outside_parent"),
    "over its sibling": (lambda f: town.changed(f, town.B, geometry=town.box_of("A", "B")), "overlap"),
    "no shape": (lambda f: town.changed(f, town.C, geometry=None), "geometry_missing"),
    "a line for a polygon": (
        lambda f: town.changed(f, town.C, geometry=shapely.LineString([at(0, 0), at(1, 1)])),
        "geometry_type",
    ),
    "a bow tie": (
        lambda f: town.changed(f, town.C, geometry=shapely.Polygon([at(0, 0), at(9, 9), at(9, 0), at(0, 9)])),
        "geometry_invalid",
    ),
    "a name too long": (lambda f: town.changed(f, town.C, 网格名称="东" * 101), "text_too_long"),
    "an invisible character": (lambda f: town.changed(f, town.C, 网格名称="东\u200b甲"), "hidden_characters"),
    "2 cm off its neighbour": (
        lambda f: town.changed(f, town.B, geometry=town.shifted(town.box_of("B"), 0.02)),
        "outside_parent",
    ),
    "a border without common vertices": (
        lambda f: town.changed(f, town.A, geometry=town.box_of("A").envelope),
        "borders_unmatched",
    ),
}


@pytest.mark.parametrize("fault", GRID_FAULTS)
def test_grids_that_are_not_clean_are_refused(settings: Settings, tmp_path: Path, fault: str) -> None:
    change, rule = GRID_FAULTS[fault]
    kind = "geojson" if rule == "geometry_type" else "gpkg"
    file = town.write(change(town.grids()), tmp_path, "town", kind)
    with pytest.raises(NotClean) as refusal:
        load(settings, [file])
    assert rule in {finding.rule for finding in refusal.value.findings}
    assert all(finding.message and finding.where for finding in refusal.value.findings)
    assert grids_in(settings) == 0


WHOLE_LAYERS: dict[str, tuple[Change, str, int]] = {
    "no tier anywhere": (lambda f: f.drop(columns="网格层级"), "tier_missing", len(town.grids())),
    "no wider tier, neither here nor there": (lambda f: f[5:8].drop(columns="上级编码"), "parent_none", 3),
}


@pytest.mark.parametrize("fault", WHOLE_LAYERS)
def test_a_fault_of_a_whole_layer_is_told_once(settings: Settings, tmp_path: Path, fault: str) -> None:
    change, rule, rows = WHOLE_LAYERS[fault]
    with pytest.raises(NotClean) as refusal:
        load(settings, [town.write(change(town.grids()), tmp_path, "town", "gpkg")])
    assert [(one.rule, one.facts["rows"]) for one in refusal.value.findings if one.severity == "error"] == [
        (rule, rows)
    ]


def test_a_grid_a_thousand_kilometres_away_is_named(settings: Settings, tmp_path: Path) -> None:
    away = shapely.transform(town.box_of("C"), lambda place: np.add(place, (1_200_000.0, 0.0)))
    frame = town.changed(town.grids(), town.C, geometry=away).drop(columns="网格层级")
    with pytest.raises(NotClean, match="1,000 km") as refusal:
        load(settings, [town.write(frame, tmp_path, "town", "gpkg")])
    assert [one.rule for one in refusal.value.findings] == ["too_wide", "coordinates_far"]
    assert refusal.value.findings[1].where.endswith("row 8")


def test_a_gap_too_narrow_to_be_meant_is_refused(settings: Settings, tmp_path: Path) -> None:
    middle, step = np.array(at(2, 2, size=20)), np.array([0.02, 0])
    dented = shapely.transform(town.box_of("B"), lambda c: np.where((c == middle).all(axis=1)[:, None], c + step, c))
    frame = town.changed(town.grids(), town.B, geometry=dented)
    with pytest.raises(NotClean) as refusal:
        load(settings, [town.write(frame, tmp_path, "town", "gpkg")])
    rules = [finding.rule for finding in refusal.value.findings]
    assert rules[0] == "gap"
    assert "repair_crack" in rules


HOUSEHOLD_FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "a code twice": ({"户编码": ["H", "H", "I", "J"]}, "code_duplicate"),
    "no code": ({"户编码": ["", "H", "I", "J"]}, "code_missing"),
    "a number of persons that is none": ({"人口数": ["3", "many", "", "-1"]}, "bad_number"),
    "a contact nobody knows": ({"联系人": ["", "W9", "", ""]}, "worker_unknown"),
    "an address too long": ({"地址": ["路" * 301, "", "", ""]}, "text_too_long"),
}


@pytest.mark.parametrize("fault", HOUSEHOLD_FAULTS)
def test_households_that_are_not_clean_are_refused(settings: Settings, tmp_path: Path, fault: str) -> None:
    columns, rule = HOUSEHOLD_FAULTS[fault]
    with pytest.raises(NotClean) as refusal:
        load(settings, [town.write(town.households().assign(**columns), tmp_path, "h", "gpkg")])
    assert {finding.rule for finding in refusal.value.findings} == {rule}


WORKER_FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "a grid nobody knows": ({"网格编码": "NOWHERE"}, "grid_unknown"),
    "a role nobody knows": ({"岗位": "王"}, "role_unknown"),
    "a day that is none": ({"起始日期": "2024-13-01"}, "bad_date"),
    "half a post": ({"岗位": ""}, "post_half"),
}


@pytest.mark.parametrize("fault", WORKER_FAULTS)
def test_workers_that_are_not_clean_are_refused(town_database: Settings, tmp_path: Path, fault: str) -> None:
    columns, rule = WORKER_FAULTS[fault]
    with pytest.raises(NotClean) as refusal:
        load(town_database, [town.write_table(town.workers().assign(**columns), tmp_path, "w")])
    assert {finding.rule for finding in refusal.value.findings} == {rule}


def test_risk_sites_of_an_unknown_kind_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotClean, match="no kind 火山"):
        load(settings, [town.write(town.risk_sites().assign(类别="火山").iloc[[0]], tmp_path, "r", "gpkg")])


def test_a_grid_keeps_its_tier(town_database: Settings, tmp_path: Path) -> None:
    frame = town.changed(town.grids(), town.SCHOOL, 网格层级="组网格")
    with pytest.raises(NotClean, match="a grid keeps its tier"):
        load(town_database, [town.write(frame, tmp_path, "g", "gpkg")])


def test_a_household_left_without_ground_stops_the_import(town_database: Settings, tmp_path: Path) -> None:
    frame = town.grids()
    for code, letters in ((town.TOWN, "ABCP"), (town.WEST_VILLAGE, "ABP")):
        frame = town.changed(frame, code, geometry=town.box_of(*letters))
    with pytest.raises(NotClean) as refusal:
        load(town_database, [town.write(frame, tmp_path, "g", "gpkg")])
    assert [finding.rule for finding in refusal.value.findings] == ["household_outside"]


SENTENCES: dict[str, tuple[Callable[[Path], Path], Options, type[GeoGridError], str]] = {
    "a path that is not there": (lambda d: d / "none.zip", Options(), NotFound, "no such file"),
    "an empty file": (lambda d: _file(d, "a.zip", b""), Options(), Unreadable, "empty"),
    "an empty GeoPackage": (lambda d: _file(d, "a.gpkg", b""), Options(), Unreadable, "empty"),
    "an empty table": (lambda d: _file(d, "a.csv", b"\n"), Options(), Unreadable, "empty"),
    "another kind of file": (lambda d: _file(d, "a.pdf", b"%PDF"), Options(), Unreadable, "kind of file"),
    "a folder of other things": (lambda d: _file(d, "a.pdf", b"%PDF").parent, Options(), Unreadable, "folder"),
    "text for a workbook": (lambda d: _file(d, "a.xlsx", b"hello"), Options(), Unreadable, "zip archive"),
    "text for a GeoPackage": (lambda d: _file(d, "a.gpkg", b"hello" * 99), Options(), Unreadable, "GeoPackage"),
    "text for GeoJSON": (lambda d: _file(d, "a.geojson", b"hello"), Options(), Unreadable, "GeoJSON"),
    "deep GeoJSON": (lambda d: _file(d, "a.geojson", b"[" * 99_999), Options(), Unreadable, "GeoJSON"),
    "a field that is not there": (
        lambda d: town.write(town.grids(), d, "g", "gpkg"), Options(fields={"code": "XYZ"}), BadInput, "no field XYZ"
    ),
    "a CRS nobody knows": (
        lambda d: town.write(town.grids(), d, "g", "gpkg"), Options(crs="EPSG:1"), Unreadable, "--crs"
    ),
    "a CRS of another place": (
        lambda d: town.write(town.grids(), d, "g", "gpkg"), Options(crs="EPSG:4513"), Unreadable, "--crs"
    ),
    "an encoding nobody knows": (
        lambda d: town.write(town.grids(), d, "g", "shp"), Options(encoding="klingon"), Unreadable, "no encoding"
    ),
    "a file without a CRS": (
        lambda d: town.write(town.grids().set_crs(None, allow_override=True), d, "g", "shp"),
        Options(),
        NotClean,
        "--crs",
    ),
}  # fmt: skip


def _file(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("fault", SENTENCES)
def test_a_file_that_cannot_be_read_gives_one_sentence(settings: Settings, tmp_path: Path, fault: str) -> None:
    make, options, kind, words = SENTENCES[fault]
    with pytest.raises(kind, match=words) as refusal:
        load(settings, [make(tmp_path)], options)
    assert "\n" not in str(refusal.value)


def test_a_tier_on_the_command_must_not_contradict_the_file(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotClean, match="but the tier of the layer was said"):
        load(settings, [town.write(town.grids(), tmp_path, "g", "gpkg")], Options(tier=Tier.MICRO))


def grids_in(settings: Settings) -> int:
    """How many grids the database holds."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM grids").scalar_one())
