"""The tables of redraws and their moves."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them."""
