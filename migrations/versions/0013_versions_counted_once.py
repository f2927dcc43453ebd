"""The version of the data stands in one place; what is noted for a proof needs no log."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Drop the county's copy of the version, and keep notes out of the log."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
