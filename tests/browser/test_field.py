"""A grid worker's way on a phone: from what is due to a recorded inspection, and a risk site drawn on the map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from geo_grid.settings import Settings
from tests.browser.conftest import NARROW, WIDE, serving, visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def own_server(chromium: Browser, sample_clone: Settings) -> Iterator[str]:
    """The address of a sample county of this test's own."""
    with serving(sample_clone) as address:
        yield address


def test_an_inspection_is_recorded_on_a_phone_and_a_site_drawn_on_the_map(
    chromium: Browser, own_server: str, tmp_path: Path
) -> None:
    Image.new("RGB", (60, 40), "green").save(tmp_path / "site.jpg")
    for phone in visiting(chromium, own_server, viewport=NARROW, is_mobile=True, has_touch=True):
        phone.sign_in("GRID_WORKER")
        page = phone.page
        page.goto(f"{own_server}/me")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        button = page.locator(".own-actions .button.primary")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.tap()
        page.locator("[name=findings]").fill("井盖破损")
        page.locator("[name=photos]").set_input_files(tmp_path / "site.jpg")
        page.locator(".record .button.primary").tap()
        expect(page.locator(".finding-card")).to_contain_text("井盖破损")
        expect(page.locator(".photos img")).to_have_js_property("naturalWidth", 60)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for desk in visiting(chromium, own_server, viewport=WIDE):
        desk.sign_in("ADMINISTRATOR")
        page = desk.open("/risk-sites/new")
        page.locator("[data-draw=Polygon]").click()
        for x, y in ((300, 240), (330, 240), (330, 270)):
            page.locator("#county_map").click(position={"x": x, "y": y})
        page.locator("[name=name]").fill("新边坡")
        page.locator(".draw-form .button.primary").click()
        expect(page.locator("h1")).to_have_text("新边坡")
