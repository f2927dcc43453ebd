"""Files with bytes changed at random are read right, told, or refused: never an error of ours, never a row mixed up."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from geo_grid.intake import Layer, look, read, sandbox
from tests.intake import mutants, town
from tests.intake.damages import FINE, FOUND, REFUSED, SAME, TOLD, Place, place_of_the_town, told_alike, verdict

QUICK = 150
#: How many mutants `make soak` makes in all; `MUTANTS=2000 make soak` makes fewer.
MANY = int(os.environ.get("MUTANTS", "20000"))
#: One mutant in so many is also read by the process that uploads are read by.
CONFINED_EACH = 500


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Sound files of each kind."""
    return mutants.sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def place(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The county that the sound shapefiles say nothing new of."""
    with place_of_the_town(cluster, tmp_path_factory.mktemp("town")) as place:
        yield place


@pytest.fixture(scope="module")
def shapefiles(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The parts of a sound shapefile of areas, of the same one backwards, and of one of points."""
    folder = tmp_path_factory.mktemp("shapefiles")
    grids = town.grids()
    frames = {"grids": grids, "backwards": grids.iloc[::-1], "doors": town.households()}
    return [mutants.parts(frame, folder / name) for name, frame in frames.items()]


def answers(sources: dict[str, bytes], folder: Path, count: int, seed: int) -> Counter[str]:
    """How often mutants of each file were read and refused; anything but a refusal of ours is raised on."""
    told: Counter[str] = Counter()
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        name = rng.choice(sorted(sources))
        path = folder / f"{seed}_{number}_{name}"
        path.write_bytes(mutants.mutated(sources[name], rng))
        try:
            seen = look([path])
            seen.to_json()
        except Exception as wrong:
            raise AssertionError(f"mutant {seed} {number} of {name}: {wrong!r}") from wrong
        told[f"{name} {'refused' if seen.refused else 'read'}"] += 1
        path.unlink()
    return told


def damages(place: Place, shapefiles: list[dict[str, bytes]], folder: Path, count: int, seed: int) -> Counter[str]:
    """What became of shapefiles of areas and of points that were damaged in one way each."""
    outcomes: Counter[str] = Counter()
    sound = [read([zipped(folder, mutants.packed(parts))])[0] for parts in shapefiles]
    wrong = []
    for number in range(count):
        chosen, way, content = damaged(shapefiles, seed, number)
        path = zipped(folder, content)
        outcome = outcome_of(place, sound[chosen], path)
        outcomes[outcome] += 1
        if outcome not in FINE or (way == "sent" and outcome not in {REFUSED, SAME, TOLD, FOUND}):
            wrong.append(f"mutant {seed} {number}: {way}: {outcome}")
        if number % CONFINED_EACH == 0 and not told_alike(path, sandbox.layers_of):
            wrong.append(f"mutant {seed} {number}: {way}: otherwise in a process of its own")
    assert wrong == []
    return outcomes


def damaged(shapefiles: list[dict[str, bytes]], seed: int, number: int) -> tuple[int, str, bytes]:
    """One damaged shapefile: which of the sound ones it was, what was done to it, and its bytes."""
    rng = random.Random(f"{seed} {number}")
    chosen, other = rng.choice(((0, 1), (0, 2), (2, 0)))
    return chosen, *mutants.damaged(shapefiles[chosen], shapefiles[other], rng)


def outcome_of(place: Place, sound: Layer, path: Path) -> str:
    """What somebody learns of a damaged file, or the error that it led to."""
    try:
        return verdict(place, sound, path)
    except Exception as broken:  # noqa: BLE001  (whatever it is, it is what is looked for)
        return repr(broken)


def zipped(folder: Path, content: bytes) -> Path:
    """The file of these bytes."""
    path = folder / "layer.zip"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("seed", range(4))
def test_no_mutant_breaks_the_reader(sources: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    told = answers(sources, tmp_path, QUICK, seed)
    assert sum(told.values()) == QUICK
    assert any(name.endswith("refused") for name in told)


def test_no_damage_to_a_shapefile_changes_a_row_in_silence(
    place: Place, shapefiles: list[dict[str, bytes]], tmp_path: Path
) -> None:
    outcomes = damages(place, shapefiles, tmp_path, 2 * QUICK, 1)
    assert {REFUSED, SAME, TOLD} < set(outcomes)


@pytest.mark.parametrize(("seed", "number"), [(101, 3567), (102, 2070)])
def test_a_phone_of_signs_and_a_column_without_its_name_are_told(
    place: Place, shapefiles: list[dict[str, bytes]], tmp_path: Path, seed: int, number: int
) -> None:
    chosen, _, content = damaged(shapefiles, seed, number)
    sound = read([zipped(tmp_path, mutants.packed(shapefiles[chosen]))])[0]
    assert outcome_of(place, sound, zipped(tmp_path, content)) == FOUND


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_many_mutants_break_no_reader(sources: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    assert sum(answers(sources, tmp_path, MANY // 4, seed).values()) == MANY // 4


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_many_damaged_shapefiles_change_no_row_in_silence(
    place: Place, shapefiles: list[dict[str, bytes]], tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = damages(place, shapefiles, tmp_path, MANY // 4, seed)
    with capsys.disabled():
        sys.stdout.write(f"\n{MANY // 4} damaged shapefiles, seed {seed}: {dict(outcomes.most_common())}\n")
    assert outcomes.total() == MANY // 4
