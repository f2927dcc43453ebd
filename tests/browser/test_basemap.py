"""A basemap of the settings lies under the net, and can be taken away."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser, expect

from geo_grid.settings import Settings
from tests.browser.conftest import WIDE, serving, watched

pytestmark = pytest.mark.browser
HOST = "https://tiles.example"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_basemap_is_shown_and_taken_away(sample_database: Settings, chromium: Browser) -> None:
    settings = sample_database.model_copy(update={"basemap": HOST + "/{z}/{x}/{y}.png"})
    with serving(settings) as address, chromium.new_context(viewport=WIDE) as context:  # type: ignore[arg-type]
        site = watched(context, address, known=(HOST,))
        site.page.route(HOST + "/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
        page = site.open()
        expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
        page.locator("[data-tool=basemap]").click()
        expect(page.locator("img.leaflet-tile")).to_have_count(0)
        page.locator("[data-tool=basemap]").click()
        expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
        assert site.wrongs == []
