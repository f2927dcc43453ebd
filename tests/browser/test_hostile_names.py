"""Names in the database that try to run as code: none does, wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from tests.browser.conftest import WIDE, Watched, serving, visiting

pytestmark = pytest.mark.browser
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{7*7}}{% raise %}",
    "${alert(3)}`+alert(4)+`",
    "\"'><svg onload=alert(5)>",
    "<a href=javascript:alert(6)>x</a>",
]
TABLES = ["grid_versions", "workers", "risk_sites", "facilities"]


@pytest.fixture
def hostile(sample_clone: Settings, chromium: Browser) -> Iterator[Watched]:
    """The sample county, every name in it a payload."""
    with engine(sample_clone, DbRole.ADMIN).begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        names = {"names": PAYLOADS, "count": len(PAYLOADS)}
        for table in TABLES:
            conn.execute(text(f"UPDATE geo_grid.{table} SET name = (CAST(:names AS text[]))[1 + id % :count]"), names)
        conn.execute(text("UPDATE geo_grid.households SET address = (CAST(:names AS text[]))[1 + id % :count]"), names)
        conn.execute(text("UPDATE geo_grid.county SET name = :name"), {"name": PAYLOADS[1]})
    with serving(sample_clone) as address:
        yield from visiting(chromium, address, viewport=WIDE)


def test_no_name_ever_runs(hostile: Watched) -> None:
    page = hostile.open("/grids/990125101")
    assert page.locator("#panel h2").inner_text() in PAYLOADS
    assert page.locator(".brand strong").inner_text().startswith(PAYLOADS[1])
    page.locator("#tab-tree").click()
    expect(page.locator("[data-tree] .node-name").first).to_be_visible()
    for word in ("alert", "7*7", "svg"):
        page.locator("#search").fill(word)
        expect(page.locator("#hits [role=option]").first).to_be_visible()
        page.locator("#hits [role=option]").first.click()
        expect(page.locator("#panel h2")).to_be_visible()
        page.wait_for_timeout(300)
    page.mouse.move(600, 500)
    page.mouse.move(620, 510)
    page.wait_for_timeout(300)
    for kind in ("households/1", "grids/990125100"):
        page.goto(f"{hostile.address}/panel/{kind}")
    assert "49" not in page.locator("h2").inner_text()
