"""Takes docs/images/redraw-*.png anew from a demo server (default http://127.0.0.1:8000), drawing as a planner does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WIDE, NARROW = (1440, 900), (390, 844)
GROUP, MICRO, OTHER = "990125101201-G02", "990125101201-G02-M01", "990125101201-G02-M04"
NAME, NOTE = "戴家湾二组微网格均衡", "1号微网格住户分散，拆分后由两名联户长分别联系；边界沿田埂调整。"


def main(address: str) -> None:
    """Draw a redraw at the server and take every picture on the way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        english = visitor(browser, address, WIDE, "planner", "en")
        first = begin(english, address)
        draw_split(english, "en")
        drag_border(english, "en")
        show_effect(english, "en")
        page = visitor(browser, address, WIDE, "planner")
        number = begin(page, address)
        draw_split(page)
        drag_border(page)
        show_effect(page)
        for reader, language in ((english, "en"), (page, "zh")):
            compare(reader, f"{address}/redraws/{number}/compare?with={first}", language)
        page.goto(f"{address}/redraws/{number}/sheet")
        page.locator("[data-act=submit]").click()
        page.wait_for_load_state()
        approver = visitor(browser, address, WIDE, "approver")
        for name, path in (("list", "/redraws"), ("sheet", f"/redraws/{number}/sheet")):
            approver.goto(address + path)
            shoot(approver, f"redraw-{name}-1440-zh")
        phone = visitor(browser, address, NARROW, "approver")
        for name, path in (
            ("list", "/redraws"),
            ("sheet", f"/redraws/{number}/sheet"),
            ("studio", f"/redraws/{number}"),
        ):
            phone.goto(address + path)
            phone.wait_for_timeout(1500)
            shoot(phone, f"redraw-{name}-390-zh")
        browser.close()


def compare(page: Page, address: str, language: str) -> None:
    """Two drafts at either side of the swipe."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(3000)
    shoot(page, f"redraw-compare-1440-{language}")


def visitor(browser: Browser, address: str, size: tuple[int, int], role: str, language: str = "zh_CN") -> Page:
    """A page of a browser that has signed in to the demo account of a role."""
    narrow = size == NARROW
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        is_mobile=narrow,
        has_touch=narrow,
        device_scale_factor=2 if narrow else 1,
    )
    context.add_cookies([{"name": "geo_grid_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator(f"button:has-text('demo.{role}')").click()
    page.wait_for_timeout(1000)
    return page


def begin(page: Page, address: str) -> str:
    """Make a draft and look at the group; the draft's number."""
    page.goto(f"{address}/redraws")
    page.locator("#new-name").fill(NAME)
    page.locator("#new-note").fill(NOTE)
    page.locator("form.card button[type=submit]").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(
        """async (code) => { const { bounds: [w, s, e, n] } = await (await fetch('/api/grids/' + code)).json();
        studio.map.fitBounds([[s, w], [n, e]], { animate: false, padding: [70, 70] }); }""",
        GROUP,
    )
    page.wait_for_timeout(2500)
    return page.url.split("/redraws/")[1].split("#")[0]


def draw_split(page: Page, language: str = "zh") -> None:
    """Draw a line across a micro grid, taking a picture before it is sent."""
    page.keyboard.press("s")
    page.evaluate(f"studio._choose(['{MICRO}'])")
    until(page, "studio.near.arcs.length > 0 && studio.doors.length > 0")
    west, _south, east, _north = page.evaluate(f"studio.near.outline('{MICRO}').box")
    found = f"studio.doors.filter(door => door.code === '{MICRO}').map(door => door.y).sort((a, b) => a - b)"
    doors = page.evaluate(found)
    middle, wide = doors[len(doors) // 2] + 1e-5, (east - west) * 0.12
    for place in ((west - wide, middle), ((west + east) / 2, middle - 2e-5), (east + wide, middle)):
        click(page, place)
    page.wait_for_timeout(2500)
    shoot(page, f"redraw-split-1440-{language}")
    page.keyboard.press("Enter")
    until(page, "studio.draft.standing().length === 1 && !studio.draft.busy")


def drag_border(page: Page, language: str = "zh") -> None:
    """Pull the border of two neighbours, taking a picture before it is sent."""
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.evaluate(f"studio._choose(['{OTHER}'])")
    until(page, f"studio.chosen.has('{OTHER}') && studio.near.around('{OTHER}').length > 0")
    place = page.evaluate(
        f"""(() => {{ const near = studio.near; const code = '{OTHER}';
        const arcs = near.around(code).filter(arc => arc.left.includes('-M') && arc.right.includes('-M'));
        const longest = arcs.sort((a, b) => b.line.length - a.line.length)[0];
        return longest.line[Math.floor(longest.line.length / 2)]; }})()"""
    )
    click(page, place)
    until(page, "studio.tool.edge !== null")
    x, y = at(page, place)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 24, steps=5)
    page.mouse.move(x + 34, y + 40, steps=5)
    page.mouse.up()
    page.wait_for_timeout(2500)
    shoot(page, f"redraw-edge-1440-{language}")
    page.keyboard.press("Enter")
    until(page, "studio.draft.standing().length === 2 && !studio.draft.busy")


def show_effect(page: Page, language: str = "zh") -> None:
    """The effect at the right and the swipe over the map."""
    for _ in range(3):
        page.keyboard.press("Escape")
    page.locator("[data-side-tab=effect]").click()
    page.locator("[data-swipe-button]").click()
    page.wait_for_timeout(4500)
    shoot(page, f"redraw-swipe-1440-{language}")


def click(page: Page, place: Any) -> None:
    """A click at a place in degrees."""
    x, y = at(page, place)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.wait_for_timeout(400)


def at(page: Page, place: Any) -> tuple[float, float]:
    """Where a place in degrees lies on the screen."""
    box = page.locator("#county_map").bounding_box()
    x, y = page.evaluate(
        "([x, y]) => { const p = studio.map.latLngToContainerPoint([y, x]); return [p.x, p.y]; }", list(place)
    )
    return (box["x"] if box else 0) + x, (box["y"] if box else 0) + y


def until(page: Page, test: str) -> None:
    """Wait until a test in the page holds."""
    for _ in range(200):
        if page.evaluate(test):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(test)


def shoot(page: Page, name: str) -> None:
    """Write one picture."""
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
