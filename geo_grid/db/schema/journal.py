"""The table of change sets: who did what, when."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from geo_grid.db.schema.metadata import metadata

changesets = Table(
    "changesets",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("idempotency_key", Text, unique=True),
    Column("db_user", Text, nullable=False, server_default=func.session_user()),
    Column("summary", JSONB, nullable=False, server_default=text("'{}'")),
    CheckConstraint("kind IN ('setup', 'import', 'edit', 'redraw', 'undo', 'direct')", name="kind"),
    comment="Who did what, when; append-only.",
)
