"""The process that reads one file for another: it limits itself first, and answers on its standard output."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from geo_grid.intake.handover import written
from geo_grid.intake.layer import Unreadable
from geo_grid.intake.read import layers_of
from geo_grid.intake.sandbox import LAYERS, NO_MEMORY, REFUSED, options_from

_NO_NEW_PRIVILEGES = 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_OPEN_FILES = 64
#: What reading a file never does: talk to others, start programs, change files.
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> int:
    """Read what the standard input asks for; the exit code."""
    request = json.load(sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine(request["limits"])
    try:
        path = Path(request["path"])
        answer = LAYERS + written(list(layers_of(path, options_from(request["options"]))))
    except Unreadable as refusal:
        told = {"source": refusal.source, "says": refusal.says, "facts": refusal.facts}
        answer = REFUSED + json.dumps(told).encode()
    except MemoryError:
        answer = NO_MEMORY
    answers.write(answer)
    answers.flush()
    return 0


def confine(limits: dict[str, Any]) -> None:
    """Take from this process what it does not need: for good, and for whatever it starts."""
    processor = int(limits["processor_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 2))
    resource.setrlimit(resource.RLIMIT_AS, (int(limits["memory_bytes"]),) * 2)
    # Not one byte into any file: pipes are not counted.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # A network of its own has no way out. Where the system allows nobody to make one, the hook below must do.
    system.unshare(_NEW_USER | _NEW_NETWORK)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raises when Python is about to do what reading a file never does."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"reading a file does not need {event}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError("reading a file writes no file")


if __name__ == "__main__":
    sys.exit(main())
