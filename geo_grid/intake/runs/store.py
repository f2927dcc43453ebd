"""The rows of import runs, and of field maps kept to be used again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from geo_grid.errors import NotFound
from geo_grid.intake.choices import Choices
from geo_grid.intake.field_map import FieldMap
from geo_grid.intake.runs.model import Run, UploadedFile, files_of_rows

# What was loaded is told by the journal, which cannot be wrong about it, whatever became of the job.
_RUNS = """
SELECT r.id, r.actor, r.created_at, r.changed_at, r.dropped, r.files, r.choices, r.sighting, r.verdict, r.report,
       r.job_id, r.estimate, c.id AS changeset_id, u.id AS undo_id
  FROM geo_grid.import_runs r
  LEFT JOIN geo_grid.changesets c ON c.idempotency_key = 'import run ' || r.id
  LEFT JOIN geo_grid.changesets u ON u.idempotency_key = 'undo ' || c.id
"""

_ADD_FILE = """
UPDATE geo_grid.import_runs SET files = files || CAST(:file AS jsonb), changed_at = clock_timestamp(),
       sighting = NULL, outlines = NULL, verdict = NULL, estimate = NULL
 WHERE id = :id
"""

_REMOVE_FILE = """
UPDATE geo_grid.import_runs SET changed_at = clock_timestamp(), sighting = NULL, outlines = NULL, verdict = NULL,
       estimate = NULL,
       files = coalesce((SELECT jsonb_agg(f ORDER BY n) FROM jsonb_array_elements(files) WITH ORDINALITY AS e (f, n)
                          WHERE f ->> 'stored' <> :stored), '[]')
 WHERE id = :id
"""


def create_run(conn: Connection, actor: str) -> int:
    """The id of a new run."""
    query = text("INSERT INTO geo_grid.import_runs (actor) VALUES (:actor) RETURNING id")
    return int(conn.execute(query, {"actor": actor}).scalar_one())


def read_run(conn: Connection, run_id: int, *, lock: bool = False) -> Run:
    """The run with that id; raises `NotFound`. With `lock` nobody else changes it meanwhile."""
    ending = " FOR UPDATE OF r" if lock else ""
    row = conn.execute(text(f"{_RUNS} WHERE r.id = :id{ending}"), {"id": run_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no import {run_id}: see the list of imports")
    return _run(row)


def read_outlines(conn: Connection, run_id: int) -> Any:
    """The layers of a run drawn in lon/lat, None before somebody looked."""
    return conn.execute(text("SELECT outlines FROM geo_grid.import_runs WHERE id = :id"), {"id": run_id}).scalar()


def latest_runs(conn: Connection, *, limit: int = 50) -> list[Run]:
    """The latest runs that have files, newest first."""
    query = text(f"{_RUNS} WHERE r.files <> '[]' ORDER BY r.id DESC LIMIT :limit")
    return [_run(row) for row in conn.execute(query, {"limit": limit})]


def old_runs(conn: Connection, days: int) -> list[int]:
    """The runs that nobody touched for so many days."""
    query = "SELECT id FROM geo_grid.import_runs WHERE changed_at < clock_timestamp() - make_interval(days => :days)"
    return list(conn.execute(text(f"{query} ORDER BY id"), {"days": days}).scalars())


def add_file(conn: Connection, run_id: int, file: UploadedFile) -> None:
    """One file more; what was found before is gone."""
    conn.execute(text(_ADD_FILE), {"id": run_id, "file": json.dumps(file.to_json(), ensure_ascii=False)})


def remove_file(conn: Connection, run_id: int, stored: str) -> None:
    """One file less; what was found before is gone."""
    conn.execute(text(_REMOVE_FILE), {"id": run_id, "stored": stored})


def choose(conn: Connection, run_id: int, choices: Mapping[str, Any]) -> None:
    """Settle the choices; what was found by others is gone."""
    _set(conn, run_id, "choices = CAST(:value AS jsonb), verdict = NULL, estimate = NULL", choices)


def note_sighting(conn: Connection, run_id: int, sighting: Mapping[str, Any], outlines: Any) -> None:
    """What was found in the files."""
    _set(conn, run_id, "sighting = CAST(:value AS jsonb), verdict = NULL, estimate = NULL", sighting)
    _set(conn, run_id, "outlines = CAST(:value AS jsonb)", outlines)


def note_verdict(conn: Connection, run_id: int, verdict: Mapping[str, Any] | None) -> None:
    """What the rehearsal said."""
    _set(conn, run_id, "verdict = CAST(:value AS jsonb)", verdict)


def note_estimate(conn: Connection, run_id: int, estimate: Mapping[str, Any] | None) -> None:
    """What the rehearsal will say, nearly; None takes back what was estimated by other choices."""
    _set(conn, run_id, "estimate = CAST(:value AS jsonb)", estimate)


def note_report(conn: Connection, run_id: int, report: Mapping[str, Any]) -> None:
    """What the load did."""
    _set(conn, run_id, "report = CAST(:value AS jsonb)", report)


def note_job(conn: Connection, run_id: int, job_id: int) -> None:
    """The job that works on the run now."""
    conn.execute(text("UPDATE geo_grid.import_runs SET job_id = :job WHERE id = :id"), {"id": run_id, "job": job_id})


def drop_run(conn: Connection, run_id: int) -> None:
    """Give the run up."""
    conn.execute(text("UPDATE geo_grid.import_runs SET dropped = true WHERE id = :id"), {"id": run_id})


def save_map(conn: Connection, chosen: FieldMap, actor: str) -> None:
    """Keep a field map under its name, in place of the one there."""
    query = (
        "INSERT INTO geo_grid.field_maps (name, map, actor) VALUES (:name, CAST(:map AS jsonb), :actor) "
        "ON CONFLICT (name) DO UPDATE SET map = excluded.map, actor = excluded.actor, changed_at = clock_timestamp()"
    )
    plain = json.dumps(chosen.to_json(), ensure_ascii=False)
    conn.execute(text(query), {"name": chosen.name, "map": plain, "actor": actor})


def saved_maps(conn: Connection) -> list[FieldMap]:
    """All kept field maps, by name."""
    rows = conn.execute(text("SELECT map FROM geo_grid.field_maps ORDER BY name")).scalars()
    return [FieldMap.from_json(row) for row in rows]


def forget_map(conn: Connection, name: str) -> None:
    """No field map of that name any more."""
    conn.execute(text("DELETE FROM geo_grid.field_maps WHERE name = :name"), {"name": name})


def _set(conn: Connection, run_id: int, what: str, value: Any) -> None:
    """Write plain values; `what` is our own words only."""
    query = f"UPDATE geo_grid.import_runs SET {what}, changed_at = clock_timestamp() WHERE id = :id"  # noqa: S608
    plain = None if value is None else json.dumps(value, ensure_ascii=False).replace("\\u0000", "")
    conn.execute(text(query), {"id": run_id, "value": plain})


def _run(row: Row[Any]) -> Run:
    """A run of a row."""
    plain = dict(row._mapping)
    chosen = plain.pop("choices") or {}
    accepted, rules = tuple(map(str, chosen.get("accepted") or ())), chosen.get("rules") or {}
    retiring = tuple(map(str, chosen.get("retiring") or ()))
    files = files_of_rows(plain.pop("files"))
    choices = Choices.from_json(chosen)
    return Run(**plain, files=files, choices=choices, accepted=accepted, rules=rules, retiring=retiring)
