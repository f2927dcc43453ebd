"""The rows of a former state, found in versions and histories, and written again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from geo_grid.db.schema import HISTORIES
from geo_grid.rewind.model import After, Obstacle, Then

#: What rows of a noun are named by, the grid or post that they hang on, and their worker, in their image `{row}`.
NAMED = {
    "workers": ("{row}.code", "NULL::bigint", "NULL::bigint"),
    "posts": ("{row}.role || ' ' || {row}.seat", "{row}.grid_id", "NULL::bigint"),
    "assignments": ("{row}.id::text", "{row}.post_id", "{row}.worker_id"),
    "households": ("{row}.code", "{row}.grid_id", "{row}.contact_id"),
    "risk_sites": ("{row}.code", "NULL::bigint", "NULL::bigint"),
    "facilities": ("{row}.code", "NULL::bigint", "NULL::bigint"),
}

# The last image of each row that was changed after the version: what it was then, or that it was not there.
_WAS = """
later AS (
    SELECT DISTINCT h.id FROM geo_grid.{history} h JOIN geo_grid.data_versions d USING (changeset_id)
     WHERE d.version > :version
),
was AS (
    SELECT DISTINCT ON (h.id) h.* FROM geo_grid.{history} h
      JOIN geo_grid.data_versions d USING (changeset_id) JOIN later USING (id)
     WHERE d.version <= :version ORDER BY h.id, d.version DESC, h.seq DESC
)
"""

_DIFFERING = """
WITH {was}
SELECT later.id, coalesce({named_now}, {named_then}) AS named, {hung_then} AS hung_then, {hung_now} AS hung_now,
       {worker_then} AS worker_then,
       coalesce(was.op <> 'D', false) AS stood, now.id IS NOT NULL AS stands
  FROM later LEFT JOIN was ON was.id = later.id LEFT JOIN geo_grid.{noun} now ON now.id = later.id
 WHERE coalesce(was.op <> 'D', false) <> (now.id IS NOT NULL)
    OR (was.op <> 'D' AND now.id IS NOT NULL AND ROW({then}) IS DISTINCT FROM ROW({present}))
 ORDER BY later.id
"""

_UPDATE = """
WITH {was} UPDATE geo_grid.{noun} t SET ({columns}) = ROW({then}) FROM was WHERE was.id = t.id AND t.id = ANY(:ids)
"""

_INSERT = """
WITH {was} INSERT INTO geo_grid.{noun} (id, {columns}) OVERRIDING SYSTEM VALUE
SELECT was.id, {then} FROM was WHERE was.id = ANY(:ids) ORDER BY was.id
"""

# The last version of each grid up to then; one that was ended stood unless the change set that ended it came no later.
# Retiring a grid gives its ground to another one, whose version begins at the same moment: that names the change set.
_STOOD = """
begun AS (
    SELECT lower(v.valid) AS at, min(d.version) AS version
      FROM geo_grid.grid_versions v JOIN geo_grid.data_versions d USING (changeset_id) GROUP BY 1
),
last AS (
    SELECT DISTINCT ON (v.grid_id) v.* FROM geo_grid.grid_versions v JOIN geo_grid.data_versions d USING (changeset_id)
     WHERE d.version <= :version ORDER BY v.grid_id, d.version DESC, v.id DESC
),
stood AS (
    SELECT last.* FROM last LEFT JOIN begun ON begun.at = upper(last.valid)
     WHERE upper_inf(last.valid) OR :version < coalesce(begun.version,
           (SELECT min(d.version) FROM geo_grid.data_versions d WHERE d.at >= upper(last.valid)))
),
stands AS (SELECT * FROM geo_grid.grid_versions WHERE upper_inf(valid))
"""

_GRIDS = f"""
WITH {_STOOD}
SELECT g.id, g.code, g.tier, n.name AS name_now, t.name AS name_then, n.parent_id AS parent_now,
       t.parent_id AS parent_then, ST_Area(n.geom) AS area_now, ST_Area(t.geom) AS area_then, t.id AS version_then,
       (n.geom IS DISTINCT FROM t.geom) AS moved
  FROM stands n FULL JOIN stood t ON t.grid_id = n.grid_id
  JOIN geo_grid.grids g ON g.id = coalesce(n.grid_id, t.grid_id)
 WHERE ROW(n.parent_id, n.name, n.own, n.geom) IS DISTINCT FROM ROW(t.parent_id, t.name, t.own, t.geom)
    OR n.id IS NULL OR t.id IS NULL
 ORDER BY g.code
