"""The tables of redraws: drafts with their moves, and the steps they took on their way into force."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_grid.db.schema.metadata import SCHEMA, metadata

_STAGES = "('DRAFT', 'SUBMITTED', 'FIELD_CHECKED', 'APPROVED', 'APPLIED', 'REFUSED', 'WITHDRAWN')"

redraws = Table(
    "redraws",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("author", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=text("'DRAFT'")),
    Column("shared", Boolean, nullable=False, server_default=text("false")),
    Column("locked", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("base_version", BigInteger, nullable=False),
    Column("footprint", JSONB, nullable=False, server_default=text("'{}'")),
    Column("effective_on", Date),
    Column("changeset_id", BigInteger, ForeignKey(f"{SCHEMA}.changesets.id"), unique=True),
    Column("undoes", BigInteger, ForeignKey(f"{SCHEMA}.redraws.id"), index=True),
    CheckConstraint(f"stage IN {_STAGES}", name="stage"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint("length(note) <= 2000", name="note_form"),
    CheckConstraint("(stage = 'APPLIED') = (changeset_id IS NOT NULL)", name="applied_by_a_change_set"),
    Index("redraws_author_idx", "author"),
    Index("redraws_stage_idx", "stage"),
    comment="Drafts of changed borders; `footprint` has the digest of every grid as the draft found it.",
)

redraw_moves = Table(
    "redraw_moves",
    metadata,
    Column("redraw_id", BigInteger, ForeignKey(f"{SCHEMA}.redraws.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("move", JSONB, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=text("false")),
    Column("author", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("position >= 1", name="position"),
    comment="The moves of a draft in order; undone ones wait to be done again.",
)

redraw_steps = Table(
    "redraw_steps",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("redraw_id", BigInteger, ForeignKey(f"{SCHEMA}.redraws.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("note", Text, nullable=False, server_default=text("''")),
    CheckConstraint(f"stage IN {_STAGES}", name="stage"),
    CheckConstraint("length(note) <= 2000", name="note_form"),
    comment="Who brought a redraw to which stage, when and why.",
)

redraw_sheets = Table(
    "redraw_sheets",
    metadata,
    Column("redraw_id", BigInteger, ForeignKey(f"{SCHEMA}.redraws.id"), primary_key=True, autoincrement=False),
    Column("sheet", JSONB, nullable=False),
    Column("map", JSONB, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    comment="What a redraw meant when it was applied: its consequence sheet, and its map before and after.",
)
