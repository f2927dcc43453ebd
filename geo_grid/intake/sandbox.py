"""Files read in a process of their own, which may use little memory and time, write nothing and ask nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from geo_grid.intake.handover import read_back
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.read import Options
from geo_grid.vocabulary import Tier

_log = structlog.get_logger(__name__)

#: What the other side answers with: layers, a refusal, or that it ran out of memory.
LAYERS, REFUSED, NO_MEMORY = b"layers\n", b"refused\n", b"memory\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: address space, time on the processor, and time by the clock.

    Address space counts what libraries reserve and never touch, about 0.7 GB of it.
    """

    memory_bytes: int = 2 << 30
    processor_seconds: int = 60
    seconds: int = 120


LIMITS = Limits()


def layers_of(path: Path, options: Options, limits: Limits = LIMITS) -> list[Layer]:
    """The layers of one file, read by another process. Raises `Unreadable` as reading here does.

    In place of `geo_grid.intake.read.layers_of` wherever a file comes from somebody else.
    """
    request = {"path": str(path.resolve()), "options": _plain(options), "limits": asdict(limits)}
    try:
        done = _run(json.dumps(request).encode(), limits.seconds)
    except subprocess.TimeoutExpired as late:
        raise Unreadable(path.name, "reading it takes too long: split it, or export it again") from late
    if done.stdout.startswith(REFUSED):
        refusal = json.loads(done.stdout[len(REFUSED) :])
        raise Unreadable(refusal["source"], refusal["says"], **refusal["facts"])
    if done.stdout.startswith(LAYERS) and done.returncode == 0:
        return read_back(done.stdout[len(LAYERS) :])
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise Unreadable(path.name, "reading it takes too long: split it, or export it again")
    if done.stdout.startswith(NO_MEMORY) or done.returncode == -signal.SIGABRT:
        raise Unreadable(path.name, "reading it takes too much memory: split it into several files")
    _log.error(
        "reading failed", file=path.name, code=done.returncode, says=done.stderr[-2000:].decode("utf-8", "replace")
    )
    raise Unreadable(path.name, "it cannot be read: export it again, or in another format")


def _run(request: bytes, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """The other process, run to its end or killed when it is late, its own children with it."""
    program = [sys.executable, "-I", "-B", "-m", "geo_grid.intake.confined"]
    quiet = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "LC_ALL": "C.UTF-8",
    }
    child = subprocess.Popen(
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=quiet,
        cwd="/",
        start_new_session=True,
    )
    try:
        out, said = child.communicate(request, timeout=seconds)
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise
    return subprocess.CompletedProcess(program, child.returncode, out, said)


def _plain(options: Options) -> dict[str, Any]:
    """The options that reading looks at."""
    return {"encoding": options.encoding, "tier": options.tier.name if options.tier else None}


def options_from(plain: dict[str, Any]) -> Options:
    """The options of their plain values."""
    return Options(tier=Tier[plain["tier"]] if plain["tier"] else None, encoding=plain["encoding"])