"""  # noqa: S608  (our own words only)

_BELOW = f"""
WITH RECURSIVE {_STOOD},
tree AS (SELECT grid_id, parent_id FROM stands UNION SELECT grid_id, parent_id FROM stood),
below AS (
    SELECT id AS grid_id FROM geo_grid.grids WHERE code = :place
    UNION SELECT tree.grid_id FROM tree JOIN below ON below.grid_id = tree.parent_id
)
SELECT grid_id FROM below
"""  # noqa: S608  (our own words only)

_RENAMED = """
SELECT pair.value ->> 0 AS old, pair.value ->> 1 AS fresh
  FROM geo_grid.changesets c
  JOIN geo_grid.data_versions d ON d.changeset_id = c.id
  CROSS JOIN LATERAL jsonb_array_elements(c.summary -> 'renamed') WITH ORDINALITY AS pair (value, place)
 WHERE d.version > :version AND jsonb_typeof(c.summary -> 'renamed') = 'array'
 ORDER BY d.version DESC, pair.place DESC
"""

#: What has no history, hangs on a row that would go, and would be lost with it.
_HANGING = {
    "worker %(worker)s, who came later, has visits": """
SELECT DISTINCT w.code AS worker FROM geo_grid.workers w JOIN geo_grid.visits v ON v.worker_id = w.id
 WHERE w.id = ANY(:workers) ORDER BY 1
""",
    "worker %(worker)s, who came later, has an account": """
SELECT DISTINCT w.code AS worker FROM geo_grid.workers w JOIN geo_grid.account_workers a ON a.worker_id = w.id
 WHERE w.id = ANY(:workers) ORDER BY 1
""",
    "worker %(worker)s, who came later, keeps risk site %(site)s": """
SELECT DISTINCT w.code AS worker, s.code AS site FROM geo_grid.site_keepers k
  JOIN geo_grid.workers w ON w.id = k.worker_id JOIN geo_grid.risk_sites s ON s.id = k.site_id
 WHERE w.id = ANY(:workers) ORDER BY 1, 2
""",
    "risk site %(site)s, which came later, has a keeper of its own": """
SELECT DISTINCT s.code AS site FROM geo_grid.risk_sites s JOIN geo_grid.site_keepers k ON k.site_id = s.id
 WHERE s.id = ANY(:sites) ORDER BY 1
""",
}


def version_at(conn: Connection, moment: datetime) -> int | None:
    """The version of the data at a moment; None before the first."""
    query = text("SELECT max(version) FROM geo_grid.data_versions WHERE at <= :moment")
    return conn.execute(query, {"moment": moment}).scalar()


def version_of(conn: Connection, changeset_id: int) -> int | None:
    """The version that a change set made; None when it changed nothing."""
    query = text("SELECT version FROM geo_grid.data_versions WHERE changeset_id = :id")
    return conn.execute(query, {"id": changeset_id}).scalar()


def read_then(conn: Connection, version: int) -> Then:
    """What made that version, and when."""
    query = text(
        "SELECT d.version, d.at, c.id, c.actor, c.note FROM geo_grid.data_versions d"
        " JOIN geo_grid.changesets c ON c.id = d.changeset_id WHERE d.version = :version"
    )
    row = conn.execute(query, {"version": version}).one_or_none()
    return Then(version, None, None, "", "") if row is None else Then(*row)


def read_later(conn: Connection, version: int, most: int) -> tuple[int, tuple[After, ...]]:
    """How many change sets came after the version, and the latest of them."""
    query = text(
        "SELECT c.id, d.at, c.actor, c.kind, c.note, count(*) OVER () AS count FROM geo_grid.data_versions d"
        " JOIN geo_grid.changesets c ON c.id = d.changeset_id WHERE d.version > :version"
        " ORDER BY d.version DESC LIMIT :most"
    )
    rows = conn.execute(query, {"version": version, "most": most}).all()
    return (int(rows[0][5]) if rows else 0), tuple(After(*row[:5]) for row in rows)


def differing_grids(conn: Connection, version: int) -> Sequence[Row[Any]]:
    """The grids that were otherwise then: parent, name, ground, or whether they stood."""
    return conn.execute(text(_GRIDS), {"version": version}).all()


def grids_below(conn: Connection, version: int, place: str) -> set[int]:
    """The ids of a grid and of all that lie in it, now or then."""
    return set(conn.execute(text(_BELOW), {"version": version, "place": place}).scalars())


def codes_of(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The codes of grids."""
    rows = conn.execute(text("SELECT id, code FROM geo_grid.grids WHERE id = ANY(:ids)"), {"ids": list(ids)})
    return {row.id: row.code for row in rows}


def renamed_since(conn: Connection, version: int) -> list[tuple[str, str]]:
    """Grids that got another code after the version: (code before, code after), the latest first."""
    return [(row.old, row.fresh) for row in conn.execute(text(_RENAMED), {"version": version})]


