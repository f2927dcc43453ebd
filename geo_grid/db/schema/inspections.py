"""The tables of inspections: seasons, rhythms, who keeps which site, what was inspected and found."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from geo_grid.db.schema.metadata import SCHEMA, metadata

seasons = Table(
    "seasons",
    metadata,
    Column("month", SmallInteger, primary_key=True, autoincrement=False),
    Column("season", Text, nullable=False),
    CheckConstraint("month BETWEEN 1 AND 12", name="month_range"),
    CheckConstraint("season IN ('FLOOD', 'FIRE')", name="season"),
    comment="Which season each month belongs to.",
)

rhythms = Table(
    "rhythms",
    metadata,
    Column("kind", Text, ForeignKey(f"{SCHEMA}.risk_kinds.code"), primary_key=True),
    Column("tier", Text, ForeignKey(f"{SCHEMA}.tiers.code"), primary_key=True),
    Column("season", Text, primary_key=True),
    Column("every_days", SmallInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("season IN ('FLOOD', 'FIRE')", name="season"),
    CheckConstraint("every_days BETWEEN 1 AND 366", name="every_days_range"),
    comment="After how many days a grid of a tier inspects its part of a risk site again, by kind and season.",
)

site_keepers = Table(
    "site_keepers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("site_id", BigInteger, ForeignKey(f"{SCHEMA}.risk_sites.id", ondelete="CASCADE"), nullable=False),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False),
    Column(
        *("worker_id", BigInteger, ForeignKey(f"{SCHEMA}.workers.id", ondelete="CASCADE")),
        nullable=False,
        index=True,
    ),
    Column("by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    UniqueConstraint("site_id", "grid_id"),
    comment="Who is responsible for a part of a risk site instead of whoever the net names.",
)

inspections = Table(
    "inspections",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("site_id", BigInteger, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False, index=True),
    Column("worker", Text),
    Column("done_on", Date, nullable=False, index=True),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("by", Text, nullable=False),
    Column("request", Text, nullable=False, unique=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("length(note) <= 1000", name="note_form"),
    Index("inspections_site_id_grid_id_done_on_idx", "site_id", "grid_id", "done_on"),
    comment="Inspections of parts of risk sites; they outlive the site and the worker, both named without keys.",
)

inspection_findings = Table(
    "inspection_findings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("inspection_id", BigInteger, ForeignKey(f"{SCHEMA}.inspections.id"), nullable=False, index=True),
    Column("says", Text, nullable=False),
    Column("follow_up_on", Date),
    Column("closed_on", Date),
    Column("closed_by", Text),
    Column("closing", Text),
    CheckConstraint("says = btrim(says) AND says <> '' AND length(says) <= 500", name="says_form"),
    CheckConstraint("(closed_on IS NULL) = (closed_by IS NULL) AND length(closing) <= 500", name="closing"),
    comment="What inspections found; open until somebody closes it.",
)

inspection_photos = Table(
    "inspection_photos",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("inspection_id", BigInteger, ForeignKey(f"{SCHEMA}.inspections.id"), nullable=False, index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("jpeg", LargeBinary, nullable=False),
    CheckConstraint(
        "width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600 AND octet_length(jpeg) <= 2097152", name="size"
    ),
    comment="Photos of inspections, encoded anew without what cameras write beside the picture.",
)
