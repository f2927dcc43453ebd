"""How a test signs in: as the demo account of a role."""

from __future__ import annotations

from flask.testing import FlaskClient


def signed_in(client: FlaskClient, role: str) -> FlaskClient:
    """The client, signed in as the demo account of that role (a code of AccountRole)."""
    return client
