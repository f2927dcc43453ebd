"""The rows of redraws, their moves and their steps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

_COLUMNS = """
id, name, note, author, stage, shared, locked, created_at, changed_at, revision, base_version, footprint, effective_on,
changeset_id, undoes,
(SELECT u.id FROM geo_grid.redraws u WHERE u.undoes = redraws.id AND u.stage = 'APPLIED'
    AND NOT EXISTS (SELECT FROM geo_grid.redraws b WHERE b.undoes = u.id AND b.stage = 'APPLIED')
  ORDER BY u.id DESC LIMIT 1) AS undone_by
"""


def insert_redraw(conn: Connection, values: Mapping[str, Any]) -> int:
    """The id of a new draft."""
    query = text(
        "INSERT INTO geo_grid.redraws (name, note, author, shared, base_version, undoes) "
        "VALUES (:name, :note, :author, :shared, :base_version, :undoes) RETURNING id"
    )
    return int(conn.execute(query, values).scalar_one())


def redraw(conn: Connection, redraw_id: int, *, locking: bool) -> Row[Any] | None:
    """The redraw with that id, None when there is none; other writers of it wait when it is for locking."""
    lock = " FOR NO KEY UPDATE" if locking else ""
    query = text(f"SELECT {_COLUMNS} FROM geo_grid.redraws WHERE id = :id{lock}")  # noqa: S608  (our own words)
    return conn.execute(query, {"id": redraw_id}).one_or_none()


def redraws_for(
    conn: Connection, username: str, stage: str | None, limit: int, before: int | None
) -> Sequence[Row[Any]]:
    """The redraws that somebody may see, the latest first: their own, shared ones, and all that are no drafts."""
    query = text(
        f"SELECT {_COLUMNS} FROM geo_grid.redraws "  # noqa: S608  (our own words)
        "WHERE (author = :username OR shared OR stage NOT IN ('DRAFT', 'WITHDRAWN')) "
        "AND (CAST(:stage AS text) IS NULL OR stage = :stage) AND (CAST(:before AS bigint) IS NULL OR id < :before) "
        "ORDER BY id DESC LIMIT :limit"
    )
    return conn.execute(query, {"username": username, "stage": stage, "limit": limit, "before": before}).all()


def moves_of(conn: Connection, redraw_id: int) -> Sequence[Row[Any]]:
    """The moves of a redraw in order, undone ones too."""
    query = text(
        "SELECT position, move, undone, author, at FROM geo_grid.redraw_moves WHERE redraw_id = :id ORDER BY position"
    )
    return conn.execute(query, {"id": redraw_id}).all()


def steps_of(conn: Connection, redraw_id: int) -> Sequence[Row[Any]]:
    """The steps of a redraw, the first one first."""
    query = text("SELECT stage, actor, at, note FROM geo_grid.redraw_steps WHERE redraw_id = :id ORDER BY id")
    return conn.execute(query, {"id": redraw_id}).all()


def change_redraw(conn: Connection, redraw_id: int, values: Mapping[str, Any]) -> None:
    """Give columns of a redraw other values, and raise its revision. The columns are the program's own words."""
    sets = ", ".join(f"{column} = :{column}" for column in values)
    query = text(
        f"UPDATE geo_grid.redraws SET {sets}{', ' if sets else ''}"  # noqa: S608  (our own words)
        "changed_at = clock_timestamp(), revision = revision + 1 WHERE id = :id"
    )
    plain = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in values.items()}
    conn.execute(query, {**plain, "id": redraw_id})


def append_move(conn: Connection, redraw_id: int, position: int, move: Mapping[str, Any], author: str) -> None:
    """Add a move in the place of what was undone from there on."""
    values = {"id": redraw_id, "position": position, "move": json.dumps(move, ensure_ascii=False), "author": author}
    conn.execute(
        text("DELETE FROM geo_grid.redraw_moves WHERE redraw_id = :id AND position >= :position"),
        {"id": redraw_id, "position": position},
    )
    conn.execute(
        text(
            "INSERT INTO geo_grid.redraw_moves (redraw_id, position, move, author) "
            "VALUES (:id, :position, CAST(:move AS jsonb), :author)"
        ),
        values,
    )


def replace_move(conn: Connection, redraw_id: int, position: int, move: Mapping[str, Any]) -> None:
    """Put a move, with other codes, in the place of the one there."""
    query = text(
        "UPDATE geo_grid.redraw_moves SET move = CAST(:move AS jsonb) WHERE redraw_id = :id AND position = :position"
    )
    conn.execute(query, {"id": redraw_id, "position": position, "move": json.dumps(move, ensure_ascii=False)})


def mark_move(conn: Connection, redraw_id: int, position: int, *, undone: bool) -> None:
    """Mark a move as undone, or as done again."""
    query = text("UPDATE geo_grid.redraw_moves SET undone = :undone WHERE redraw_id = :id AND position = :position")
    conn.execute(query, {"id": redraw_id, "position": position, "undone": undone})


def append_step(conn: Connection, redraw_id: int, stage: str, actor: str, note: str) -> None:
    """Note who brought a redraw to a stage, and why."""
    query = text(
        "INSERT INTO geo_grid.redraw_steps (redraw_id, stage, actor, note) VALUES (:id, :stage, :actor, :note)"
    )
    conn.execute(query, {"id": redraw_id, "stage": stage, "actor": actor, "note": note})


def prove(conn: Connection) -> None:
    """Prove now what the commit would prove, so that a refusal is told here and the map has its version."""
    conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    conn.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def due(conn: Connection, day: date) -> list[int]:
    """The approved redraws whose day has come, in the order of their days."""
    query = text(
        "SELECT id FROM geo_grid.redraws WHERE stage = 'APPROVED' AND effective_on <= :day ORDER BY effective_on, id"
    )
    return list(conn.execute(query, {"day": day}).scalars())


def county_srid(conn: Connection) -> int:
    """The SRID of the county's CRS."""
    return int(conn.execute(text("SELECT srid FROM geo_grid.county WHERE id = 1")).scalar_one())
