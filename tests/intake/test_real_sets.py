"""Real files: what is found in each is what was measured in it by other means."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_grid.checks import Finding
from geo_grid.intake import Layer, Options, Standing, gather, read, validate

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real maps are not beside this checkout")

TAIWAN, ANHUI, DHAKA = "1_taiwan_nested", "2_anhui_real_gbk", "3_dhaka_messy_levels_and_addresses"
ISLAND, ALGERIA = "4_providence_blocks_and_ri_precincts", "5_algeria_nested_arabic"


def layers(folder: str, *names: str, crs: str | None = None) -> list[Layer]:
    """Layers of a real set."""
    return read([REAL / folder / name for name in names], Options(crs=crs))


@lru_cache
def found(folder: str, srid: int, *names: str, crs: str | None = None) -> dict[str, list[Finding]]:
    """The findings of a real set by rule."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in validate(layers(folder, *names, crs=crs), Options(crs=crs), Standing(srid)):
        by_rule.setdefault(finding.rule, []).append(finding)
    return by_rule


def ground(findings: list[Finding]) -> float:
    """The ground of the findings in m²."""
    return sum(finding.area_m2 for finding in findings)


def more_than_one_percent(findings: list[Finding], file: str) -> int:
    """How many grids of a file lie more than 1 % outside their parent."""
    return sum(float(one.facts["share"]) > 1 and one.where.startswith(file) for one in findings)


def test_taiwan_has_its_three_overlaps_seven_invalid_villages_and_twenty_two_outside() -> None:
    faults = found(TAIWAN, 3826, "counties.zip", "towns.zip", "villages.zip")
    assert (len(faults["overlap"]), len(faults["geometry_invalid"])) == (3, 7)
    assert more_than_one_percent(faults["outside_parent"], "villages.zip") == 22
    assert ground(faults["remainder"]) == pytest.approx(49_337_516, rel=1e-3)
    assert not {"crs_elsewhere", "parent_missing", "code_several"} & set(faults)


@pytest.mark.parametrize("kind", ["big5_twd97tm2", "gbk_cgcs2000_gk40"])
def test_nantou_in_other_encodings_and_crs_nests_in_the_same_way(kind: str) -> None:
    srid = 3826 if "twd97" in kind else 4549
    names = [f"nantou_{kind}_{tier}.zip" for tier in ("counties", "towns", "villages")]
    faults = found(TAIWAN, srid, *names)
    assert "overlap" not in faults
    assert not [rule for rule in faults if rule.startswith(("crs_", "parent_", "geometry_"))]


def test_dhaka_has_its_two_hundred_and_ten_unions_outside() -> None:
    faults = found(DHAKA, 32646, "adm2_districts.zip", "adm3_upazilas.zip", "adm4_unions_wards.zip")
    assert more_than_one_percent(faults["outside_parent"], "adm4_unions_wards.zip") == 210
    assert more_than_one_percent(faults["outside_parent"], "adm3_upazilas.zip") == 0
    unions = sum(ground(faults[rule]) for rule in ("gap", "gap_hole", "remainder"))
    district = 6_324_783_927.0
    assert ground(faults["outside_parent"]) / district == pytest.approx(0.035, abs=0.001)
    assert unions / district == pytest.approx(0.039, abs=0.001)


def test_rhode_island_has_its_gaps_and_overlaps() -> None:
    faults = found(ISLAND, 32130, "RI_precincts.zip")
    # Of 501 holes between the raw coordinates 474 are left on the lattice, to which the net's vertices go.
    gaps = [*faults["gap"], *faults["gap_hole"]]
    assert len(gaps) == 476
    assert len(faults["overlap"]) == 21
    assert ground(faults["overlap"]) == pytest.approx(78.5, abs=0.1)
    assert ground(gaps) == pytest.approx(211_279, rel=1e-4)


def test_providence_nests_and_its_wards_split_fifty_three_block_groups() -> None:
    [blocks] = layers(ISLAND, "Providence_blocks.zip")
    assert set(found(ISLAND, 32130, "Providence_blocks.zip")) == {
        "sliver",
        "tier_missing",
        "fields_guessed",
        "columns_left",
    }
    groups = dissolved(blocks, [code[:12] for code in blocks.columns["GEOID10"]], "分网格")
    wards = dissolved(blocks, blocks.columns["WARD"], "总网格")
    assert (len(groups), len(wards)) == (154, 15)
    split = [one for one in validate([wards, groups], None, Standing(32130)) if one.rule == "outside_parent"]
    assert len(split) == 53
    assert all(one.area_m2 > 0 and one.geometry for one in split)


def dissolved(layer: Layer, keys: list[str], tier: str) -> Layer:
    """The layer's polygons joined by a key, as grids of a tier."""
    codes, place = np.unique(np.array(keys), return_inverse=True)
    joined = [shapely.coverage_union_all(layer.geometry[place == row]) for row in range(len(codes))]
    columns = {"code": codes.tolist(), "tier": [tier] * len(codes)}
    return replace(layer, source=f"{tier}.zip", name=tier, columns=columns, geometry=np.array(joined))


def test_anhui_has_hairlines_on_most_of_its_borders_and_no_prj() -> None:
    faults = found(ANHUI, 4548, "chinese_encoding.shp", crs="EPSG:4490")
    assert len(faults["overlap"]) == 113
    assert ground(faults["overlap"]) / 140_309_158_563 < 5e-10
    assert max(one.area_m2 for one in faults["overlap"]) < 5
    bare = found(ANHUI, 4548, "chinese_encoding.shp")
    assert [one.rule for one in bare["crs_one_fits"]] == ["crs_one_fits"]


def test_algeria_nests_but_for_crumbs_and_one_daira_without_communes() -> None:
    faults = found(ALGERIA, 32631, "wilayas.zip", "dairas.zip", "communes.zip")
    assert "overlap" not in faults
    assert max(float(one.facts["share"]) for one in faults["outside_parent"]) < 0.1
    assert ground(faults["outside_parent"]) < 100_000
    [bare] = [one for one in faults["no_children"] if one.where.startswith("dairas")]
    assert bare.severity == "warning"


def test_thousands_of_findings_are_gathered_into_a_hundred() -> None:
    everything = [
        one
        for several in found(DHAKA, 32646, "adm2_districts.zip", "adm3_upazilas.zip", "adm4_unions_wards.zip").values()
        for one in several
    ]
    shown = gather(everything)
    assert len(everything) > 1000 >= 10 * len(shown)
    assert Counter(one.rule for one in shown).keys() == {one.rule for one in everything}
    assert sum(one.count for one in shown) == sum(one.count for one in everything)
