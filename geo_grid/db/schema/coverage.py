"""The tables of coverage rules, of waivers, and of the figures noted day by day."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from geo_grid.db.schema.metadata import SCHEMA, metadata

coverage_rules = Table(
    "coverage_rules",
    metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("tier", Text),
    Column("roles", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("levels", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("distance_m", Float),
    Column("most_households", Integer),
    Column("since", Date),
    Column("is_on", Boolean, nullable=False, server_default=text("true")),
    Column("place", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("visits", SmallInteger),
    CheckConstraint("code ~ '^[a-z][a-z0-9_]{0,59}$'", name="code_form"),
    CheckConstraint("distance_m > 0 AND most_households > 0 AND visits > 0", name="limits"),
    comment="What must be there for whom: the coverage rules of this county.",
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rule", Text, ForeignKey(f"{SCHEMA}.coverage_rules.code"), nullable=False, index=True),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("reason = btrim(reason) AND reason <> '' AND length(reason) <= 300", name="reason_form"),
    comment="Breaches of coverage rules that were accepted until a day; one that ended early keeps its row.",
)

coverage_days = Table(
    "coverage_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("rule", Text, ForeignKey(f"{SCHEMA}.coverage_rules.code"), primary_key=True),
    Column("covered", Integer, nullable=False),
    Column("overloaded", Integer, nullable=False),
    Column("uncovered", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    comment="The figures of each rule over the county, in households, as they were last seen on a day.",
)
