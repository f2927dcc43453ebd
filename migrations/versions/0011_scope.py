"""The key with which the database seals whose scope a transaction has."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
