"""Takes the pictures of docs/images anew from a server with the sample county (default http://127.0.0.1:8000)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WIDE, NARROW = (1440, 900), (390, 844)
VILLAGE = "990125101201-G03-M03"


@dataclass(frozen=True)
class Picture:
    """One picture: its file, what is opened at which size and language, and what is pressed before it is taken."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    language: str = "zh_CN"
    press: tuple[str, ...] = ()


PICTURES = (
    Picture("map-1440-zh", f"/grids/{VILLAGE}"),
    Picture("county-1440-zh", "/"),
    Picture("load-1440-en", "/grids/990125101#12/35.955/110.985", language="en", press=("input[value=load] + span",)),
    Picture("county-390-zh", "/", size=NARROW),
    Picture("map-390-zh", f"/grids/{VILLAGE}", size=NARROW),
    Picture("layers-390-en", "/", size=NARROW, language="en", press=(".drawer-button",)),
)


def main(address: str) -> None:
    """Take every picture from the server at `address`."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for picture in PICTURES:
            take(browser, address, picture)
        browser.close()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture."""
    width, height = picture.size
    narrow = picture.size == NARROW
    with browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        is_mobile=narrow,
        has_touch=narrow,
        device_scale_factor=2 if narrow else 1,
    ) as context:
        context.add_cookies([{"name": "geo_grid_language", "value": picture.language, "url": address}])
        page = context.new_page()
        page.goto(address + picture.path)
        page.wait_for_selector("html[data-ready]", state="attached")
        for target in picture.press:
            page.locator(target).click()
        settle(page)
        page.screenshot(path=IMAGES / f"{picture.name}.png")


def settle(page: Page) -> None:
    """Wait until the tiles in sight are painted."""
    for _ in range(200):
        page.wait_for_timeout(100)
        if page.evaluate("county.tiles.shown().length > 0 && !county.tiles.isLoading()"):
            break
    if page.locator("[data-net]").count():
        page.wait_for_selector("[data-net].good", state="attached")
    page.wait_for_timeout(600)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
