"""The tables of redraws and their moves."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
