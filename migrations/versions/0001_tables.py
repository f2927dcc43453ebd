"""Every table of the first release."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import load_early_routines, run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, in the CRS that the upgrade was given."""
    connection = op.get_bind()
    load_early_routines(connection)
    srid = int(op.get_context().config.attributes["srid"])
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    run_script(connection, statements.replace("{srid}", str(srid)))
