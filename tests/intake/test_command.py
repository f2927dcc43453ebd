"""The commands `import` and `check`, as somebody types them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from geo_grid.settings import Settings
from tests.intake import town


def geo_grid(settings: Settings, *words: object) -> subprocess.CompletedProcess[str]:
    """A run of the program on the test's database."""
    environ = {**os.environ, "GEO_GRID_DATABASE_URL": str(settings.database_url), "GEO_GRID_HOME": str(settings.home)}
    command = [sys.executable, "-m", "geo_grid.cli", *map(str, words)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_an_import_its_repetition_and_a_check(database: Settings, tmp_path: Path) -> None:
    grids = town.write(town.grids(), tmp_path, "grids", "shp")
    doors = town.write(town.households(), tmp_path, "households", "shp")
    first = geo_grid(database, "import", grids, doors, "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["nouns"]["grids"] == {"new": 9, "changed": 0, "unchanged": 0, "retired": 0}
    again = geo_grid(database, "import", grids, doors)
    assert "0 changed" in again.stdout
    checked = geo_grid(database, "check", "--json")
    figures = json.loads(checked.stdout)
    assert checked.returncode == 0
    assert (figures["invariants_broken"], figures["households"], figures["households_unplaced"]) == (0, 4, 1)


def test_a_refused_import_lists_its_findings_and_writes_them_down(database: Settings, tmp_path: Path) -> None:
    grids = town.write(town.changed(town.grids(), town.C, 上级编码="NOWHERE"), tmp_path, "grids", "gpkg")
    report = tmp_path / "report.json"
    refused = geo_grid(database, "import", grids, "--report", report)
    assert refused.returncode == 4
    assert "NOWHERE" in refused.stderr
    rules = [one["rule"] for one in json.loads(report.read_text())["findings"]]
    assert rules == ["parent_missing", "repair_parent", "repair_gap"]
    assert json.loads(geo_grid(database, "check", "--json").stdout)["grids"]["total"] == 0


def test_a_wrong_word_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    for words, code, said in (
        (("import", tmp_path / "none.shp"), 3, "no such file"),
        (("import", tmp_path, "--tier", "VILLAGE"), 2, "no tier VILLAGE"),
        (("import", tmp_path, "--field", "code"), 2, "ours=theirs"),
        (("import", tmp_path, "--as", "trees"), 2, "no noun trees"),
    ):
        run = geo_grid(settings, *words)
        assert (run.returncode, said in run.stderr, run.stderr.count("\n")) == (code, True, 1), run.stderr


def test_in_a_chinese_shell_the_whole_outcome_is_chinese(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    files = [town.write(town.grids(), tmp_path, "grids", "gpkg"), town.write(town.households(), tmp_path, "h", "gpkg")]
    run = geo_grid(database, "import", *files, "--dry-run")
    assert run.stdout.splitlines()[0] == "网格：新增 9，变更 0，不变 0"
    assert run.stdout.splitlines()[-1] == "试运行：没有写入任何内容"
    assert re.findall("[a-zA-Z]{3,}", run.stdout) == []
