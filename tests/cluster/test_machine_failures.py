"""What the machine lacks is said in one sentence with what to do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster
from geo_grid.cluster.binaries import PostgresMissing, find_binaries, packaged_folders
from geo_grid.errors import Unavailable
from tests.cluster.test_start_and_stop import QUICK

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")


def refusal(cluster: Cluster) -> str:
    """The sentence with which a start is refused."""
    with pytest.raises(Unavailable) as refused:
        cluster.start()
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


def fake_postgres(folder: Path, major: int) -> Path:
    """The folder of a PostgreSQL without PostGIS that can tell its version and nothing more."""
    programs = folder / str(major) / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (programs / name).touch(mode=0o755)
    config = programs / "pg_config"
    config.write_text(f"#!/bin/sh\necho PostgreSQL {major}.1\necho {folder}/share\n")
    config.chmod(0o755)
    return programs


def test_a_machine_without_postgresql_is_told_what_to_install(tmp_path: Path) -> None:
    sentence = refusal(Cluster(tmp_path / "home", programs=[]))
    assert "apt-get install postgresql" in sentence
    assert "GEO_GRID_DATABASE_URL" in sentence
    assert not (tmp_path / "home" / "cluster").is_symlink()


def test_a_postgresql_without_postgis_is_told_which_package_brings_it(tmp_path: Path) -> None:
    sentence = refusal(Cluster(tmp_path / "home", programs=[fake_postgres(tmp_path, 16)]))
    assert "apt-get install postgresql-16-postgis-3" in sentence


def test_the_newest_postgresql_with_postgis_is_taken_whatever_lies_beside_it(tmp_path: Path) -> None:
    real = find_binaries()
    folders = [fake_postgres(tmp_path, 99), *packaged_folders(), tmp_path / "nothing"]
    assert find_binaries(folders) == real


def test_a_data_directory_of_another_version_is_not_touched(tmp_path: Path) -> None:
    data = tmp_path / "cluster"
    data.mkdir()
    (data / "PG_VERSION").write_text("11\n")
    sentence = refusal(Cluster(tmp_path))
    assert "made by PostgreSQL 11" in sentence
    assert "postgresql-11-postgis-3" in sentence
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_no_version_is_found_where_none_is(tmp_path: Path) -> None:
    with pytest.raises(PostgresMissing):
        find_binaries([tmp_path])


def test_a_home_that_is_a_file_is_said_to_be_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert "is in the way of a folder" in refusal(Cluster(tmp_path / "home"))
    assert "is in the way of a folder" in refusal(Cluster(tmp_path / "home" / "below"))


def test_a_home_that_cannot_be_written_is_named() -> None:
    sentence = refusal(Cluster(Path("/proc/geo_grid")))
    assert "/proc/geo_grid" in sentence


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A file system of 150 MB."""
    disk = home / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount")
    yield disk
    Cluster(disk).stop()
    subprocess.run(["umount", "--lazy", disk], check=True)


@as_root
def test_a_disk_too_small_to_begin_is_refused_before_anything_is_made(small_disk: Path) -> None:
    sentence = refusal(Cluster(small_disk))
    assert "150 MB free and the database needs 300 MB" in sentence
    assert not (small_disk / "cluster").exists()


@as_root
def test_a_full_disk_is_named_and_the_data_start_again_when_there_is_room(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo_grid.cluster.birth.NEEDED_TO_BEGIN", 2**20)
    cluster = Cluster(small_disk, settings={**QUICK, "min_wal_size": "32MB"})
    cluster.start()
    cluster.stop()
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(bytes(160 * 2**20))
    assert "free some space" in refusal(cluster)
    ballast.unlink()
    cluster.start()
    cluster.stop()
