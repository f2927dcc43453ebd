"""The program run as a user runs it, with nothing of the test's own settings."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from geo_grid.cli import main
from geo_grid.settings import settings

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


def geo_grid_here(*words: str, said: str = "", **chosen: str) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own: the program's `main`, its settings read anew. `said` is its input."""
    out, err = io.StringIO(), io.StringIO()
    asked = patch.object(sys, "argv", ["geo-grid", *words])
    heard = patch.object(sys, "stdin", io.StringIO(said))
    with patch.dict(os.environ, clean_environment(**chosen), clear=True), asked, heard:
        settings.cache_clear()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            settings.cache_clear()
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
