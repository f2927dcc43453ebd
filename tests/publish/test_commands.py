"""Tests of `geo-grid who` and `geo-grid export` as a shell sees them."""

import json
import os
import subprocess
import sys

import pytest

from tests.publish import town


@pytest.fixture
def geo_grid(town_database, tmp_path):
    """Runs the program on the town in an empty folder; gives (exit code, output, errors)."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GEO_GRID_")}
    environ |= {"GEO_GRID_DATABASE_URL": town_database.database_url, "GEO_GRID_HOME": str(tmp_path / "home")}

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "geo_grid.cli", *map(str, words)],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_who_tells_programs_the_chain_with_its_posts(geo_grid):
    code, said, _ = geo_grid("who", *town.degrees(0.5, 2.5), "--json")
    answer = json.loads(said)
    assert code == 0
    assert [grid["code"] for grid in answer["grids"]] == [
        town.COURT,
        f"{town.UPPER}-G01",
        town.UPPER,
        town.TOWNSHIP,
    ]
    assert answer["grids"][0]["posts"][0]["worker_name"] == "钱二"
    assert town.CANARY_MIDDLE not in said


def test_who_tells_people_the_school_first_and_vacant_posts(geo_grid):
    code, said, _ = geo_grid("who", *town.degrees(2.5, 3.5))
    lines = said.splitlines()
    assert code == 0
    assert lines[1].split() == ["专属网格", "上村小学", town.SCHOOL]
    assert "    网格长：空缺" in lines
    assert "    网格长：赵一 139****4321" in lines


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("who", "-111", "36"), 3, "outside the county"),
        (("who", "nan", "36"), 2, "is no place"),
        (("who", "111", "36", "--at", "yesterday"), 2, "write it as 2026-03-01"),
        (("who", "111"), 2, "geo-grid who --help"),
        (("export", "grids", "--format", "dwg", "--out", "g.dwg"), 2, "choose one of gpkg"),
        (("export", "roads", "--format", "csv", "--out", "r.csv"), 2, "choose one of grids"),
        (("export", "grids", "--format", "csv", "--out", "g.csv", "--tier", "县"), 2, "there is no tier"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_an_exit_code(geo_grid, words, code, said):
    returned, _, errors = geo_grid(*words)
    assert returned == code
    assert said in errors
    assert errors.count("\n") == 1


def test_export_replaces_a_file_only_by_force(geo_grid, tmp_path):
    words = ("export", "grids", "--format", "gpkg", "--out", "net.gpkg", "--tier", "分网格", "--json")
    code, said, _ = geo_grid(*words)
    assert (code, json.loads(said)) == (0, {"files": ["net.gpkg"], "layers": ["grids"], "rows": 2})
    code, _, errors = geo_grid(*words)
    assert (code, "--force" in errors) == (4, True)
    assert geo_grid(*words, "--force")[0] == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["net.gpkg"]
