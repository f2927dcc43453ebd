"""Files made to break an importer end in an answer: read, or refused with one sentence that says what to do."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo_grid.cluster import Cluster
from geo_grid.errors import GeoGridError
from geo_grid.intake import load, look, read, sandbox
from tests.intake.hostile_county import HostileCounty, hostile_county
from tests.intake.hostile_run import ALLOWED, HELD, LOADED, OPTIONS, REFUSED, TOLD, Outcome, outcome_of, read_alone

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
GENERATED, FOUND_FOLDER = REAL / "6_hostile" / "generated", REAL / "6_hostile" / "found"
MANIFEST = json.loads((GENERATED / "manifest.json").read_text()) if GENERATED.is_dir() else []
FOUND = sorted(json.loads((REAL / "6_hostile" / "found_baseline.json").read_text())) if MANIFEST else []
PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "hostile-files.md"
#: On the processor: how busy the machine is decides nothing.
LONGEST_SECONDS, MOST_BYTES = 20, 1 << 30

pytestmark = pytest.mark.skipif(not MANIFEST, reason="the hostile files are not beside this checkout")

#: Where we answer otherwise than the manifest proposes: how, and why.
OTHERWISE = {
    "geom_200k_vertices.zip": (
        HELD,
        "read whole and right, but its circle touches its neighbours where they have no vertices",
    ),
    "geom_5000_holes.zip": (
        HELD,
        "read whole and right, but no grid has 5,000 holes of half a square metre on purpose",
    ),
    "attr_code_numeric_lost_zero.zip": (
        LOADED,
        "nothing in the file shows that a zero is gone: the codes are sound and nest in their parent",
    ),
    "attr_negative_households.zip": (
        LOADED,
        "HOUSEHOLDS is no field of ours: households are counted where they lie, never read from a grid",
    ),
    "crs_swapped_axes.zip": (
        REFUSED,
        "no row of it lies where its CRS is made for, so that the whole file is in question and not some rows",
    ),
}


@pytest.fixture(scope="module")
def county(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileCounty]:
    """The county that the made files belong to."""
    with hostile_county(cluster, tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def outcomes(county: HostileCounty) -> dict[str, Outcome]:
    """What became of every file, made or found; none of them took too long."""
    answers = {}
    for entry in MANIFEST:
        began = time.process_time()
        answers[entry["file"]] = outcome_of(GENERATED / entry["file"], county.settings, county.standing)
        assert time.process_time() - began < LONGEST_SECONDS, entry["file"]
    for name in FOUND:
        began = time.process_time()
        answers[name] = read_alone(FOUND_FOLDER / name)
        assert time.process_time() - began < LONGEST_SECONDS, name
    return answers


def test_every_made_file_ends_as_proposed_or_we_say_why_not(outcomes: dict[str, Outcome]) -> None:
    wrong = {}
    for entry in MANIFEST:
        allowed = {OTHERWISE[entry["file"]][0]} if entry["file"] in OTHERWISE else ALLOWED[entry["expect"]]
        if outcomes[entry["file"]].what not in allowed:
            wrong[entry["file"]] = (entry["expect"], outcomes[entry["file"]])
    assert wrong == {}


def test_every_answer_is_one_line_that_names_the_file(outcomes: dict[str, Outcome]) -> None:
    told = {name: one.sentence for name, one in outcomes.items() if one.what in {REFUSED, HELD, TOLD}}
    assert [name for name, sentence in told.items() if "\n" in sentence or "Traceback" in sentence] == []
    refused = {name: one.sentence for name, one in outcomes.items() if one.what == REFUSED}
    assert [name for name, sentence in refused.items() if Path(name).name not in sentence] == []
    assert [name for name, sentence in refused.items() if sentence.count(":") < 1] == []


def test_what_is_refused_leaves_the_database_as_it_was(county: HostileCounty, outcomes: dict[str, Outcome]) -> None:
    for entry in MANIFEST:
        if outcomes[entry["file"]].what in {REFUSED, HELD} and not outcomes[entry["file"]].earnest:
            with pytest.raises(GeoGridError):
                load(county.settings, [GENERATED / entry["file"]], OPTIONS)
    assert county.state() == county.began


def test_reading_leaves_no_file_behind_and_stays_within_its_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = {path: path.stat().st_mtime_ns for path in GENERATED.parent.rglob("*")}
    for path in [*(GENERATED / entry["file"] for entry in MANIFEST), *(FOUND_FOLDER / name for name in FOUND)]:
        read_alone(path)
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in GENERATED.parent.rglob("*")} == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MOST_BYTES


@pytest.mark.soak
def test_every_file_ends_alike_in_a_process_of_its_own_within_a_gigabyte() -> None:
    wrong = {}
    for path in [*(GENERATED / entry["file"] for entry in MANIFEST), *(FOUND_FOLDER / name for name in FOUND)]:
        if look([path], reader=sandbox.layers_of).to_json() != look([path]).to_json():
            wrong[path.name] = look([path], reader=sandbox.layers_of)
    assert wrong == {}
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_BYTES


def test_the_page_of_outcomes_says_what_happens(outcomes: dict[str, Outcome]) -> None:
    """`WRITE_PAGES=1 pytest tests/intake/test_hostile_files.py` writes it anew."""
    if os.environ.get("WRITE_PAGES"):
        PAGE.write_text(page(outcomes), encoding="utf-8")
    said = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {row[0].strip("| `"): row[-2].strip() for row in said} == {name: one.what for name, one in outcomes.items()}


def page(outcomes: dict[str, Outcome]) -> str:
    """The page of outcomes."""
    made = [
        f"| `{entry['file']}` | {plain(entry['what'])} | {entry['expect']} | {one.what} | {plain(one.sentence)} |"
        for entry in MANIFEST
        for one in [outcomes[entry["file"]]]
    ]
    found = [f"| `{name}` | {outcomes[name].what} | {plain(outcomes[name].sentence)} |" for name in FOUND]
    why = [f"- `{name}`: {reason}." for name, (_, reason) in OTHERWISE.items()]
    return "\n".join(
        [
            *INTRODUCTION,
            "## Made files",
            "",
            "| file | what is wrong with it | proposed | outcome | first answer |",
            "|---|---|---|---|---|",
            *made,
            "",
            "Where the outcome is not the proposed one:",
            "",
            *why,
            "",
            "## Found files",
            "",
            "| file | outcome | first answer |",
            "|---|---|---|",
            *found,
            "",
        ]
    )


INTRODUCTION = [
    "<!-- Written by the test of the hostile files: change the code, not this page. -->",
    "# Hostile files and what becomes of them",
    "",
    "142 files made to break an importer and 78 found in the collections of other projects, each given to it as it is.",
    "The made ones are tried against a county that holds the group they belong to; of the found ones only the reading",
    "is tried. *Refused* files give one sentence and nothing else happens; *asks* means that only a person can say",
    "which encoding, CRS, field or layer it is; *held back* files are read, every faulty row is told, and nothing is",
    "written until they are mended; *loaded* files come in, with or without rows told.",
    "",
]


def plain(text: str) -> str:
    """The text as a cell of a table."""
    return "".join(mark if mark.isprintable() else "�" for mark in text).replace("|", "\\|").replace("<", "&lt;")


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


SAME_ROWS = [
    "shp_length_lies.zip", "shx_missing.zip", "shx_empty.zip", "shx_offsets_out.zip", "shx_short.zip",
    "dbf_record_len_off.zip", "dbf_no_terminator.zip", "zip_prefix_junk.zip", "zip_gbk_names.zip",
    *(f"enc_cpg_odd_{number}.zip" for number in range(10)),
    "enc_no_cpg_no_ldid.zip", "enc_cpg_lies_utf8.zip", "enc_cpg_lies_gbk.zip", "enc_ldid_lies_1252.zip",
    "enc_mixed_rows.zip", "geom_polygon_z.zip", "geom_ccw_shell.zip",
]  # fmt: skip


@pytest.mark.parametrize("name", SAME_ROWS)
def test_a_file_that_can_be_put_right_has_the_rows_of_the_sound_one(name: str) -> None:
    sound, other = read([GENERATED / "ok_control.zip"])[0], read([GENERATED / name])[0]
    assert [other.columns[field] for field in ("CODE", "NAME")] == [sound.columns[field] for field in ("CODE", "NAME")]
    assert np.all(shapely.equals(sound.shapes(), other.shapes()))


@pytest.mark.parametrize("folder", ["1_taiwan_nested", "3_dhaka_messy_levels_and_addresses", "5_algeria_nested_arabic"])
def test_real_maps_are_read_as_gdal_reads_them(folder: str) -> None:
    for path in sorted((REAL / folder).glob("*.zip")):
        encoding = "GBK" if "gbk" in path.name else "Big5" if "big5" in path.name else None
        _, _, shapes, values = pyogrio.raw.read(path, encoding=encoding)
        layer = read([path])[0]
        theirs = shapely.from_wkb(shapes)
        valid = shapely.is_valid(theirs)
        ours = layer.shapes()
        assert ours is not None
        assert len(ours) == len(theirs), path.name
        assert np.allclose(shapely.area(theirs[valid]), shapely.area(ours[valid]), rtol=1e-12), path.name
        assert len(layer.columns) == len(values), path.name
        for mine, column in zip(layer.columns.values(), values, strict=True):
            if column.dtype == object:
                assert mine == [(text or "").strip() for text in column], path.name
