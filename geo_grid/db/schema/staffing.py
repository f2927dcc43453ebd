"""The tables of workers, posts and assignments."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from geo_grid.db.schema.metadata import SCHEMA, metadata

roles = Table(
    "roles",
    metadata,
    Column("code", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False, unique=True),
    comment="What a post asks of whoever fills it.",
)

workers = Table(
    "workers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("left_on", Date),
    CheckConstraint("code = btrim(code) AND code <> '' AND length(code) <= 40", name="code_form"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    comment="People who fill posts.",
)

posts = Table(
    "posts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False),
    Column("role", Text, ForeignKey(f"{SCHEMA}.roles.code"), nullable=False),
    Column("seat", SmallInteger, nullable=False, server_default=text("1")),
    Column("ended_on", Date),
    UniqueConstraint("grid_id", "role", "seat"),
    CheckConstraint("seat BETWEEN 1 AND 99", name="seat_range"),
    comment="A role in a grid; vacant while no current assignment fills it.",
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("post_id", BigInteger, ForeignKey(f"{SCHEMA}.posts.id"), nullable=False, index=True),
    Column("worker_id", BigInteger, ForeignKey(f"{SCHEMA}.workers.id"), nullable=False, index=True),
    Column("during", DATERANGE, nullable=False),
    ExcludeConstraint(("post_id", "="), ("during", "&&"), using="gist", name="assignments_one_at_a_time_excl"),
    CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="during_form"),
    comment="A worker in a post, from one day to another.",
)
