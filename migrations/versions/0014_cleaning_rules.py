"""Rules of cleaning kept under a name, and what an import is estimated to do before its record is there."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Keep rules, and estimates."""
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
