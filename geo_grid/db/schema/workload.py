"""The table of the weights of the workload formula."""

from sqlalchemy import CheckConstraint, Column, DateTime, Float, Table, Text, func

from geo_grid.db.schema.metadata import metadata

workload_weights = Table(
    "workload_weights",
    metadata,
    Column("term", Text, primary_key=True),
    Column("weight", Float, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    CheckConstraint("term ~ '^[A-Z][A-Z_]{0,39}$'", name="term_form"),
    CheckConstraint("weight BETWEEN 0 AND 1000", name="weight_range"),
    comment="How much one unit of each term of the workload formula weighs, in households.",
)
