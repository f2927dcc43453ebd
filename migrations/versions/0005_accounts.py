"""The tables of accounts, roles given and sign-ins."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them."""
