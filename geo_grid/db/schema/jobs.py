"""The tables of jobs, import runs, and what is kept to be used again in imports."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
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
from sqlalchemy.dialects.postgresql import JSONB

from geo_grid.db.schema.metadata import SCHEMA, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("arguments", JSONB, nullable=False, server_default=text("'{}'")),
    Column("actor", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("stage", Text, nullable=False, server_default=text("''")),
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger, nullable=False, server_default=text("0")),
    Column("attempt", SmallInteger, nullable=False, server_default=text("0")),
    Column("worker", Text, nullable=False, server_default=text("''")),
    Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("started_at", DateTime(timezone=True)),
    Column("heartbeat_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("idempotency_key", Text, unique=True),
    Column("result", JSONB, nullable=False, server_default=text("'{}'")),
    Column("error", Text, nullable=False, server_default=text("''")),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index("jobs_waiting_idx", "id", postgresql_where=text("state IN ('queued', 'running')")),
    comment="Long work: what is asked, how far it is, and how it ended.",
)

import_runs = Table(
    "import_runs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("actor", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp(), index=True),
    Column("dropped", Boolean, nullable=False, server_default=text("false")),
    Column("files", JSONB, nullable=False, server_default=text("'[]'")),
    Column("choices", JSONB, nullable=False, server_default=text("'{}'")),
    Column("sighting", JSONB),
    Column("outlines", JSONB),
    Column("verdict", JSONB),
    Column("report", JSONB),
    Column("job_id", BigInteger, ForeignKey(f"{SCHEMA}.jobs.id")),
    Column("estimate", JSONB),
    comment="Imports through the pages: their files, what was chosen in each step, and what came of it.",
)

field_maps = Table(
    "field_maps",
    metadata,
    Column("name", Text, primary_key=True),
    Column("map", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    comment="Which columns of files are which of our fields, kept to be used again.",
)

cleaning_rules = Table(
    "cleaning_rules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rules", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    comment="By which rules drawn layers become one partition, kept to be used again.",
)
