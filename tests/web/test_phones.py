"""A phone in full: for whom, with which reason, and what stays of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of

ENTRIES = "SELECT actor, kind, about, facts FROM geo_grid.journal_entries WHERE kind = 'phone-revealed' ORDER BY seq"
HOUSEHOLD = """
    WITH RECURSIVE below AS (
        SELECT id FROM geo_grid.grids WHERE code = %s
         UNION ALL
        SELECT v.grid_id FROM below JOIN geo_grid.grid_versions v ON v.parent_id = below.id AND upper_inf(v.valid))
    SELECT id, code FROM geo_grid.households
     WHERE phone <> '' AND (grid_id IN (SELECT id FROM below)) = %s ORDER BY id LIMIT 1
"""
GROUND = """
    SELECT g.code FROM geo_grid.roles_given r JOIN geo_grid.grids g ON g.id = r.grid_id WHERE r.role = 'TOWNSHIP'
"""


def household(settings: Settings, *, own: bool) -> tuple[int, str]:
    """The number and code of a household inside or outside the demo supervisor's township."""
    with engine(settings, DbRole.ADMIN).connect() as conn:
        ground = conn.exec_driver_sql(GROUND).scalar_one()
        number, code = conn.exec_driver_sql(HOUSEHOLD, (ground, own)).one()
        return number, code


def ask(client: FlaskClient, number: int, reason: str = "water main burst") -> tuple[int, str]:
    """The status and the text of what is answered."""
    headers = {"X-CSRFToken": token_of(client, "/account")}
    answer = client.post(f"/api/households/{number}/phone", json={"reason": reason}, headers=headers)
    return answer.status_code, answer.text


def test_a_supervisor_reads_a_phone_of_the_own_township_and_the_journal_keeps_why(
    app: Flask, sample_database: Settings
) -> None:
    number, code = household(sample_database, own=True)
    client = signed_in(app.test_client(), "TOWNSHIP")
    status, text = ask(client, number)
    assert status == 200
    assert "*" not in text
    with engine(sample_database, DbRole.WEB).connect() as conn:
        actor, _, about, facts = conn.exec_driver_sql(ENTRIES).all()[-1]
    assert (actor, about, facts["reason"]) == ("demo.township", code, "water main burst")


def test_no_phone_of_another_township_is_shown(app: Flask, sample_database: Settings) -> None:
    number, _ = household(sample_database, own=False)
    assert ask(signed_in(app.test_client(), "TOWNSHIP"), number)[0] == 404


@pytest.mark.parametrize("role", ["PLANNER", "APPROVER", "GIS_STAFF", "READER"])
def test_a_role_without_the_right_reads_no_phone(app: Flask, sample_database: Settings, role: str) -> None:
    number, _ = household(sample_database, own=True)
    assert ask(signed_in(app.test_client(), role), number)[0] == 403


def test_without_a_reason_nothing_is_shown_and_nothing_noted(app: Flask, sample_database: Settings) -> None:
    number, _ = household(sample_database, own=True)
    with engine(sample_database, DbRole.WEB).connect() as conn:
        before = len(conn.exec_driver_sql(ENTRIES).all())
    status, text = ask(signed_in(app.test_client(), "ADMINISTRATOR"), number, " x ")
    assert status == 400
    assert "phone" not in text.replace("why the phone is needed", "")
    with engine(sample_database, DbRole.WEB).connect() as conn:
        assert len(conn.exec_driver_sql(ENTRIES).all()) == before


def test_pages_show_the_way_to_a_phone_only_to_who_may_go_it(app: Flask, sample_database: Settings) -> None:
    number, _ = household(sample_database, own=True)
    panel = f"/panel/households/{number}"
    assert "data-reveal" not in app.test_client().get(panel).text
    shown = signed_in(app.test_client(), "TOWNSHIP").get(panel).text
    assert "data-reveal" in shown
    assert "****" in shown
