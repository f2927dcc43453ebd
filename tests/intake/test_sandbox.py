"""A file of somebody else is read by a process that can do no harm, and the layers come back as they are read here."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_grid.intake import Layer, Options, Unreadable, look, read, sandbox
from geo_grid.intake.handover import read_back, written
from tests.intake import town

MAKERS: dict[str, Callable[[Path], Path]] = {
    "shapefile": lambda folder: town.write(town.grids(), folder, "g", "shp"),
    "points": lambda folder: town.write(town.households(), folder, "h", "shp"),
    "geopackage": lambda folder: town.write(town.grids(), folder, "g", "gpkg"),
    "geojson": lambda folder: town.write(town.risk_sites(), folder, "r", "geojson"),
    "workbook": lambda folder: town.write_table(town.workers(), folder, "w"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_layers_are_handed_over_as_they_are(tmp_path: Path, kind: str) -> None:
    here = read([MAKERS[kind](tmp_path)])
    assert_same(here, read_back(written(here)))


def assert_same(ours: list[Layer], theirs: list[Layer]) -> None:
    """Two readings give the same layers."""
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        same = ("source", "name", "columns", "crs", "broken", "findings", "encoding")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
        assert np.array_equal(one.points, other.points) if one.points is not None else other.points is None
        if one.geometry is not None:
            assert shapely.equals_exact(one.geometry, other.geometry).all()


def test_reading_in_a_process_of_its_own_sees_what_reading_here_sees(tmp_path: Path) -> None:
    path = town.write(town.grids(), tmp_path, "g", "shp")
    assert look([path], reader=sandbox.layers_of).to_json() == look([path]).to_json()


def test_a_refusal_comes_back_as_the_sentence_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(Unreadable) as here:
        read([path])
    with pytest.raises(Unreadable) as there:
        read([path], reader=sandbox.layers_of)
    assert str(there.value) == str(here.value)


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": "FeatureCollection", "features": [' + b"[]," * 12_000_000 + b"0]}")
    with pytest.raises(Unreadable, match="too much memory"):
        sandbox.layers_of(path, Options(), sandbox.Limits(memory_bytes=900 << 20))


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = town.write(town.grids(), tmp_path, "g", "shp")
    with pytest.raises(Unreadable, match="too long"):
        sandbox.layers_of(path, Options(), sandbox.Limits(seconds=0))


ATTEMPTS = """
import ctypes, json, os, socket, subprocess, sys, tempfile
from geo_grid.intake.confined import confine

handle, path = tempfile.mkstemp()
confine({"processor_seconds": 20, "memory_bytes": 2 << 30})
attempts = {
    "write a file": lambda: open(path + "x", "w"),
    "write by number": lambda: os.open(path + "x", os.O_CREAT | os.O_WRONLY),
    "start a program": lambda: subprocess.run(["true"]),
    "start a shell": lambda: os.system("true"),
    "talk to others": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1]))),
    "delete a file": lambda: os.remove(path),
    "write into a file that was open": lambda: os.write(handle, b"x"),
    "take memory": lambda: bytearray(3 << 30),
}
outcomes = {}
for name, attempt in attempts.items():
    try:
        attempt()
        outcomes[name] = "done"
    except (OSError, MemoryError) as wrong:
        outcomes[name] = type(wrong).__name__
print(json.dumps([path, outcomes]))
"""


def test_the_confined_process_can_do_nothing_but_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = subprocess.run([sys.executable, "-c", ATTEMPTS, port], capture_output=True, text=True, check=True)
    path, outcomes = json.loads(done.stdout)
    assert outcomes == {
        "write a file": "PermissionError",
        "write by number": "PermissionError",
        "start a program": "PermissionError",
        "start a shell": "PermissionError",
        "talk to others": "PermissionError",
        "delete a file": "PermissionError",
        "write into a file that was open": "OSError",
        "take memory": "MemoryError",
    }
    assert Path(path).stat().st_size == 0
    Path(path).unlink()
