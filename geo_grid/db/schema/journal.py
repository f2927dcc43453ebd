"""The tables of the journal: who did what when, which version it made, what is still to be proved."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_grid.db.schema.metadata import SCHEMA, metadata

changesets = Table(
    "changesets",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("idempotency_key", Text, unique=True),
    Column("db_user", Text, nullable=False, server_default=text("SESSION_USER")),
    Column("txid", BigInteger, nullable=False, server_default=func.txid_current()),
    Column("summary", JSONB, nullable=False, server_default=text("'{}'")),
    CheckConstraint("kind IN ('setup', 'import', 'edit', 'redraw', 'undo', 'tiles', 'direct')", name="kind"),
    CheckConstraint("actor = btrim(actor) AND actor <> '' AND length(actor) <= 100", name="actor_form"),
    comment="Who did what, when; append-only, at most one for a transaction.",
)

data_versions = Table(
    "data_versions",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("changeset_id", BigInteger, ForeignKey(f"{SCHEMA}.changesets.id"), nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    comment="Which change set made which version of the map, in the order in which they were committed; append-only.",
)

unwritten_changes = Table(
    "unwritten_changes",
    metadata,
    Column("changeset_id", BigInteger, ForeignKey(f"{SCHEMA}.changesets.id"), primary_key=True),
    Column("grid_id", BigInteger, primary_key=True, autoincrement=False),
    comment="What a change set changed on the map that no history tells: a grid's code, or (0) all of it; append-only.",
)

unsettled = Table(
    "unsettled",
    metadata,
    Column("txid", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    CheckConstraint("kind IN ('family', 'whole', 'begun', 'ended', 'ground', 'doors', 'commit')", name="kind"),
    prefixes=["UNLOGGED"],
    comment="What the running transactions touched and must prove at commit; empty whenever nobody writes.",
)

journal_entries = Table(
    "journal_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=text("''")),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("changeset_id", BigInteger, index=True),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    CheckConstraint("actor = btrim(actor) AND actor <> '' AND length(actor) <= 100", name="actor_form"),
    CheckConstraint("kind ~ '^[a-z-]{1,40}$'", name="kind_form"),
    CheckConstraint("length(about) <= 200", name="about_form"),
    comment="What happened, each entry holding the digest of the one before it; append-only.",
)

journal_head = Table(
    "journal_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    comment="The last entry of the journal; one row, which every new entry moves on.",
)
