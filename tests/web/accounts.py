"""How a test signs in: as the demo account of a role."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from geo_grid.access import AccountRole, username_of


def token_of(client: FlaskClient, path: str = "/sign-in") -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def signed_in(client: FlaskClient, role: str) -> FlaskClient:
    """The client, signed in as the demo account of that role (a code of AccountRole)."""
    form = {"csrf_token": token_of(client), "username": username_of(AccountRole[role])}
    answer = client.post("/sign-in/demo", data=form)
    assert answer.status_code == 303, answer.text
    return client
