"""What a cluster is doing, as its pid file and the system's process table tell it together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

PROCESSES = Path("/proc")


class ClusterState(Enum):
    """The states of a cluster; the value is the word shown."""

    ABSENT = "absent"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True)
class ClusterStatus:
    """A cluster at one moment."""

    state: ClusterState
    data: Path
    sockets: Path
    postgres: int | None = None
    pid: int | None = None


#: The last line of PostgreSQL's pid file (`PM_STATUS_*` in its pidfile.h) as a state of ours.
PID_FILE_WORDS = {
    "starting": ClusterState.STARTING,
    "stopping": ClusterState.STOPPING,
    "ready": ClusterState.RUNNING,
    "standby": ClusterState.RUNNING,
}


def mark(data: Path) -> str:
    """The `cluster_name` of this data directory: the same under another path, another one for a copy."""
    place = data.stat()
    return f"geo_grid_{place.st_dev:x}_{place.st_ino:x}_"


def marked_processes(name: str) -> dict[int, str]:
    """The command line of every live process that carries the mark `name`, by pid.

    A pid file alone proves nothing: after a crash or a reboot its number may be anybody's. Command lines can be read
    by everyone, while `/proc/*/cwd` is closed even to root in a container without CAP_SYS_PTRACE.
    """
    found = {}
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit():
            command = _command_line(entry)
            if name in command:
                found[int(entry.name)] = command
    return found


def server_pid(data: Path) -> int | None:
    """The process id of the live server of `data`; its children, which rename themselves, do not count."""
    named = f"cluster_name={mark(data)}"
    servers = [
        pid for pid, command in marked_processes(mark(data)).items() if _is_postgres(command) and named in command
    ]
    noted = _noted_pid(data)
    return noted if noted in servers else min(servers, default=None)


def major_version(data: Path) -> int | None:
    """The PostgreSQL that made the data directory, or None where there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        return None


def status_of(data: Path, sockets: Path) -> ClusterStatus:
    """The status of the cluster in `data`."""
    postgres = major_version(data)
    if postgres is None:
        return ClusterStatus(ClusterState.ABSENT, data, sockets)
    pid = server_pid(data)
    state = ClusterState.STOPPED if pid is None else _announced(data)
    return ClusterStatus(state, data, sockets, postgres, pid)


def _announced(data: Path) -> ClusterState:
    """The state that a live server wrote into its pid file; none yet means that it is starting."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return ClusterState.STARTING
    return PID_FILE_WORDS.get(lines[7].strip(), ClusterState.STARTING) if len(lines) > 7 else ClusterState.STARTING


def _is_postgres(command: str) -> bool:
    """Whether a command line is the server's own, not that of a shell or of pg_ctl about to start it."""
    return command.partition(" -")[0].endswith("/postgres")


def _noted_pid(data: Path) -> int | None:
    """The number in the pid file, dead or alive."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _command_line(process: Path) -> str:
    """The command line of a process, or nothing if it is gone or a zombie."""
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
