"""Inspections of risk sites, visits, and hazard zones."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables, the zones in the CRS that the upgrade was given."""
    srid = int(op.get_context().config.attributes["srid"])
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    run_script(op.get_bind(), statements.replace("{srid}", str(srid)))
