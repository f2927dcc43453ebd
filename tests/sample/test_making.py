"""Any seed and any size gives a sound county, the same one every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.errors import BadInput, Refused
from geo_grid.sample import SampleCounty, make_counties, make_county, size_for, write_sample
from geo_grid.vocabulary import Tier
from tests.sample.conftest import SMALL

PRINT_DIGEST = """
import sys
from hashlib import sha256
from pathlib import Path
from geo_grid.sample import size_for, write_sample
folder = Path(sys.argv[1])
write_sample(folder, size_for(400), seed=3)
print(sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest())
"""


def _assert_sound(county: SampleCounty) -> None:
    family = county.family
    held = np.array([own is not None for own in county.own])
    leaf = np.array([tier.is_leaf for tier in family.tier])
    assert held[leaf].all()
    assert shapely.is_valid(county.own[held]).all()
    assert shapely.is_valid(county.geom).all()
    assert shapely.coverage_is_valid(county.own[held])
    assert shapely.contains_properly(county.own[county.doors.leaf], shapely.points(county.doors.xy)).all()
    assert len(set(county.codes)) == len(county.codes)
    for parent in np.flatnonzero(~leaf).tolist():
        parts = [county.geom[grid] for grid, above in enumerate(family.parent) if above == parent]
        parts += [county.own[parent]] if held[parent] else []
        union = shapely.normalize(shapely.coverage_union_all(parts))
        assert shapely.equals_exact(union, county.geom[parent]), county.codes[parent]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**9), households=st.integers(400, 900))
def test_any_seed_and_size_gives_a_sound_county_of_exactly_that_size(seed: int, households: int) -> None:
    size = size_for(households)
    county = make_county(np.random.default_rng([seed, 0]), size)
    counts = Counter(county.family.tier)
    assert [counts[tier] for tier in Tier] == [
        size.total, size.sub, size.branch, size.group, size.micro, size.special
    ]  # fmt: skip
    assert len(county.doors.leaf) == households
    _assert_sound(county)


def test_no_two_counties_side_by_side_touch_or_share_a_code(small_county: SampleCounty) -> None:
    counties = make_counties(SMALL, counties=4, seed=7)
    outlines = [shapely.union_all(county.geom[: SMALL.total]) for county in counties]
    assert not any(shapely.intersects(a, b) for n, a in enumerate(outlines) for b in outlines[n + 1 :])
    codes = [code for county in counties for code in county.codes]
    assert len(set(codes)) == len(codes)
    assert sorted({code[:6] for code in codes}) == ["990125", "990126", "990127", "990128"]
    assert counties[0].codes == small_county.codes


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_bytes_do_not_depend_on_hashes_time_zone_or_locale(tmp_path: Path, hash_seed: str) -> None:
    write_sample(tmp_path / "here", size_for(400), seed=3)
    here = sha256(b"".join(path.read_bytes() for path in sorted((tmp_path / "here").iterdir()))).hexdigest()
    elsewhere = {"PYTHONHASHSEED": hash_seed, "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    there = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST, str(tmp_path / "there")],
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


def test_another_seed_gives_another_county(small_county: SampleCounty) -> None:
    other = make_county(np.random.default_rng([8, 0]), SMALL)
    assert not np.array_equal(other.doors.xy, small_county.doors.xy)


def test_ten_times_the_households_means_ten_times_the_grids() -> None:
    size = size_for(285_000)
    assert (size.total, size.sub, size.group, size.micro) == (60, 790, 3_800, 18_460)


@pytest.mark.parametrize("households", [-1, 0, 399, 1_000_001])
def test_a_county_too_small_or_too_large_is_bad_input(households: int) -> None:
    with pytest.raises(BadInput, match="out of range"):
        size_for(households)


def test_an_earlier_sample_is_written_over_but_nothing_else(tmp_path: Path) -> None:
    write_sample(tmp_path, size_for(400), seed=3)
    before = (tmp_path / "grids_micro.zip").read_bytes()
    write_sample(tmp_path, size_for(400), seed=4)
    assert (tmp_path / "grids_micro.zip").read_bytes() != before
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(Refused, match=r"thesis\.doc"):
        write_sample(tmp_path, size_for(400), seed=3)
