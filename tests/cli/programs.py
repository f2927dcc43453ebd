"""The program run as a user runs it, with nothing of the test's own settings."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = [sys.executable, "-m", "geo_grid.cli"]


def clean_environment(**chosen: str) -> dict[str, str]:
    """The environment of this process with none of our settings but `chosen`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GEO_GRID_")}
    return {**inherited, **chosen}


def geo_grid(*words: str, **chosen: str) -> subprocess.CompletedProcess[str]:
    """What the program printed, and its exit code."""
    return subprocess.run(
        [*PROGRAM, *words], env=clean_environment(**chosen), capture_output=True, text=True, check=False, timeout=60
    )
