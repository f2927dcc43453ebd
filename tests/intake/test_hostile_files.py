"""Files made to break an importer end in an answer: read, or refused with one sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo_grid.errors import GeoGridError
from geo_grid.intake import Options, load, read
from geo_grid.settings import Settings

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
GENERATED = REAL / "6_hostile" / "generated"
MANIFEST = json.loads((GENERATED / "manifest.json").read_text()) if GENERATED.is_dir() else []
FOUND = [path for path in sorted((REAL / "6_hostile" / "found").rglob("*")) if path.suffix.lower() in {".zip", ".shp"}]

pytestmark = pytest.mark.skipif(not MANIFEST, reason="the hostile files are not beside this checkout")


def answer_to(reader: Callable[[Path], object], path: Path) -> str:
    """The sentence with which a file is refused, '' when it is not."""
    try:
        reader(path)
    except GeoGridError as refusal:
        return str(refusal)
    return ""


def test_every_made_file_ends_in_an_answer(settings: Settings) -> None:
    wrong = []
    for entry in MANIFEST:
        began = time.perf_counter()
        answer = answer_to(lambda path: load(settings, [path], Options(), dry_run=True), GENERATED / entry["file"])
        late = time.perf_counter() - began > 10
        if late or "\n" in answer or (entry["expect"] == "reject" and not answer):
            wrong.append(entry["file"])
    assert wrong == []


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_every_found_file_ends_in_an_answer(path: Path) -> None:
    assert "\n" not in answer_to(lambda path: read([path]), path)


REFERENCE = [
    *(entry["file"] for entry in MANIFEST if entry["expect"] == "accept" and "gbk_names" not in entry["file"]),
]


@pytest.mark.parametrize("name", REFERENCE)
def test_sound_files_are_read_as_gdal_reads_them(name: str) -> None:
    try:
        _, _, shapes, _ = pyogrio.raw.read(GENERATED / name)
    except (pyogrio.errors.DataSourceError, IndexError, KeyError):
        pytest.skip("GDAL cannot read it")
    theirs = shapely.normalize(shapely.force_2d(shapely.from_wkb(shapes)))
    ours = shapely.normalize(read([GENERATED / name])[0].shapes())
    if not shapely.is_missing(theirs).any():
        assert np.all(shapely.equals(theirs, ours))


@pytest.mark.parametrize("folder", ["1_taiwan_nested", "3_dhaka_messy_levels_and_addresses", "5_algeria_nested_arabic"])
def test_real_maps_are_read_as_gdal_reads_them(folder: str) -> None:
    for path in sorted((REAL / folder).glob("*.zip")):
        _, _, shapes, fields = pyogrio.raw.read(path, encoding="GBK" if "gbk" in path.name else None)
        layer = read([path])[0]
        theirs = shapely.from_wkb(shapes)
        valid = shapely.is_valid(theirs)
        ours = layer.shapes()
        assert ours is not None
        assert len(ours) == len(theirs), path.name
        assert np.allclose(shapely.area(theirs[valid]), shapely.area(ours[valid]), rtol=1e-12), path.name
        assert len(layer.columns) == len(fields), path.name
