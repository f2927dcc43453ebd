"""The tables of accounts, roles given, sessions and sign-ins, and the journal's chain."""

from pathlib import Path

from alembic import op

from geo_grid.db.routines import run_script
from geo_grid.phones import any_standing, seal_standing, vault_of

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them, and seal the phones that stand open."""
    connection = op.get_bind()
    run_script(connection, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    if any_standing(connection):
        seal_standing(connection, vault_of(connection))
