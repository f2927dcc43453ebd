"""A home for clusters that every account can reach, unlike pytest's own folders, and that is tidied up."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from geo_grid.cluster.places import SHELTER


def _removed(home: Path) -> None:
    """Nothing left of the clusters below a folder."""
    for link in home.rglob("cluster"):
        Cluster(link.parent).stop()
        if link.is_symlink() and link.resolve().is_relative_to(SHELTER):
            shutil.rmtree(link.resolve().parent)
    shutil.rmtree(home)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder of one test."""
    folder = Path(tempfile.mkdtemp(prefix="geo_grid-home-"))
    folder.chmod(0o711)
    yield folder
    _removed(folder)


@pytest.fixture(scope="module")
def module_home() -> Iterator[Path]:
    """An empty folder of one file of tests."""
    folder = Path(tempfile.mkdtemp(prefix="geo_grid-home-"))
    folder.chmod(0o711)
    yield folder
    _removed(folder)
