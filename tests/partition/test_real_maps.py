"""Real maps of nested areas: a clean one is proved clean, drawn ones are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geo_grid.intake import read
from geo_grid.partition import locate, multi, nest, outline, to_lattice

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real maps are not beside this checkout")


def in_metres(path: Path, epsg: int) -> tuple[np.ndarray, dict[str, list[str]]]:
    """The file's polygons on the lattice of a projected CRS, and its columns."""
    layer = read([path])[0]
    way = pyproj.Transformer.from_crs(layer.crs, epsg, always_xy=True)
    moved = shapely.transform(shapely.force_2d(layer.shapes()), lambda at: np.column_stack(way.transform(*at.T)))
    return multi(to_lattice(moved)), layer.columns


def above(codes: list[str], shapes: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The next wider areas, whose codes are shorter: their codes, their shapes, and each area's place in them."""
    digits = len(codes[0]) - (3 if len(codes[0]) == 15 else 1)
    short = np.array([code[:digits] for code in codes])
    names, place = np.unique(short, return_inverse=True)
    joined = [shapely.coverage_union_all(shapes[place == index]) for index in range(len(names))]
    return names.tolist(), multi(np.array(joined)), place


def test_census_blocks_nest_in_groups_and_tracts() -> None:
    blocks, columns = in_metres(REAL / "4_providence_blocks_and_ri_precincts" / "Providence_blocks.zip", 32130)
    group_codes, groups, group_of = above(columns["GEOID10"], blocks)
    _, tracts, tract_of = above(group_codes, groups)
    first_tract = len(blocks) + len(groups)
    parent = np.concatenate([len(blocks) + group_of, first_tract + tract_of, np.full(len(tracts), -1)])
    found = nest(np.concatenate([blocks, groups, tracts]), parent)
    assert (len(groups), len(tracts)) == (154, 39)
    assert found.sound.all()
    assert all(own is None for own in found.own[len(blocks) :])
    inside = shapely.get_coordinates(to_lattice(shapely.point_on_surface(blocks)))
    assert (locate(inside, blocks) == np.arange(len(blocks))).mean() > 0.99


def test_precincts_that_overlap_make_no_outline() -> None:
    precincts, _ = in_metres(REAL / "4_providence_blocks_and_ri_precincts" / "RI_precincts.zip", 32130)
    assert len(outline(precincts)[1]) > 0
