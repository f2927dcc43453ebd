"""Real maps whose tiers do not agree are imported by the command, repaired, and proved at commit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from geo_grid.cluster import Cluster
from geo_grid.db import dispose_engines, upgrade
from geo_grid.settings import Settings
from tests import databases

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "real-files.md"
TAIWAN = REAL / "1_taiwan_nested"
DHAKA = REAL / "3_dhaka_messy_levels_and_addresses"
RHODE_ISLAND = REAL / "4_providence_blocks_and_ri_precincts"
ALGERIA = REAL / "5_algeria_nested_arabic"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real maps are not beside this checkout")


@pytest.fixture
def net_in(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of an empty database whose county has the CRS of the test's parameter."""
    name = f"test_{os.getpid()}_real_{request.param}"
    place = databases.settings_for(cluster, name)
    settings = Settings(database_url=place.database_url, home=place.home, srid=request.param)
    with databases._maintenance(cluster) as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        upgrade(settings)
        yield settings
    finally:
        dispose_engines(settings)
        with databases._maintenance(cluster) as conn:
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@dataclass(frozen=True)
class Done:
    """How the program ended: its exit code, what it said and complained of, what it took."""

    returncode: int
    stdout: str
    stderr: str
    cpu_seconds: float
    peak_mb: float


def run(settings: Settings, *words: object) -> Done:
    """The program on a net."""
    environ = {
        **os.environ,
        "GEO_GRID_DATABASE_URL": str(settings.database_url),
        "GEO_GRID_HOME": str(settings.home),
        "GEO_GRID_SRID": str(settings.srid),
    }
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        command = [sys.executable, "-m", "geo_grid.cli", *map(str, words)]
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=complained, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        took = usage.ru_utime + usage.ru_stime
        return Done(process.returncode, said.read(), complained.read(), took, usage.ru_maxrss / 1024)


def said(file: str, tier: str, **columns: str) -> list[str]:
    """The words that tell what one file holds."""
    return ["--tier", f"{file}={tier}", *(f"--field={file}:{ours}={theirs}" for ours, theirs in columns.items())]


def kinds(report: dict[str, list[dict[str, object]]]) -> dict[str, int]:
    """How many places of each kind of repair a report tells."""
    counts: Counter[str] = Counter()
    for one in report["findings"]:
        if str(one["rule"]).startswith("repair_"):
            counts[str(one["rule"]).removeprefix("repair_")] += int(str(one["count"]))
    return dict(counts)


def imported(settings: Settings, name: str, *words: object) -> dict[str, list[dict[str, object]]]:
    """The report of an import of the set of that name, which may need repairs.

    Where it does, the same import without them is refused and tells the same repairs. Repeated it changes nothing, and
    no invariant is broken. The page of real files gets its line.
    """
    first = run(settings, "import", *words, "--json")
    refused = {one["repair"] for one in json.loads(first.stdout)["findings"] if one["repair"]}
    assert (first.returncode, bool(refused)) in {(0, False), (4, True)}, first.stderr
    done = run(settings, "import", *words, "--accept-repairs", "--json") if refused else first
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert refused == {one["repair"] for one in report["findings"] if one["repair"]}
    again = run(settings, "import", *words, "--accept-repairs", "--json")
    assert (again.returncode, json.loads(again.stdout)["changed"]) == (0, 0), again.stderr
    assert json.loads(run(settings, "check", "--json").stdout)["invariants_broken"] == 0
    note(name, settings, report, done)
    return dict(report)


def note(name: str, settings: Settings, report: dict[str, Any], done: Done) -> None:
    """Write the line of a set on the page of real files anew, where `WRITE_PAGES=1` asks for it."""
    if not os.environ.get("WRITE_PAGES"):
        return
    repairs = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds(report).items())) or "none needed"
    nouns = ", ".join(f"{tally['new']:,} {noun}" for noun, tally in report["nouns"].items() if tally["new"])
    line = f"| {name} | {nouns}, EPSG:{settings.srid} | {repairs} |"
    page = PAGE.read_text(encoding="utf-8").splitlines()
    place = next(row for row, old in enumerate(page) if old.startswith(f"| {name} | "))
    page[place] = f"{line} {done.cpu_seconds:.0f} s, {done.peak_mb:.0f} MB |"
    PAGE.write_text("\n".join([*page, ""]), encoding="utf-8")