def count_households(conn: Connection, grids: Sequence[int]) -> dict[int, int]:
    """How many households lie in each of the grids now; grids without any are missing."""
    query = text("SELECT grid_id, count(*) FROM geo_grid.households WHERE grid_id = ANY(:ids) GROUP BY grid_id")
    return {row[0]: int(row[1]) for row in conn.execute(query, {"ids": list(grids)})}


def posts_of(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The grids of posts, also of posts that are gone, by the posts' ids."""
    query = text("SELECT DISTINCT id, grid_id FROM geo_grid.post_history WHERE id = ANY(:ids)")
    return {row.id: row.grid_id for row in conn.execute(query, {"ids": list(ids)})}


def differing_rows(conn: Connection, noun: str, version: int) -> Sequence[Row[Any]]:
    """The rows of a noun that were otherwise then, or not there, or are not there now."""
    return conn.execute(text(_filled(_DIFFERING, noun)), {"version": version}).all()


def hanging(conn: Connection, workers: Sequence[int], sites: Sequence[int]) -> list[Obstacle]:
    """What hangs on workers and risk sites that would go."""
    values = {"workers": list(workers), "sites": list(sites)}
    return [
        Obstacle(says, dict(row._mapping))
        for says, query in _HANGING.items()
        for row in conn.execute(text(query), values)
    ]


def delete_rows(conn: Connection, noun: str, ids: Sequence[int]) -> None:
    """Take rows away."""
    if ids:
        conn.execute(text(f"DELETE FROM geo_grid.{noun} WHERE id = ANY(:ids)"), {"ids": list(ids)})  # noqa: S608


def release_contacts(conn: Connection, households: Sequence[int], workers: Sequence[int]) -> None:
    """Let households have no contact where it is one of the workers, so that these can go."""
    query = text(
        "UPDATE geo_grid.households SET contact_id = NULL WHERE id = ANY(:households) AND contact_id = ANY(:workers)"
    )
    if households and workers:
        conn.execute(query, {"households": list(households), "workers": list(workers)})


def update_rows(conn: Connection, noun: str, version: int, ids: Sequence[int]) -> None:
    """Give rows the values they had then."""
    if ids:
        conn.execute(text(_filled(_UPDATE, noun)), {"version": version, "ids": list(ids)})


def insert_rows(conn: Connection, noun: str, version: int, ids: Sequence[int]) -> None:
    """Bring rows back under their ids as they were then."""
    if ids:
        conn.execute(text(_filled(_INSERT, noun)), {"version": version, "ids": list(ids)})


def revive(conn: Connection, ids: Sequence[int]) -> None:
    """Let retired grids stand again; their versions follow."""
    conn.execute(text("UPDATE geo_grid.grids SET retired_at = NULL WHERE id = ANY(:ids)"), {"ids": list(ids)})


def end_versions(conn: Connection, ids: Sequence[int]) -> None:
    """End the present versions of grids."""
    query = text(
        "UPDATE geo_grid.grid_versions SET valid = geo_grid.ended(valid) WHERE grid_id = ANY(:ids) AND upper_inf(valid)"
    )
    conn.execute(query, {"ids": list(ids)})


def repeat_versions(conn: Connection, versions: Sequence[int]) -> None:
    """Give grids a new version with all that an earlier one said; `versions` are ids of those."""
    query = text(
        "INSERT INTO geo_grid.grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom)"
        " SELECT grid_id, tier, parent_id, parent_tier, name, own, geom FROM geo_grid.grid_versions"
        " WHERE id = ANY(:ids) ORDER BY grid_id"
    )
    conn.execute(query, {"ids": list(versions)})


def retire(conn: Connection, ids: Sequence[int]) -> None:
    """Retire grids whose last version has been ended."""
    query = text("UPDATE geo_grid.grids SET retired_at = geo_grid.moment() WHERE id = ANY(:ids)")
    conn.execute(query, {"ids": list(ids)})


def _filled(query: str, noun: str) -> str:
    """A query with the names of a noun, of its history and of its columns."""
    history = HISTORIES[noun]
    names = [column.name for column in history.columns if column.name not in {"seq", "changeset_id", "op", "id"}]
    named, hung, worker = NAMED[noun]
    return query.format(
        was=_WAS.format(history=history.name),
        noun=noun,
        columns=", ".join(names),
        then=", ".join(f"was.{name}" for name in names),
        present=", ".join(f"now.{name}" for name in names),
        named_now=named.format(row="now"),
        named_then=named.format(row="was"),
        hung_now=hung.format(row="now"),
        hung_then=hung.format(row="was"),
        worker_then=worker.format(row="was"),
    )
