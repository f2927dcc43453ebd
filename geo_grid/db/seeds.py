"""The rows that every database starts with: the vocabulary's tiers, roles, kinds and levels, and the county's row."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert

from geo_grid.db.rhythms import RHYTHMS
from geo_grid.db.schema import county, facility_levels, rhythms, risk_kinds, roles, tier_rules, tiers
from geo_grid.vocabulary import PARENT_TIERS, FacilityLevel, RiskKind, Role, Tier


def plant_seeds(conn: Connection, srid: int) -> None:
    """The seed rows, added or brought up to date; a county can have rules of its own, so rules are only added once."""
    _upsert(conn, tiers, [_tier_row(tier) for tier in Tier])
    if conn.execute(select(tier_rules.c.tier).limit(1)).first() is None:
        conn.execute(insert(tier_rules), _rule_rows())
    _upsert(conn, risk_kinds, [_kind_row(kind, rank) for rank, kind in enumerate(RiskKind, start=1)])
    for table, names in ((roles, Role), (facility_levels, FacilityLevel)):
        _upsert(conn, table, [{"code": name.code, "rank": rank} for rank, name in enumerate(names, start=1)])
    if conn.execute(select(rhythms.c.kind).limit(1)).first() is None:
        conn.execute(insert(rhythms), _rhythm_rows())
    conn.execute(insert(county).values(id=1, name="", srid=srid).on_conflict_do_nothing())


def _tier_row(tier: Tier) -> dict[str, object]:
    return {"code": tier.code, "rank": tier.rank, "letter": tier.letter, "is_leaf": tier.is_leaf}


def _kind_row(kind: RiskKind, rank: int) -> dict[str, object]:
    return {"code": kind.code, "rank": rank, "zh": kind.zh, "en": kind.en, "symbol": kind.code.lower()}


def _rule_rows() -> list[dict[str, object]]:
    return [
        {"parent_tier": parent.code, "parent_rank": parent.rank, "tier": tier.code, "rank": tier.rank}
        for tier, parents in PARENT_TIERS.items()
        for parent in parents
    ]


def _rhythm_rows() -> list[dict[str, object]]:
    return [
        {"kind": kind, "tier": tier.code, "season": season.code, "every_days": days}
        for (kind, tier, season), days in RHYTHMS.items()
    ]


def _upsert(conn: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    statement = insert(table).values(rows)
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name != "code"}
    conn.execute(statement.on_conflict_do_update(index_elements=["code"], set_=others))