DHAKA_WORDS = [
    DHAKA / "adm2_districts.zip",
    DHAKA / "adm3_upazilas.zip",
    DHAKA / "adm4_unions_wards.zip",
    *said("adm2_districts", "TOTAL", code="ADM2_PCODE", name="ADM2_NAME"),
    *said("adm3_upazilas", "SUB", code="ADM3_PCODE", name="ADM3_NAME", parent="ADM2_PCODE"),
    *said("adm4_unions_wards", "GROUP", code="SHAPEID", name="SHAPENAME"),
]


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [32646], indirect=True)
def test_unions_from_another_source_than_their_upazilas_are_brought_under_them(net_in: Settings) -> None:
    report = imported(net_in, "Dhaka", *DHAKA_WORDS)
    assert report["nouns"]["grids"]["new"] == 5 + 32 + 433
    assert kinds(report)["tier"] > 50


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [3826], indirect=True)
def test_the_whole_of_taiwan_in_three_tiers(net_in: Settings) -> None:
    report = imported(
        net_in,
        "Taiwan",
        *(TAIWAN / f"{name}.zip" for name in ("counties", "towns", "villages")),
        *said("counties", "TOTAL", code="COUNTYCODE", name="COUNTYNAME"),
        *said("towns", "SUB", code="TOWNCODE", name="TOWNNAME", parent="COUNTYCODE"),
        *said("villages", "GROUP", code="VILLCODE", name="VILLNAME", parent="TOWNCODE"),
    )
    assert report["nouns"]["grids"]["new"] == 22 + 368 + 7701
    assert kinds(report)["ring"] == 7


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [32619], indirect=True)
def test_precincts_with_hundreds_of_gap_holes(net_in: Settings) -> None:
    words = ["--tier", "TOTAL", "--field", "code=NAME", "--field", "name=PRENAME"]
    report = imported(net_in, "Rhode Island", RHODE_ISLAND / "RI_precincts.zip", *words)
    assert report["nouns"]["grids"]["new"] == 419


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [32619], indirect=True)
def test_wards_that_cut_block_groups(net_in: Settings, tmp_path: Path) -> None:
    blocks = gpd.read_file(RHODE_ISLAND / "Providence_blocks.zip")
    wards = blocks.dissolve("WARD", as_index=False)[["WARD", "geometry"]]
    wards["code"] = "W" + wards["WARD"].astype(str)
    groups = blocks.assign(code=blocks["GEOID10"].str[:12]).dissolve("code", as_index=False)[["code", "geometry"]]
    wards.to_file(tmp_path / "wards.gpkg", driver="GPKG", layer="wards")
    groups.to_file(tmp_path / "groups.gpkg", driver="GPKG", layer="groups")
    report = imported(
        net_in,
        "Providence",
        tmp_path / "wards.gpkg",
        tmp_path / "groups.gpkg",
        RHODE_ISLAND / "Providence_blocks.zip",
        *said("wards.gpkg layer wards", "TOTAL", code="code"),
        *said("groups.gpkg layer groups", "SUB", code="code"),
        *said("Providence_blocks", "GROUP", code="GEOID10"),
    )
    assert report["nouns"]["grids"]["new"] == 15 + 154 + 3014
    assert kinds(report)["tier"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [4527], indirect=True)
def test_counties_of_a_province_with_hairline_overlaps(net_in: Settings) -> None:
    words = ["--tier", "TOTAL", "--crs", "EPSG:4326", "--field", "code=COUNTY_ID", "--field", "name=NAME99"]
    report = imported(net_in, "Anhui", REAL / "2_anhui_real_gbk" / "chinese_encoding.shp", *words)
    assert report["nouns"]["grids"]["new"] == 78
    assert kinds(report)["sliver"] >= 100


