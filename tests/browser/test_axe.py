"""axe-core finds no serious fault on the page, at both widths and in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import NARROW, WIDE, visiting

pytestmark = pytest.mark.browser
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_serious(
    chromium: Browser, server: str, axe: str, viewport: dict[str, int], language: str
) -> None:
    for site in visiting(chromium, server, viewport=viewport):
        site.page.context.add_cookies([{"name": "geo_grid_language", "value": language, "url": server}])
        for path, button in (("/", None), ("/grids/990125101", None), ("/", "#tab-tree"), ("/grids/none", "")):
            if button == "":
                site.page.goto(server + path)
                site.wrongs.clear()  # the browser notes the 404 itself as an error
            else:
                site.open(path)
            if button and viewport is NARROW:
                site.page.locator(".drawer-button").click()
            if button:
                site.page.locator(button).click()
                site.page.wait_for_selector("[data-tree] .node")
            site.page.evaluate(axe)
            faults = [
                f"{path} {fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
                for fault in site.page.evaluate(RUN)
                if fault["impact"] in {"serious", "critical"}
            ]
            assert faults == []
