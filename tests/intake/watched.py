"""Programs started in a folder of their own, with all that they leave there and whomever they ask noted."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from geo_grid.settings import PREFIX, Settings
from tests.fair_time import FairTime, Took

ROOT = Path(__file__).resolve().parents[2]
#: Run by Python itself at the start of every program (but those that are confined): notes what none of ours may do.
_SITE = """
import os, sys

_LOG = os.environ["WATCHED_LOG"]
_ASKING = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "ftplib.", "smtplib.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_OURS = ("/dev/", "/proc/", os.path.dirname(_LOG))
_busy = []


def _note(event, arguments):
    if _busy:
        return
    _busy.append(event)
    try:
        if event.startswith(_ASKING):
            line = f"asked {event} {arguments!r}"
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
            path = str(arguments[0])
            if path.isdigit() or "__pycache__" in path or path.startswith(_OURS):
                return
            line = f"wrote {path}"
        else:
            return
        with open(_LOG, "a") as log:
            log.write(line + chr(10))
    finally:
        _busy.pop()


sys.addaudithook(_note)
"""


@dataclass(frozen=True)
class Ending:
    """How a program ended: its exit code, what it said, how long it took, bytes at its peak, what it noted."""

    code: int
    said: str
    complained: str
    took: Took
    peak: int
    noted: tuple[str, ...]


class Watched:
    """A folder in which programs run, each with no more than settings of ours in its environment."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder, self.log = folder, folder / "watch" / "log"
        for name in ("watch", "cwd", "tmp", "home"):
            (folder / name).mkdir(parents=True)
        (folder / "watch" / "sitecustomize.py").write_text(_SITE)
        self.log.touch()
        given = settings.model_dump(exclude_none=True)
        environ = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        self.environ = environ | {PREFIX + name.upper(): str(value) for name, value in given.items()}
        self.environ |= {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "LANG": "C.UTF-8"}
        self.environ |= {"WATCHED_LOG": str(self.log), "PYTHONPATH": f"{folder / 'watch'}:{ROOT}"}

    def start(self, *words: object, **streams: int) -> subprocess.Popen[str]:
        """`geo-grid` with these words, in the folder."""
        program = [sys.executable, "-m", "geo_grid.cli", *map(str, words)]
        return subprocess.Popen(program, env=self.environ, cwd=self.folder / "cwd", text=True, **streams)  # type: ignore[call-overload, no-any-return]

    def run(self, *words: object) -> Ending:
        """How `geo-grid` with these words ends."""
        self.log.write_text("")
        out, err = self.folder / "watch" / "out", self.folder / "watch" / "err"
        with out.open("w") as said, err.open("w") as complained:
            clock = FairTime([])
            began = clock.now()
            process = self.start(*words, stdout=said.fileno(), stderr=complained.fileno())
            _, status, usage = os.wait4(process.pid, 0)
            took = clock.since(began)
        process.returncode = os.waitstatus_to_exitcode(status)
        noted = tuple(self.log.read_text().splitlines())
        return Ending(process.returncode, out.read_text(), err.read_text(), took, usage.ru_maxrss * 1024, noted)

    def left(self) -> list[str]:
        """The files that programs left: in the working folder, among temporary ones, at home."""
        kept = (self.folder / name for name in ("cwd", "tmp", "home"))
        return sorted(str(path.relative_to(self.folder)) for place in kept for path in place.rglob("*"))