@pytest.mark.soak
@pytest.mark.parametrize(
    ("net_in", "kind"),
    [(3826, "big5_twd97tm2"), (4549, "gbk_cgcs2000_gk40")],
    indirect=["net_in"],
    ids=["Big5", "GBK"],
)
def test_a_county_without_a_cpg_in_two_encodings(net_in: Settings, kind: str) -> None:
    names = {tier: f"nantou_{kind}_{tier}" for tier in ("counties", "towns", "villages")}
    report = imported(
        net_in,
        f"Nantou, {kind.partition('_')[0].upper().replace('BIG', 'Big')}",
        *(TAIWAN / f"{name}.zip" for name in names.values()),
        *said(names["counties"], "TOTAL", code="COUNTYCODE", name="COUNTYNAME"),
        *said(names["towns"], "SUB", code="TOWNCODE", name="TOWNNAME", parent="COUNTYCODE"),
        *said(names["villages"], "GROUP", code="VILLCODE", name="VILLNAME", parent="TOWNCODE"),
    )
    assert report["nouns"]["grids"]["new"] == 1 + 13 + 262


@pytest.mark.soak
@pytest.mark.parametrize("net_in", [32646], indirect=True)
def test_addresses_without_a_code_are_refused_and_come_in_once_they_have_one(net_in: Settings, tmp_path: Path) -> None:
    assert run(net_in, "import", *DHAKA_WORDS, "--accept-repairs").returncode == 0
    bare = run(net_in, "import", DHAKA / "address_points.zip", "--as", "households")
    assert (bare.returncode, "code" in bare.stderr) == (4, True), bare.stderr
    frame = gpd.read_file(DHAKA / "address_points.zip")
    frame["code"] = [f"H{row:05d}" for row in range(len(frame))]
    frame.to_file(tmp_path / "doors.gpkg", driver="GPKG", layer="doors")
    words = ["--as", "households", "--field", "code=code", "--field", "address=housenumbe"]
    report = imported(net_in, "Dhaka's addresses", tmp_path / "doors.gpkg", *words)
    assert report["nouns"]["households"]["new"] == 20_326


@pytest.mark.parametrize("net_in", [32631], indirect=True)
def test_a_country_wider_than_a_thousand_kilometres_is_refused_in_one_sentence(net_in: Settings) -> None:
    refused = run(net_in, "import", *(ALGERIA / f"{name}.zip" for name in ("wilayas", "dairas", "communes")))
    assert (refused.returncode, refused.stderr.count("error:")) == (4, 1)
    assert "1,000 km" in refused.stderr
    assert "province by province" in refused.stderr


@pytest.mark.parametrize("net_in", [32631], indirect=True)
def test_a_wilaya_with_its_dairas_and_communes_in_arabic(net_in: Settings, tmp_path: Path) -> None:
    files = {}
    for name, column in (("wilayas", "code"), ("dairas", "wilaya_cod"), ("communes", "wilaya_cod")):
        frame = gpd.read_file(ALGERIA / f"{name}.zip")
        files[name] = tmp_path / f"{name}.gpkg"
        frame[frame[column].isin(["15", "06", "35", "10"])].to_file(files[name], driver="GPKG", layer=name)
    report = imported(
        net_in,
        "Algeria, four wilayas",
        *files.values(),
        *said("wilayas.gpkg layer wilayas", "TOTAL", code="code", name="name_ar"),
        *said("dairas.gpkg layer dairas", "SUB", code="osm_id", name="name_ar", parent="wilaya_cod"),
        *said("communes.gpkg layer communes", "GROUP", code="ons_code", name="name_ar", parent="daira_osm_"),
    )
    assert report["nouns"]["grids"]["new"] > 150
