"""The page follows the data: a change is seen without a reload, an empty county says how to begin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from tests.browser.conftest import WIDE, Watched, serving, visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def changing(sample_clone: Settings, chromium: Browser) -> Iterator[Watched]:
    """A copy of the sample county that the test may change."""
    with serving(sample_clone) as address:
        yield from visiting(chromium, address, viewport=WIDE)


def test_a_change_is_seen_without_a_reload(changing: Watched, sample_clone: Settings) -> None:
    page = changing.open("/grids/990125101")
    changing.settle()
    page.evaluate("window.sameDocument = true")
    version = page.evaluate("county.tiles.version")
    with transaction(engine(sample_clone, DbRole.LOADER), changeset=NewChangeset("test", "import")) as conn:
        conn.exec_driver_sql("UPDATE geo_grid.households SET contact_id = NULL WHERE contact_id IS NOT NULL")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".status")).to_contain_text("0.0%")
    expect(page.locator("#panel .ring text")).to_have_text("0%")
    assert page.evaluate("county.tiles.version") != version
    assert page.evaluate("window.sameDocument")


def test_an_empty_county_says_how_to_begin(database: Settings, chromium: Browser) -> None:
    with serving(database) as address:
        for site in visiting(chromium, address, viewport=WIDE):
            page = site.open()
            expect(page.locator(".empty h1")).to_have_text("还没有导入网格")
