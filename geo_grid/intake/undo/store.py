"""The rows of an import, found in the history and put back as they were."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geo_grid.journal.images import changed_later, put_back, take_away

_GRIDS_CHANGED_LATER = """
SELECT DISTINCT 'grid ' || g.code || ' was changed by ' || c.actor || ' on ' || to_char(c.at, 'YYYY-MM-DD HH24:MI')
  FROM geo_grid.grid_versions mine
  JOIN geo_grid.grids g ON g.id = mine.grid_id
  LEFT JOIN geo_grid.grid_versions later ON later.grid_id = mine.grid_id AND later.changeset_id > :id
  JOIN geo_grid.changesets c ON c.id = coalesce(later.changeset_id, :id)
 WHERE mine.changeset_id = :id AND (later.id IS NOT NULL OR NOT upper_inf(mine.valid))
 ORDER BY 1 LIMIT 50
"""

_BORN = """
SELECT g.id FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE v.changeset_id = :id
   AND NOT EXISTS (SELECT FROM geo_grid.grid_versions o WHERE o.grid_id = v.grid_id AND upper(o.valid) = lower(v.valid))
"""

#: What stands on grids and workers that the import brought, and came later.
_STANDS_ON_IT = (
    f"""
SELECT 'household ' || h.code || ' lies in grid ' || g.code
  FROM geo_grid.households h JOIN geo_grid.grids g ON g.id = h.grid_id
 WHERE g.id IN ({_BORN}) AND h.id NOT IN (SELECT id FROM geo_grid.household_history WHERE changeset_id = :id)
 ORDER BY 1 LIMIT 50
""",  # noqa: S608  (our own words only)
    f"""
SELECT 'a post of grid ' || g.code || ' was added'
  FROM geo_grid.posts p JOIN geo_grid.grids g ON g.id = p.grid_id
 WHERE g.id IN ({_BORN}) AND p.id NOT IN (SELECT id FROM geo_grid.post_history WHERE changeset_id = :id)
 ORDER BY 1 LIMIT 50
""",  # noqa: S608  (our own words only)
    f"""
SELECT 'grid ' || g.code || ' lies in grid ' || p.code
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE upper_inf(v.valid) AND v.changeset_id > :id AND p.id IN ({_BORN})
 ORDER BY 1 LIMIT 50
""",  # noqa: S608  (our own words only)
    """
SELECT 'worker ' || w.code || ' was given a post'
  FROM geo_grid.assignments a JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE w.id IN (SELECT id FROM geo_grid.worker_history WHERE changeset_id = :id AND op = 'I')
   AND a.id NOT IN (SELECT id FROM geo_grid.assignment_history WHERE changeset_id = :id)
 ORDER BY 1 LIMIT 50
""",
    """
SELECT 'worker ' || w.code || ' is the contact of household ' || h.code
  FROM geo_grid.households h JOIN geo_grid.workers w ON w.id = h.contact_id
 WHERE w.id IN (SELECT id FROM geo_grid.worker_history WHERE changeset_id = :id AND op = 'I')
   AND h.id NOT IN (SELECT id FROM geo_grid.household_history WHERE changeset_id = :id)
 ORDER BY 1 LIMIT 50
""",
)

# The versions that the import ended, to be opened again; where there was none, the grid was born with it. A grid that
# it retired has no version of the import's: its last one is the one before.
_VERSIONS_BEFORE = """
SELECT o.grid_id, o.tier, o.parent_id, o.parent_tier, o.name, o.own, o.geom
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grid_versions o ON o.grid_id = v.grid_id AND upper(o.valid) = lower(v.valid)
 WHERE v.changeset_id = :id
UNION ALL
SELECT o.grid_id, o.tier, o.parent_id, o.parent_tier, o.name, o.own, o.geom
  FROM geo_grid.grids g
  JOIN geo_grid.grid_versions o ON o.grid_id = g.id AND upper(o.valid) = g.retired_at
 WHERE g.code = ANY(:retired)
