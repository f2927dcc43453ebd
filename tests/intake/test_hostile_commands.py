"""Hostile files given to the program itself: each ends in a named answer, within its limits, and nothing is left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from tests.intake.hostile_county import HostileCounty, hostile_county
from tests.intake.hostile_run import HELD, LOADED, REFUSED, TOLD, Outcome, outcome_of, read_alone
from tests.intake.test_hostile_files import FOUND, FOUND_FOLDER, GENERATED, MANIFEST
from tests.intake.watched import Ending, Watched

pytestmark = pytest.mark.skipif(not MANIFEST, reason="the hostile files are not beside this checkout")

#: Seconds as they would be with the machine to ourselves: how busy others keep it decides nothing.
LONGEST_SECONDS, MOST_BYTES = 20, 1 << 30
#: One that names a file of the server, one that would unpack to 2 GB, and one that is held back after being read.
FEW = ("vrt_named_shp.zip", "zip_overlapping_2GB.zip", "shp_null_shape.zip")
#: What the exit code says of each outcome; a question is asked by a refusal or after a trial.
CODES = {REFUSED: {2, 4}, HELD: {4}, TOLD: {0}, LOADED: {0}}


@pytest.fixture(scope="module")
def county(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileCounty]:
    """The county that the made files belong to."""
    with hostile_county(cluster, tmp_path_factory.mktemp("county")) as made:
        yield made


def wrongs(county: HostileCounty, ending: Ending, outcome: Outcome, allowed: set[int]) -> list[str]:
    """What an ending has that it must not have."""
    last = ending.complained.strip().rpartition("\n")[2]
    checks = {
        f"it ended with {ending.code}, being {outcome.what}": ending.code in allowed,
        f"it said nothing plain: {last}": ending.code == 0 or last.startswith("geo-grid: "),
        "it showed our own code": "Traceback" not in ending.complained,
        f"it took {ending.took}": ending.took.fair_seconds < LONGEST_SECONDS,
        f"it took {ending.peak >> 20} MB": ending.peak < MOST_BYTES,
        f"it did more than read: {ending.noted}": not ending.noted,
        "it changed the county": county.state() == county.began,
    }
    return [wrong for wrong, is_fine in checks.items() if not is_fine]


def imported(watched: Watched, path: Path, outcome: Outcome) -> Ending:
    """The program given a file: in earnest where it is to be refused, for trial elsewhere."""
    trial = [] if outcome.what in {REFUSED, HELD} else ["--dry-run"]
    return watched.run("import", path, "--tier", "MICRO", *trial)


def test_whoever_is_watched_is_seen_writing_and_asking(county: HostileCounty, tmp_path: Path) -> None:
    watched = Watched(tmp_path / "run", county.settings)
    deed = (
        "import socket; open('here', 'w'); socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    )
    subprocess.run([sys.executable, "-c", deed], env=watched.environ, cwd=watched.folder / "cwd", check=True)
    assert [line.split()[0] for line in watched.log.read_text().splitlines()] == ["wrote", "asked"]
    assert watched.left() == ["cwd/here"]


@pytest.mark.parametrize("name", FEW)
def test_the_program_refuses_a_hostile_file_in_a_sentence(county: HostileCounty, tmp_path: Path, name: str) -> None:
    watched = Watched(tmp_path / "run", county.settings)
    outcome = outcome_of(GENERATED / name, county.settings, county.standing)
    assert wrongs(county, imported(watched, GENERATED / name, outcome), outcome, CODES[outcome.what]) == []
    assert watched.left() == []


@pytest.mark.soak
def test_the_program_ends_well_on_every_hostile_file(
    county: HostileCounty, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watched, wrong, most = Watched(tmp_path / "run", county.settings), {}, [(0.0, ""), (0.0, "")]
    for path in [*(GENERATED / entry["file"] for entry in MANIFEST), *(FOUND_FOLDER / name for name in FOUND)]:
        if path.parent == GENERATED:
            outcome = outcome_of(path, county.settings, county.standing)
            allowed = CODES.get(outcome.what, {0, 2, 4})
        else:
            # It belongs to no county of ours: past reading, any answer but an error of the program will do.
            outcome, allowed = read_alone(path), {0, 2, 4}
        ending = imported(watched, path, outcome)
        if told := [*wrongs(county, ending, outcome, allowed), *(f"it left {one}" for one in watched.left())]:
            wrong[path.name] = told
        most = [max(most[0], (ending.took.fair_seconds, path.name)), max(most[1], (ending.peak / (1 << 20), path.name))]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(MANIFEST) + len(FOUND)} hostile files; most seconds, most MB: {most}\n")
    assert wrong == {}
