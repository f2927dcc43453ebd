"""The database: engine, transactions, schema and upgrade."""

from geo_grid.db.addresses import OWNER, BadDatabaseUrl, DbRole, database_url
from geo_grid.db.engine import dispose_engines, engine, glancer, new_engine
from geo_grid.db.failures import Duplicate, Full, Lost, Repeat, RightMissing, RuleBroken, Unreachable, translate
from geo_grid.db.transactions import Isolation, Opening, SealOutdated, reading, run, transaction
from geo_grid.db.upgrade import (
    SchemaStatus,
    SchemaTooNew,
    UpgradeReport,
    ensure_current,
    schema_status,
    upgrade,
)

__all__ = [
    "OWNER",
    "BadDatabaseUrl",
    "DbRole",
    "Duplicate",
    "Full",
    "Isolation",
    "Lost",
    "Opening",
    "Repeat",
    "RightMissing",
    "RuleBroken",
    "SchemaStatus",
    "SchemaTooNew",
    "SealOutdated",
    "Unreachable",
    "UpgradeReport",
    "database_url",
    "dispose_engines",
    "engine",
    "ensure_current",
    "glancer",
    "new_engine",
    "reading",
    "run",
    "schema_status",
    "transaction",
    "translate",
    "upgrade",
]
