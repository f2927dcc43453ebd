"""The server's configuration: what suits one county on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OURS = "geo_grid.conf"

#: Only the socket's folder decides who gets in: it is open to the server's own account (and root) alone.
ACCESS = "# written by geo_grid\nlocal all all trust\n"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    # Short queries by the thousand: compiling them costs more than running them.
    "jit": "off",
    # Parallel workers share memory through /dev/shm, of which a container has 64 MB.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "wal_compression": "on",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def include_ours(data: Path) -> None:
    """A new data directory made to read our file last, and its access rules."""
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(f"\ninclude_if_exists '{OURS}'\n")
    (data / "pg_hba.conf").write_text(ACCESS)


def write_ours(data: Path, sockets: Path, settings: Mapping[str, str]) -> None:
    """Our settings, with `settings` over them, as the server reads them at its next start."""
    chosen = {**SETTINGS, "unix_socket_directories": quoted_in_list(sockets), **settings}
    lines = [f"{name} = '{_escaped(value)}'\n" for name, value in chosen.items()]
    ours = data / OURS
    ours.write_text("# written by geo_grid at every start: changes made here are lost\n" + "".join(lines))
    ours.chmod(0o644)  # root writes it and the server's account reads it, whatever root's umask; the folder is 0700


def quoted_in_list(path: Path) -> str:
    """A path as one element of a list setting."""
    return '"' + str(path).replace('"', '""') + '"'


def _escaped(value: str) -> str:
    """A value fit for single quotes in postgresql.conf."""
    return value.replace("\\", "\\\\").replace("'", "''")
