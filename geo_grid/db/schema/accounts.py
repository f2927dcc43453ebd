"""The tables of accounts: who may sign in, which roles were given, who is signed in, who tried; the key of scopes."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE

from geo_grid.db.schema.metadata import SCHEMA, metadata

deployment = Table(
    "deployment",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("id = 1", name="one_row"),
    comment="What this database is used for; one row.",
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("made_by", Text, nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    CheckConstraint(r"username ~ '^[a-z0-9][a-z0-9._-]{1,39}$'", name="username_form"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint("starts_with(password, '$argon2id$')", name="password_form"),
    comment="Who may sign in; passwords are argon2id hashes.",
)

roles_given = Table(
    "roles_given",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("account_id", BigInteger, ForeignKey(f"{SCHEMA}.accounts.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), index=True),
    Column("during", DATERANGE, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("given_by", Text, nullable=False),
    CheckConstraint(
        "role IN ('ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'APPROVER', 'TOWNSHIP', 'GRID_WORKER', 'READER')",
        name="role",
    ),
    CheckConstraint("NOT isempty(during)", name="during_some_day"),
    comment="Which role an account has, on the ground of which grid (none: the county), on which days.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, ForeignKey(f"{SCHEMA}.accounts.id"), nullable=False, index=True),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("address", Text, nullable=False),
    CheckConstraint("length(digest) = 32", name="digest_form"),
    comment="Who is signed in, under the digest of the key in their cookie; a row that goes is a session that ended.",
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("username", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    CheckConstraint("outcome IN ('in', 'wrong', 'throttled', 'disabled')", name="outcome"),
    CheckConstraint("length(username) <= 100 AND length(address) <= 100", name="lengths"),
    Index("sign_ins_lately_idx", "username", "address", "at"),
    comment="Every attempt to sign in; append-only.",
)

scope_key = Table(
    "scope_key",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("length(key) = 32", name="key_form"),
    comment="The key of the seals that say whose scope a transaction has; one row, read by nobody but the functions.",
)
