"""What goes wrong on the command line is one sentence and an exit code by kind."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from geo_grid.cli import demo, serve
from geo_grid.errors import BadInput, GeoGridError, NotFound, Refused, Stale, Unavailable
from geo_grid.settings import Settings
from tests.cli.programs import geo_grid

KINDS: list[type[GeoGridError]] = [BadInput, NotFound, Refused, Stale, Unavailable]


def test_the_version_is_told() -> None:
    told = geo_grid("--version")
    assert (told.stdout, told.returncode) == ("geo-grid 0.1.0\n", 0)


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    heavy = {"alembic", "flask", "geopandas", "granian", "numpy", "pandas", "shapely", "sqlalchemy"}
    question = f"import sys, geo_grid.cli; print(*sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


def test_an_import_begins_without_what_it_does_not_use() -> None:
    heavy = {"PIL", "geopandas", "geo_grid.county", "geo_grid.checks.evaluation", "pandas", "pyogrio", "pyproj"}
    question = f"import sys, geo_grid.intake; print(*sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


@pytest.mark.parametrize("words", [(), ("db",)])
def test_a_group_without_a_command_shows_its_help_and_is_no_success(words: tuple[str, ...]) -> None:
    shown = geo_grid(*words)
    assert "Usage: geo-grid" in shown.stdout
    assert shown.returncode == BadInput.exit_code


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fly",), "geo-grid: No such command 'fly' (see `geo-grid --help`)\n"),
        (("db", "stop", "--hard"), "geo-grid: No such option: --hard (see `geo-grid db stop --help`)\n"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_exit_code_2(words: tuple[str, ...], sentence: str) -> None:
    refused = geo_grid(*words)
    assert (refused.stdout, refused.stderr, refused.returncode) == ("", sentence, BadInput.exit_code)


def test_an_unknown_setting_is_one_sentence_and_exit_code_2() -> None:
    refused = geo_grid("db", "status", GEO_GRID_COLOUR="red")
    assert refused.stderr.startswith(
        "geo-grid: unknown setting GEO_GRID_COLOUR: the settings are GEO_GRID_DATABASE_URL"
    )
    assert refused.stderr.count("\n") == 1
    assert refused.returncode == BadInput.exit_code


def test_an_unreachable_database_is_one_sentence_and_exit_code_6() -> None:
    refused = geo_grid("db", "upgrade", GEO_GRID_DATABASE_URL="postgresql://someone:secret@127.0.0.1:9/nowhere")
    assert refused.returncode == Unavailable.exit_code
    assert refused.stderr.count("\n") == 1
    assert "secret" not in refused.stderr


def test_an_existing_database_is_not_ours_to_stop() -> None:
    refused = geo_grid("db", "stop", GEO_GRID_DATABASE_URL="postgresql://127.0.0.1:9/nowhere")
    assert refused.returncode == Refused.exit_code


def test_a_database_that_does_not_answer_is_a_figure_of_its_status() -> None:
    told = geo_grid("db", "status", "--json", GEO_GRID_DATABASE_URL="postgresql://127.0.0.1:9/nowhere")
    figures = json.loads(told.stdout)
    assert figures["server"] == "external"
    assert figures["schema"] is None
    assert figures["problem"]


def test_the_status_of_a_home_without_a_database_makes_nothing(tmp_path: Path) -> None:
    told = geo_grid("db", "status", "--json", GEO_GRID_HOME=str(tmp_path / "home"))
    assert json.loads(told.stdout)["server"] == "absent"
    assert not (tmp_path / "home").exists()


def test_a_home_that_is_a_file_is_one_sentence_and_exit_code_6(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    refused = geo_grid("db", "start", GEO_GRID_HOME=str(tmp_path / "home"))
    assert refused.returncode == Unavailable.exit_code
    assert "is in the way of a folder" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_taken_port_is_found_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = geo_grid("serve", GEO_GRID_PORT=str(port), GEO_GRID_HOME=str(tmp_path / "home"))
    assert refused.returncode == Unavailable.exit_code
    assert f"127.0.0.1:{port} cannot be listened on (address already in use)" in refused.stderr
    assert not (tmp_path / "home").exists()


def test_the_welcome_names_the_address_the_accounts_and_how_to_stop() -> None:
    text = serve.welcome(Settings(port=8123), "alice signs in")
    assert "http://127.0.0.1:8123" in text
    assert "accounts  alice signs in" in text
    assert "Ctrl-C" in text
    assert "[::1]:8000" in serve.welcome(Settings(host="::1"), "")


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    assert sorted(kind.exit_code for kind in KINDS) == [2, 3, 4, 5, 6]


def test_a_checkout_without_sample_files_is_told_how_to_write_them(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SHAPES", tmp_path)
    with pytest.raises(NotFound, match="geo-grid sample --out"):
        demo.fill_if_empty(database)
