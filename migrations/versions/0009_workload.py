"""Weights of the workload formula."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
