"""Requests that somebody made to do harm: each is answered like a mistake, and does none."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.accounts import signed_in

#: Ends a comment or a text and begins a statement that takes its time.
STATEMENTS = (
    "x\nSELECT pg_sleep(20); --",
    "x'\n; SELECT pg_sleep(20); --",
    "x\\'; SELECT pg_sleep(20); --",
    "x*/ SELECT pg_sleep(20); /*",
    "x\r\nSELECT 1/0",
    "%(under)s :under %s",
)
#: Addresses that look something up by a text.
ASKED = (
    "/api/search?q=",
    "/api/statistics?tier=TOTAL&under=",
    "/api/workload?under=",
    "/risk-sites?q=",
    "/workers?q=",
    "/assign?under=",
    "/statistics?under=",
    "/journal?about=",
    "/api/grids/",
    "/api/risk-sites/",
)


@pytest.fixture(scope="module")
def administrator(app: Flask) -> FlaskClient:
    return signed_in(app.test_client(), "ADMINISTRATOR")


@pytest.mark.parametrize("address", ASKED)
def test_no_text_is_run_as_a_statement(administrator: FlaskClient, address: str) -> None:
    begun = time.monotonic()
    found = {said: administrator.get(address + quote(said, safe="")).status_code for said in STATEMENTS}
    assert {said: status for said, status in found.items() if status >= 500} == {}
    assert time.monotonic() - begun < 18
