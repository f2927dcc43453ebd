"""The history of hazard zones, kinds of risk sites with words of their own, and a limit that a rule lacked."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the history, its zones in the CRS that the upgrade was given, and the columns."""
    srid = int(op.get_context().config.attributes["srid"])
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    run_script(op.get_bind(), statements.replace("{srid}", str(srid)))
