"""The tables of jobs, import runs and saved field maps."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
