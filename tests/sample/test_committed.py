"""sample_shapes/ is what the command writes, and what the source county looks like in figures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_grid.sample import FILE_NAMES, SOURCE_COUNTY, write_sample
from geo_grid.vocabulary import LEAF_TIERS, PARENT_TIERS, FacilityLevel, RiskKind, Tier
from tests.sample.conftest import SHAPES

MEBIBYTE = 1 << 20


def _content(path: Path) -> dict[str, object]:
    """The bytes and dates of an archive's members: how they are packed depends on the machine's zlib."""
    if path.suffix not in {".zip", ".xlsx"}:
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: (entry.date_time, archive.read(entry)) for entry in archive.infolist()}


def _geometries(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(frame.geometry.values)


def test_the_committed_sample_is_what_the_command_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILE_NAMES)
    for name in FILE_NAMES:
        assert _content(tmp_path / name) == _content(SHAPES / name), name


def test_the_committed_sample_is_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in SHAPES.iterdir()) < 7 * MEBIBYTE


def test_the_sample_has_the_source_countys_figures(
    layers: dict[Tier, gpd.GeoDataFrame], households: gpd.GeoDataFrame
) -> None:
    size = SOURCE_COUNTY
    counts = [len(layers[tier]) for tier in Tier]
    assert counts == [size.total, size.sub, size.branch, size.group, size.micro, size.special]
    assert counts == [6, 79, 38, 380, 1846, 226]
    assert len(households) == 28_500
    assert 1_600 < layers[Tier.TOTAL].area.sum() / 1e6 < 1_800


def test_grids_are_in_4546_on_the_lattice_and_valid(grids: gpd.GeoDataFrame) -> None:
    assert grids.crs.to_epsg() == 4546
    xy = shapely.get_coordinates(_geometries(grids))
    assert (xy * 1024 == np.rint(xy * 1024)).all()
    assert shapely.is_valid(_geometries(grids)).all()
    assert grids.index.is_unique


def test_siblings_match_to_the_vertex_on_every_tier(layers: dict[Tier, gpd.GeoDataFrame]) -> None:
    leaves = np.concatenate([_geometries(layers[tier]) for tier in Tier if tier in LEAF_TIERS])
    assert shapely.coverage_is_valid(leaves)
    for tier in (Tier.TOTAL, Tier.SUB, Tier.BRANCH, Tier.GROUP):
        assert shapely.coverage_is_valid(_geometries(layers[tier])), tier


def test_a_parent_is_the_union_of_its_children_and_a_remainder_that_matches_them(grids: gpd.GeoDataFrame) -> None:
    whole = dict(zip(grids.index, _geometries(grids), strict=True))
    remainders = 0
    for code, children in grids.groupby("上级编码"):
        if not code:
            continue
        parts = list(_geometries(children))
        rest = shapely.difference(whole[code], shapely.coverage_union_all(parts))
        if not rest.is_empty:
            remainders += 1
            parts.append(rest)
            assert grids["网格层级"][code] in {Tier.TOTAL.zh, Tier.SUB.zh}
        assert shapely.coverage_is_valid(parts), code
        union = shapely.normalize(shapely.coverage_union_all(parts))
        assert shapely.equals_exact(union, shapely.normalize(whole[code])), code
    assert remainders > 20


def test_parents_are_of_tiers_that_may_be_and_some_tiers_are_skipped(grids: gpd.GeoDataFrame) -> None:
    tiers = {tier.zh: tier for tier in Tier}
    own = grids["网格层级"].map(tiers)
    above = grids["上级编码"].fillna("").map(own)
    seen = {(child, parent) for child, parent in zip(own, above, strict=True) if isinstance(parent, Tier)}
    allowed = {(child, parent) for child, parents in PARENT_TIERS.items() for parent in parents}
    assert seen <= allowed
    assert {(Tier.GROUP, Tier.SUB), (Tier.GROUP, Tier.BRANCH)} <= seen
    assert {parent for child, parent in seen if child is Tier.SPECIAL} == set(PARENT_TIERS[Tier.SPECIAL])


def test_country_borders_have_30_to_200_vertices_and_some_grids_have_holes_or_parts(
    layers: dict[Tier, gpd.GeoDataFrame],
) -> None:
    micros = _geometries(layers[Tier.MICRO])
    country = micros[shapely.area(micros) > 500_000]
    assert np.median(shapely.get_num_coordinates(country)) > 6 * 30
    assert (shapely.get_num_geometries(micros) > 1).sum() >= 5
    assert sum(len(part.interiors) for part in shapely.get_parts(micros)) >= 10


def test_every_household_lies_strictly_inside_one_leaf(grids: gpd.GeoDataFrame, households: gpd.GeoDataFrame) -> None:
    leaves = grids[grids["网格层级"].isin([tier.zh for tier in LEAF_TIERS])]
    doors, hits = shapely.STRtree(_geometries(leaves)).query(_geometries(households), predicate="within")
    assert doors.tolist() == list(range(len(households)))
    per_leaf = np.bincount(hits, minlength=len(leaves))
    is_micro = (leaves["网格层级"] == Tier.MICRO.zh).to_numpy()
    assert per_leaf[is_micro].min() >= 5
    assert per_leaf[is_micro].max() <= 45
    assert per_leaf[~is_micro].max() <= 20


def test_chinese_text_is_read_without_being_told_the_encoding(
    grids: gpd.GeoDataFrame, households: gpd.GeoDataFrame
) -> None:
    with zipfile.ZipFile(SHAPES / "households.zip") as archive:
        assert archive.read("households.cpg") == b"GBK"
    assert "城关镇" in set(grids["网格名称"])
    assert households["地址"].str.startswith("示例县").all()
    assert households["户编码"].str.fullmatch(r"\d{12}-H\d{4}").all()
    assert households["人口数"].between(1, 7).all()


def test_in_town_many_households_share_one_point(households: gpd.GeoDataFrame) -> None:
    shared = households.groupby(households.geometry.to_wkb()).size()
    assert (shared >= 6).sum() > 200
    assert households["地址"].str.contains("单元").sum() > 3_000


def test_contacts_are_workers_and_reach_70_to_80_in_a_hundred(
    households: gpd.GeoDataFrame, posts: pd.DataFrame
) -> None:
    contact = households["联系人"].fillna("")
    assert 0.7 < (contact != "").mean() < 0.8
    assert set(contact) - {""} <= set(posts["工号"])


def test_some_400_workers_fill_posts_and_some_posts_are_vacant(posts: pd.DataFrame, grids: gpd.GeoDataFrame) -> None:
    assert set(posts["网格编码"]) <= set(grids.index)
    assert 380 <= posts["工号"][posts["工号"] != ""].nunique() <= 440
    contacts = posts[posts["岗位"] == "联户长"]
    assert len(contacts) == 1846
    assert (contacts["工号"] == "").sum() == 115
    assert not posts.duplicated(["网格编码", "岗位", "工号"]).any()


def test_risk_sites_are_of_seven_kinds_and_inside_the_county(layers: dict[Tier, gpd.GeoDataFrame]) -> None:
    sites = pd.concat([gpd.read_file(SHAPES / f"risk_{shape}.zip") for shape in ("points", "lines", "areas")])
    assert len(sites) >= 600
    assert set(sites["类别"]) == {kind.zh for kind in list(RiskKind)[:7]}
    assert sites["编码"].is_unique
    county = shapely.coverage_union_all(_geometries(layers[Tier.TOTAL]))
    shapely.prepare(county)
    assert shapely.contains(county, _geometries(sites)).all()
    assert shapely.is_valid(_geometries(sites)).all()


def test_there_is_one_county_centre_six_for_townships_and_one_in_each_village(
    layers: dict[Tier, gpd.GeoDataFrame],
) -> None:
    centres = gpd.read_file(SHAPES / "facilities.zip")
    counts = centres["级别"].value_counts()
    assert [counts[level.zh] for level in list(FacilityLevel)[:3]] == [1, 6, 79]
    assert counts[FacilityLevel.POINT.zh] > 50
    villages = layers[Tier.SUB].sjoin(centres[centres["级别"] == FacilityLevel.VILLAGE.zh])
    assert villages["网格编码"].nunique() == 79


def test_the_readme_names_the_command_that_writes_the_sample() -> None:
    assert "`geo-grid sample --out DIR`" in (SHAPES / "README.md").read_text(encoding="utf-8")
