"""A disk that fills up in the midst of work: a sentence, the old state whole, the work done once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_grid.cli.db import start_and_upgrade
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, dispose_engines, engine
from geo_grid.db.backup import back_up, verify
from geo_grid.errors import Unavailable
from geo_grid.intake import load
from geo_grid.settings import Settings
from tests.drawn import at
from tests.intake import town

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount"),
]
SIZE_MB = 450
MANY = 60_000


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Settings]:
    """A town in a cluster on a file system of its own."""
    home = Path(tempfile.mkdtemp(prefix="geo_grid-home-"))  # pytest's own folders are closed to the server's account
    home.chmod(0o711)
    disk = home / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount")
    settings = Settings(home=disk / "home")
    try:
        start_and_upgrade(settings)
        load(settings, [town.write(town.grids(), tmp_path, "grids", "gpkg")])
        yield settings
    finally:
        dispose_engines(settings)
        Cluster(settings.home).stop()
        subprocess.run(["umount", "--lazy", disk], check=True)
        shutil.rmtree(home)


def filled(settings: Settings, left_kb: int) -> Path:
    """A file that takes all of the disk but so much."""
    ballast = settings.home / "ballast"
    disk = os.statvfs(settings.home)
    free = disk.f_bavail * disk.f_frsize
    with ballast.open("wb") as file:
        for _ in range(free // 2**10 - left_kb):
            file.write(bytes(2**10))
    return ballast


def many_households(folder: Path) -> Path:
    """More households than the rest of the disk holds."""
    place = shapely.Point(at(0.5, 2.5, size=town.SIZE))
    codes = [f"990125100001-H{number:06d}" for number in range(1, MANY + 1)]
    frame = pd.DataFrame({"户编码": codes, "地址": [f"西村{code}" for code in codes], "人口数": 3})
    return town.write(gpd.GeoDataFrame(frame, geometry=[place] * MANY, crs="EPSG:4546"), folder, "many", "gpkg")


def counted(settings: Settings) -> tuple[int, int]:
    """Households and change sets."""
    with engine(settings, DbRole.ADMIN).connect() as conn:
        households = conn.exec_driver_sql("SELECT count(*) FROM geo_grid.households").scalar_one()
        return households, conn.exec_driver_sql("SELECT count(*) FROM geo_grid.changesets").scalar_one()


def test_an_import_into_a_full_disk_changes_nothing_and_goes_in_when_there_is_room(
    small: Settings, tmp_path: Path
) -> None:
    before, file = counted(small), many_households(tmp_path)
    ballast = filled(small, 3000)
    with pytest.raises(Unavailable) as refused:
        load(small, [file])
    assert "\n" not in str(refused.value)
    assert "space" in str(refused.value) or "runs again" in str(refused.value), str(refused.value)
    ballast.unlink()
    dispose_engines(small)
    start_and_upgrade(small)
    assert counted(small) == before
    assert load(small, [file]).tallies["households"].new == MANY
    assert counted(small) == (MANY, before[1] + 1)


def test_a_backup_onto_a_full_disk_leaves_no_file_that_looks_like_one(small: Settings, tmp_path: Path) -> None:
    load(small, [many_households(tmp_path)])
    ballast, file = filled(small, 200), small.home / "backup.zip"
    with pytest.raises(Unavailable) as refused:
        back_up(small, file)
    assert "\n" not in str(refused.value)
    assert sorted(path.name for path in small.home.iterdir() if "backup" in path.name) == []
    ballast.unlink()
    back_up(small, file)
    assert verify(small, file).is_same
