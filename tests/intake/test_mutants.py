"""Files with bytes changed at random are read right, told, or refused: never an error of ours, never a row mixed up."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from geo_grid.intake import Layer, Unreadable, look, read
from geo_grid.intake.look import seen
from tests.intake import mutants, town

QUICK, MANY = 150, 20_000


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Sound files of each kind."""
    return mutants.sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def grid_parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a sound shapefile of grids."""
    return mutants.parts(town.grids(), tmp_path_factory.mktemp("grids") / "parts")


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


def damages(parts: dict[str, bytes], folder: Path, count: int, seed: int) -> Counter[str]:
    """What became of rows when one part of a shapefile was changed; a row silently changed in kind is raised on."""
    outcomes: Counter[str] = Counter()
    sound = layer_of(parts, folder)
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        ending = rng.choice((".shp", ".shx", ".dbf"))
        changed = parts | {ending: mutants.mutated(parts[ending], rng)}
        try:
            layer = layer_of(changed, folder)
        except Unreadable:
            outcomes["refused"] += 1
            continue
        outcomes[verdict(sound, layer, ending)] += 1
        assert outcomes["silent"] == 0, f"mutant {seed} {number} of {ending}"
    return outcomes


def layer_of(parts: dict[str, bytes], folder: Path) -> Layer:
    """The layer of a shapefile's parts."""
    path = folder / "layer.zip"
    path.write_bytes(mutants.packed(parts))
    return read([path])[0]


def verdict(sound: Layer, layer: Layer, ending: str) -> str:
    """Whether the changed layer is as it was, told, only other in a value, or silently damaged.

    A changed coordinate or character that makes another sound one cannot be told by any reader: a preview must show
    it. Rows lost, doubled, without a shape, or with those of other rows can be told.
    """
    if seen(layer, "layer.zip").findings:
        return "told"
    if len(layer) != len(sound) or ending == ".shx":
        return "same" if same(sound, layer) else "silent"
    shapes = layer.shapes()
    if not all(np.isfinite(shape.bounds).all() for shape in shapes):
        return "silent"
    if same(sound, layer):
        return "same"
    moved = sum(not one.equals_exact(other, 0) for one, other in zip(sound.shapes(), shapes, strict=True))
    return "silent" if (ending == ".shp" and moved > 4) or codes_moved(sound, layer) else "value"


def codes_moved(sound: Layer, layer: Layer) -> bool:
    """Whether a row has the code of another one."""
    own, found = (next(iter(one.columns.values())) for one in (sound, layer))
    return any(code in own and own.index(code) != row for row, code in enumerate(found))


def same(sound: Layer, layer: Layer) -> bool:
    """Whether two layers hold the same rows."""
    if len(sound) != len(layer) or sound.columns != layer.columns:
        return False
    pairs = zip(sound.shapes(), layer.shapes(), strict=True)
    return all(one is not None and other is not None and one.equals_exact(other, 0) for one, other in pairs)


@pytest.mark.parametrize("seed", range(4))
def test_no_mutant_breaks_the_reader(sources: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    told = answers(sources, tmp_path, QUICK, seed)
    assert sum(told.values()) == QUICK
    assert any(name.endswith("refused") for name in told)


@pytest.mark.parametrize("seed", range(4))
def test_no_mutant_of_a_shapefile_loses_or_mixes_rows_in_silence(
    grid_parts: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    outcomes = damages(grid_parts, tmp_path, QUICK, seed)
    assert outcomes["silent"] == 0
    assert outcomes["refused"]
    assert outcomes["told"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_many_mutants_break_no_reader(sources: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    assert sum(answers(sources, tmp_path, MANY // 8, seed).values()) == MANY // 8


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_many_mutants_of_a_shapefile_lose_no_row_in_silence(
    grid_parts: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    assert damages(grid_parts, tmp_path, MANY // 8, seed)["silent"] == 0
