"""The tables of visits to linked places, of their quotas, and of which worker an account belongs to."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from geo_grid.db.schema.metadata import SCHEMA, metadata

visits = Table(
    "visits",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey(f"{SCHEMA}.workers.id"), nullable=False, index=True),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False),
    Column("done_on", Date, nullable=False),
    Column("households", SmallInteger, nullable=False, server_default=text("0")),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("by", Text, nullable=False),
    Column("request", Text, nullable=False, unique=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("households BETWEEN 0 AND 1000", name="households_range"),
    CheckConstraint("length(note) <= 1000", name="note_form"),
    Index("visits_grid_id_done_on_idx", "grid_id", "done_on"),
    comment="Visits of linked cadres to places, and to how many households there.",
)

visit_quotas = Table(
    "visit_quotas",
    metadata,
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), primary_key=True, autoincrement=False),
    Column("visits", SmallInteger, nullable=False),
    Column("households", SmallInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("visits BETWEEN 0 AND 60", name="visits_range"),
    CheckConstraint("households BETWEEN 0 AND 1000", name="households_range"),
    comment="How many visits, to how many households, each linked cadre of a place makes in 30 days; "
    "it holds for all below.",
)

account_workers = Table(
    "account_workers",
    metadata,
    Column("account_id", BigInteger, ForeignKey(f"{SCHEMA}.accounts.id"), primary_key=True, autoincrement=False),
    Column(
        *("worker_id", BigInteger, ForeignKey(f"{SCHEMA}.workers.id", ondelete="CASCADE")),
        nullable=False,
        index=True,
    ),
    comment="Which worker an account belongs to.",
)
