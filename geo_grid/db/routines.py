"""The functions, triggers and grants of `db/sql`, loaded anew whenever a file changed."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "sql"

#: What table definitions call: loaded before there are tables.
EARLY = ("lattice", "moments")
#: In the order in which they build on one another.
LATE = (
    "touched",
    "changesets",
    "append_only",
    "history",
    "shapes",
    "versions",
    "proof",
    "difference",
    "runs",
    "doors",
    "settle",
    "journal",
    "retention",
    "applying",
    "standing",
    "asking",
    "grants",
    "seal",
    "scope",
    "clerk",
)


def load_early_routines(conn: Connection) -> None:
    """Make the functions that CHECKs and defaults call."""
    for topic in EARLY:
        _load(conn, topic)


def load_routines(conn: Connection) -> None:
    """Make every function, trigger and grant again, and note which files they came from."""
    for topic in (*EARLY, *LATE):
        _load(conn, topic)
    conn.exec_driver_sql(f"COMMENT ON SCHEMA geo_grid IS '{_note()}'")


def load_scope(conn: Connection) -> None:
    """Make the policies and the clerk's questions again, after they were dropped."""
    _load(conn, "scope")
    _load(conn, "clerk")


def routines_are_current(conn: Connection) -> bool:
    """Whether the database's functions came from the files of this program."""
    note = conn.exec_driver_sql("SELECT obj_description('geo_grid'::regnamespace, 'pg_namespace')").scalar()
    return note == _note()


def run_script(conn: Connection, script: str) -> None:
    """Run statements as they are: with no parameters at all the driver leaves `%` alone."""
    conn.exec_driver_sql(script, execution_options={"no_parameters": True})


def _load(conn: Connection, topic: str) -> None:
    run_script(conn, (FOLDER / f"{topic}.sql").read_text(encoding="utf-8"))


@cache
def _note() -> str:
    """The schema's comment: what it is, and a digest of the files its functions came from."""
    texts = b"\0".join((FOLDER / f"{topic}.sql").read_bytes() for topic in (*EARLY, *LATE))
    return f"The county and its service grids; functions {sha256(texts).hexdigest()[:16]}"
