"""What a change set changed on the map that no history tells."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make its table."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
