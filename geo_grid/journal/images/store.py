"""The rows that a change set changed, found in the histories and put back as they were."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from geo_grid.db.schema import HISTORIES

#: Nouns with a history: what a row is called in a sentence, and by what it is named.
NOUNS = {
    "workers": ("worker", "h.code"),
    "posts": ("post", "h.id::text"),
    "assignments": ("assignment", "h.id::text"),
    "households": ("household", "h.code"),
    "risk_sites": ("risk site", "h.code"),
    "facilities": ("facility", "h.code"),
    "hazard_zones": ("hazard zone", "h.code"),
}

_CHANGED_LATER = """
SELECT DISTINCT '{says} ' || {label} || ' was changed by ' || c.actor || ' on ' || to_char(c.at, 'YYYY-MM-DD HH24:MI')
  FROM geo_grid.{history} h
  JOIN geo_grid.changesets c ON c.id = h.changeset_id
 WHERE h.changeset_id > :id
   AND h.id IN (SELECT id FROM geo_grid.{history} WHERE changeset_id = :id)
 ORDER BY 1 LIMIT 50
"""

_DELETE_BORN = """
DELETE FROM geo_grid.{noun} t
 USING (SELECT id, min(seq) AS seq FROM geo_grid.{history} WHERE changeset_id = :id GROUP BY id) mine
 WHERE t.id = mine.id
   AND NOT EXISTS (SELECT FROM geo_grid.{history} o WHERE o.id = mine.id AND o.seq < mine.seq AND o.op <> 'D')
"""

_BEFORE = """
SELECT DISTINCT ON (o.id) o.* FROM geo_grid.{history} o
  JOIN (SELECT id, min(seq) AS seq FROM geo_grid.{history} WHERE changeset_id = :id GROUP BY id) mine
    ON mine.id = o.id AND o.seq < mine.seq
 ORDER BY o.id, o.seq DESC
"""

_UPDATE_BACK = """
UPDATE geo_grid.{noun} t SET ({columns}) = ROW({old})
  FROM ({before}) o WHERE t.id = o.id AND o.op <> 'D'
"""

_INSERT_BACK = """
INSERT INTO geo_grid.{noun} (id, {columns}) OVERRIDING SYSTEM VALUE
SELECT o.id, {old} FROM ({before}) o
 WHERE o.op <> 'D' AND NOT EXISTS (SELECT FROM geo_grid.{noun} t WHERE t.id = o.id)
"""


def changed_later(conn: Connection, changeset_id: int, nouns: Iterable[str] = NOUNS) -> list[str]:
    """Which rows of the change set were changed after it, each as half a sentence."""
    found: list[str] = []
    for noun in nouns:
        says, label = NOUNS[noun]
        query = _CHANGED_LATER.format(says=says, label=label, history=HISTORIES[noun].name)
        found += conn.execute(text(query), {"id": changeset_id}).scalars()
    return found


def counts_of(conn: Connection, changeset_id: int) -> dict[str, int]:
    """How many rows of each noun the change set changed; nouns it left alone are missing."""
    counts = {}
    for noun in NOUNS:
        query = f"SELECT count(DISTINCT id) FROM geo_grid.{HISTORIES[noun].name} WHERE changeset_id = :id"  # noqa: S608
        counts[noun] = int(conn.execute(text(query), {"id": changeset_id}).scalar_one())
    return {noun: count for noun, count in counts.items() if count}


def take_away(conn: Connection, noun: str, changeset_id: int) -> int:
    """How many rows that the change set brought were deleted again."""
    query = _DELETE_BORN.format(noun=noun, history=HISTORIES[noun].name)
    return conn.execute(text(query), {"id": changeset_id}).rowcount


def put_back(conn: Connection, noun: str, changeset_id: int, *, only: str | None = None) -> int:
    """How many rows that the change set changed or deleted have their former values again.

    `only` is the one column that a change set of its kind changes, where rows are neither made nor taken away.
    """
    if only is not None:
        before = _BEFORE.format(history=HISTORIES[noun].name)
        query = _UPDATE_BACK.format(noun=noun, columns=only, old=f"o.{only}", before=before)
        return conn.execute(text(query), {"id": changeset_id}).rowcount
    left_out = {"seq", "changeset_id", "op", "id"}
    names = [column.name for column in HISTORIES[noun].columns if column.name not in left_out]
    filled = {
        "noun": noun,
        "columns": ", ".join(names),
        "old": ", ".join(f"o.{name}" for name in names),
        "before": _BEFORE.format(history=HISTORIES[noun].name),
    }
    queries = (_UPDATE_BACK, _INSERT_BACK)
    return sum(conn.execute(text(query.format(**filled)), {"id": changeset_id}).rowcount for query in queries)
