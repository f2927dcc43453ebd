"""The rows of cleaning rules kept under a name."""

from __future__ import annotations

import json

from sqlalchemy import Connection, text

from geo_grid.intake.clean.rules import CleaningRules, NamedRules, NoSuchRules

_SAVE = """
INSERT INTO geo_grid.cleaning_rules (name, rules, actor) VALUES (:name, CAST(:rules AS jsonb), :actor)
    ON CONFLICT (name) DO UPDATE SET rules = excluded.rules, actor = excluded.actor, changed_at = clock_timestamp()
"""


def save_rules(conn: Connection, name: str, rules: CleaningRules, actor: str) -> None:
    """Keep what of the rules lasts under a name, in place of those there. Raises `BadInput` for a name that is none."""
    kept = NamedRules(name.strip(), rules.lasting(), actor)
    plain = json.dumps(kept.rules.to_json(), ensure_ascii=False)
    conn.execute(text(_SAVE), {"name": kept.name, "rules": plain, "actor": actor})


def saved_rules(conn: Connection) -> list[NamedRules]:
    """All kept rules, by name."""
    rows = conn.execute(text("SELECT name, rules, actor FROM geo_grid.cleaning_rules ORDER BY name"))
    return [NamedRules(name, CleaningRules.from_json(rules), actor) for name, rules, actor in rows]


def rules_named(conn: Connection, name: str) -> CleaningRules:
    """The rules kept under a name. Raises `NotFound`."""
    query = text("SELECT rules FROM geo_grid.cleaning_rules WHERE name = :name")
    found = conn.execute(query, {"name": name.strip()}).scalar()
    if found is None:
        raise NoSuchRules(name)
    return CleaningRules.from_json(found)


def forget_rules(conn: Connection, name: str) -> None:
    """No rules of that name any more. Raises `NotFound` when there are none."""
    if conn.execute(text("DELETE FROM geo_grid.cleaning_rules WHERE name = :name"), {"name": name}).rowcount == 0:
        raise NoSuchRules(name)
