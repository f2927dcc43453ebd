"""The typed history tables: one image of a row for each change of it, in the order of the changes."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, PrimaryKeyConstraint, Table, Text

from geo_grid.db.schema.facilities import facilities
from geo_grid.db.schema.hazards import hazard_zones
from geo_grid.db.schema.households import households
from geo_grid.db.schema.metadata import metadata
from geo_grid.db.schema.risks import risk_sites
from geo_grid.db.schema.staffing import assignments, posts, workers


def _history_of(table: Table, name: str) -> Table:
    """The history table of `table`: its columns, and which change set did what to the row."""
    images = [Column(column.name, column.type, primary_key=False, nullable=column.nullable) for column in table.columns]
    return Table(
        name,
        metadata,
        Column("seq", BigInteger, Identity(always=True), nullable=False),
        Column("changeset_id", BigInteger, nullable=False, index=True),
        Column("op", Text, nullable=False),
        *images,
        PrimaryKeyConstraint("id", "seq"),
        CheckConstraint("op IN ('I', 'U', 'D')", name="op"),
        comment=f"Every image that rows of {table.name} had: inserted, updated to, or deleted; append-only.",
    )


household_history = _history_of(households, "household_history")
worker_history = _history_of(workers, "worker_history")
post_history = _history_of(posts, "post_history")
assignment_history = _history_of(assignments, "assignment_history")
risk_site_history = _history_of(risk_sites, "risk_site_history")
facility_history = _history_of(facilities, "facility_history")
hazard_zone_history = _history_of(hazard_zones, "hazard_zone_history")

#: Which table's changes are kept in which.
HISTORIES: dict[str, Table] = {
    "households": household_history,
    "workers": worker_history,
    "posts": post_history,
    "assignments": assignment_history,
    "risk_sites": risk_site_history,
    "facilities": facility_history,
    "hazard_zones": hazard_zone_history,
}