"""

_MISSING_PARENTS = """
SELECT 'grid ' || p.code || ', in which grid ' || g.code || ' lay, was retired'
  FROM geo_grid.grids g
  JOIN geo_grid.grid_versions o ON o.grid_id = g.id AND upper(o.valid) = g.retired_at
  JOIN geo_grid.grids p ON p.id = o.parent_id
 WHERE g.code = ANY(:retired) AND p.retired_at IS NOT NULL AND p.code <> ALL(:retired)
   AND NOT EXISTS (SELECT FROM geo_grid.grid_versions v WHERE v.grid_id = p.id AND v.changeset_id = :id)
 ORDER BY 1 LIMIT 50
"""


def obstacles(conn: Connection, changeset_id: int) -> list[str]:
    """What was changed after the import, and what stands on what it brought, each as half a sentence."""
    found: list[str] = list(conn.execute(text(_GRIDS_CHANGED_LATER), {"id": changeset_id}).scalars())
    found += changed_later(conn, changeset_id)
    for query in _STANDS_ON_IT:
        found += conn.execute(text(query), {"id": changeset_id}).scalars()
    return found


def missing_parents(conn: Connection, changeset_id: int, retired: Sequence[str]) -> list[str]:
    """The grids in which retired ones lay and that were retired since, each as half a sentence."""
    values = {"id": changeset_id, "retired": list(retired)}
    return list(conn.execute(text(_MISSING_PARENTS), values).scalars())


def born_grids(conn: Connection, changeset_id: int) -> list[str]:
    """The codes of grids that the import brought, in their order."""
    query = f"SELECT code FROM geo_grid.grids WHERE id IN ({_BORN}) ORDER BY id"  # noqa: S608  (our own words)
    return list(conn.execute(text(query), {"id": changeset_id}).scalars())


def restore(conn: Connection, changeset_id: int, retired: Sequence[str]) -> dict[str, int]:
    """Put every row back as it was before the import, the grids that it retired too; how many of each noun."""
    key = {"id": changeset_id}
    counts = {}
    for noun in ("assignments", "households", "posts"):
        counts[noun] = take_away(conn, noun, changeset_id)
    counts["grids"] = _restore_versions(conn, key, retired)
    for noun in ("workers", "posts", "assignments", "households", "risk_sites", "facilities"):
        counts[noun] = counts.get(noun, 0) + put_back(conn, noun, changeset_id)
    for noun in ("risk_sites", "facilities", "workers"):
        counts[noun] += take_away(conn, noun, changeset_id)
    return {noun: count for noun, count in counts.items() if count}


def _restore_versions(conn: Connection, key: dict[str, int], retired: Sequence[str]) -> int:
    """End the versions of the import; open the ones before it anew, or retire grids that it brought."""
    born = list(conn.execute(text(_BORN), key).scalars())
    before = f"CREATE TEMPORARY TABLE versions_before ON COMMIT DROP AS {_VERSIONS_BEFORE}"
    conn.execute(text(before), {**key, "retired": list(retired)})
    revived = conn.execute(
        text("UPDATE geo_grid.grids SET retired_at = NULL WHERE code = ANY(:retired) AND retired_at IS NOT NULL"),
        {"retired": list(retired)},
    )
    ended = conn.execute(
        text(
            "UPDATE geo_grid.grid_versions SET valid = geo_grid.ended(valid) "
            "WHERE changeset_id = :id AND upper_inf(valid)"
        ),
        key,
    )
    conn.execute(
        text(
            "INSERT INTO geo_grid.grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom) "
            "SELECT grid_id, tier, parent_id, parent_tier, name, own, geom FROM pg_temp.versions_before "
            "ORDER BY grid_id"
        )
    )
    conn.execute(text("UPDATE geo_grid.grids SET retired_at = geo_grid.moment() WHERE id = ANY(:born)"), {"born": born})
    return ended.rowcount + revived.rowcount
