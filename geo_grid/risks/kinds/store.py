"""The rows of the kinds of risk sites."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geo_grid.risks.kinds.model import SiteKind

#: The vocabulary's kinds take the ranks below it.
FIRST_OWN_RANK = 100


def kinds(conn: Connection) -> list[SiteKind]:
    """All kinds in their order."""
    rows = conn.execute(text("SELECT code, zh, en, symbol FROM geo_grid.risk_kinds ORDER BY rank"))
    return [SiteKind(*row) for row in rows]


_NEXT_CODE = """
SELECT 'OWN' || 1 + coalesce(max(CAST(substr(code, 4) AS integer)), 0)
  FROM (SELECT code FROM geo_grid.risk_kinds UNION ALL SELECT kind FROM geo_grid.risk_site_history) known
 WHERE code ~ '^OWN[0-9]{1,6}$'
"""


def next_code(conn: Connection) -> str:
    """A code that no kind has and no site ever had."""
    return str(conn.execute(text(_NEXT_CODE)).scalar_one())


def insert_kind(conn: Connection, kind: SiteKind) -> None:
    """A new kind, behind all others."""
    query = (
        "INSERT INTO geo_grid.risk_kinds (code, rank, zh, en, symbol) "
        "SELECT :code, greatest(max(rank) + 1, :first), :zh, :en, :symbol FROM geo_grid.risk_kinds"
    )
    conn.execute(text(query), _values(kind) | {"first": FIRST_OWN_RANK})


def update_kind(conn: Connection, kind: SiteKind) -> bool:
    """Whether the kind got other words."""
    query = "UPDATE geo_grid.risk_kinds SET zh = :zh, en = :en, symbol = :symbol WHERE code = :code"
    return conn.execute(text(query), _values(kind)).rowcount > 0


def delete_kind(conn: Connection, code: str) -> bool:
    """Whether the kind's row was taken away, its rhythms with it."""
    conn.execute(text("DELETE FROM geo_grid.rhythms WHERE kind = :code"), {"code": code})
    return conn.execute(text("DELETE FROM geo_grid.risk_kinds WHERE code = :code"), {"code": code}).rowcount > 0


def sites_of(conn: Connection, code: str) -> int:
    """How many risk sites are of that kind."""
    query = text("SELECT count(*) FROM geo_grid.risk_sites WHERE kind = :code")
    return int(conn.execute(query, {"code": code}).scalar_one())


def _values(kind: SiteKind) -> dict[str, str]:
    """A kind as parameters."""
    return {"code": kind.code, "zh": kind.zh, "en": kind.en, "symbol": kind.symbol}
