"""What a transaction notes to have its changes of the net proved by their difference."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Let versions be noted."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
