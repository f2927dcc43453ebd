"""Backups: the whole database in one file, brought back into an empty one, and held against what a database has."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from geo_grid.cluster.binaries import find_binaries
from geo_grid.db.addresses import DbRole, database_url
from geo_grid.db.digests import PASSING, TableDigest, table_digests
from geo_grid.db.engine import dispose_engines, engine
from geo_grid.db.ground import ensure_ground
from geo_grid.db.roles import ensure_roles
from geo_grid.db.transactions import reading
from geo_grid.db.upgrade import UPGRADE_LOCK, ensure_current, schema_status, upgrade
from geo_grid.errors import BadInput, Refused, Unavailable
from geo_grid.settings import Settings

DUMP, MANIFEST = "county.dump", "manifest.json"
CHUNK_BYTES = 1 << 20
SEAL_BYTES = 32
#: Any of these holding a row makes a database one that must not be overwritten.
TELLING = ("grids", "households", "workers", "accounts", "changesets")


class BadBackup(BadInput):
    """A file is no backup of ours, or not whole."""


class NotEmpty(Refused):
    """The database to restore into holds something."""

    def __init__(self) -> None:
        super().__init__(
            "the database holds a county or accounts already: restore into an empty one "
            "(another GEO_GRID_HOME, or a new database in GEO_GRID_DATABASE_URL)"
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    schema: str
    dump_sha256: str
    tables: dict[str, TableDigest]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a database stands to a backup: tables whose rows differ, with (rows in the backup, rows now)."""

    manifest: Manifest
    differing: dict[str, tuple[int, int]]

    @property
    def is_same(self) -> bool:
        """Whether both hold the same to the last bit."""
        return not self.differing


def back_up(settings: Settings, file: Path, *, force: bool = False) -> Manifest:
    """Write the whole database to `file`, as of one moment; it appears whole or not at all.

    Raises `Refused` when the file exists and `force` is not given.
    """
    if file.exists() and not force:
        raise Refused(f"{file} exists: give another name, or --force to replace it")
    if not file.parent.is_dir():
        raise BadInput(f"there is no folder {file.parent}: make it first")
    ensure_current(settings)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
        dump = Path(folder) / DUMP
        with reading(engine(settings, DbRole.ADMIN)) as conn:
            snapshot = str(conn.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
            skipped = [f"--exclude-table-data=geo_grid.{table}" for table in sorted(PASSING)]
            options = ["--format=custom", "--schema=geo_grid", f"--snapshot={snapshot}", f"--file={dump}", *skipped]
            _run(settings, "pg_dump", options)
            tables = table_digests(conn)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(made_at, schema_status(settings).wanted, _sha256(dump), tables)
        whole = Path(folder) / "whole"
        _pack(whole, dump, manifest)
        whole.replace(file)
    return manifest


def restore(settings: Settings, file: Path) -> Comparison:
    """Bring a backup into an empty database, in one transaction, and compare the two.

    Raises `NotEmpty`, or `BadBackup` for a file that is damaged or none of ours.
    """
    with _unpacked(file) as (dump, manifest):
        with engine(settings, DbRole.ADMIN).begin() as conn:
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
            _demand_empty(conn)
            ensure_roles(conn, local=settings.database_url is None)
            conn.exec_driver_sql("DROP SCHEMA IF EXISTS geo_grid CASCADE")
            ensure_ground(conn)
            conn.exec_driver_sql("DROP SCHEMA geo_grid")
        dispose_engines(settings)
        _run(settings, "pg_restore", ["--exit-on-error", "--single-transaction", str(dump)])
    compared = compare(settings, manifest)
    upgrade(settings)
    return compared


def verify(settings: Settings, file: Path) -> Comparison:
    """How the database stands to the backup. Raises `BadBackup` for a file with as much as one changed byte."""
    with _unpacked(file) as (_, manifest):
        return compare(settings, manifest)


def compare(settings: Settings, manifest: Manifest) -> Comparison:
    """The tables that differ between the database and a manifest."""
    with reading(engine(settings, DbRole.ADMIN)) as conn:
        present = table_digests(conn)
    none = TableDigest(0, "")
    differing = {
        name: (manifest.tables.get(name, none).rows, present.get(name, none).rows)
        for name in sorted({*present, *manifest.tables})
        if present.get(name) != manifest.tables.get(name)
    }
    return Comparison(manifest, differing)


def _demand_empty(conn: Connection) -> None:
    """Raises `NotEmpty` when a telling table of ours has a row."""
    for table in TELLING:
        if conn.exec_driver_sql("SELECT to_regclass(%s)", (f"geo_grid.{table}",)).scalar() is None:
            continue
        if conn.exec_driver_sql(f"SELECT EXISTS (SELECT FROM geo_grid.{table})").scalar():  # noqa: S608
            raise NotEmpty


def _pack(whole: Path, dump: Path, manifest: Manifest) -> None:
    """The one file: a tar of the dump and the manifest, and behind it the digest of all that."""
    body = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    with whole.open("xb") as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        os.fchmod(raw.fileno(), 0o600)
        tar.add(dump, DUMP, filter=_nobodys)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(body)
        tar.addfile(entry, io.BytesIO(body))
    seal = bytes.fromhex(_sha256(whole))
    with whole.open("ab") as raw:
        raw.write(seal)
        raw.flush()
        os.fsync(raw.fileno())


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry that tells nothing of the machine it was made on."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[Path, Manifest]]:
    """The dump in a folder of its own, and the manifest; raises `BadBackup`."""
    if not file.is_file():
        raise BadInput(f"there is no file {file}: name a backup")
    with tempfile.TemporaryDirectory(prefix="geo_grid-restore-") as folder:
        try:
            with tarfile.open(file, mode="r:") as tar:
                for name in (DUMP, MANIFEST):
                    tar.extract(name, folder, filter="data")
            manifest = _manifest(json.loads((Path(folder) / MANIFEST).read_bytes()))
        except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as wrong:
            raise BadBackup(f"{file} is no backup of geo_grid, or it is damaged: take another one") from wrong
        dump = Path(folder) / DUMP
        if _sha256(dump) != manifest.dump_sha256 or not _has_its_seal(file):
            raise BadBackup(f"{file} is damaged, its content is not what was written: take another backup")
        yield dump, manifest


def _has_its_seal(file: Path) -> bool:
    """Whether the file ends in the digest of all that stands before."""
    end = file.stat().st_size - SEAL_BYTES
    with file.open("rb") as raw:
        raw.seek(max(end, 0))
        return raw.read() == bytes.fromhex(_sha256(file, end))


def _manifest(told: dict[str, Any]) -> Manifest:
    """The manifest of its JSON."""
    tables = {name: TableDigest(int(table["rows"]), str(table["digest"])) for name, table in told["tables"].items()}
    return Manifest(str(told["made_at"]), str(told["schema"]), str(told["dump_sha256"]), tables)


def _sha256(path: Path, end: int | None = None) -> str:
    """The digest of a file, up to the byte `end`."""
    digest = hashlib.sha256()
    left = path.stat().st_size if end is None else end
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def _run(settings: Settings, program: str, options: Sequence[str]) -> None:
    """One of PostgreSQL's programs, at the settings' database; the password goes by the environment."""
    url = make_url(database_url(settings, DbRole.ADMIN)).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": str(url.password)} if url.password else dict(os.environ)
    address = url.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [find_binaries().program(program), f"--dbname={address}", *options],
        env={**environment, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = " ".join(done.stderr.strip().splitlines()[-2:])
        raise Unavailable(f"{program} failed ({said}): mend that, then repeat")
