"""A reader at the map: figures, tree, search, panel, address and language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
TOWN = "990125101"


def colours(page: Page) -> int:
    """How many different colours the tiles show."""
    return int(
        page.evaluate(
            """() => { const seen = new Set();
            for (const canvas of document.querySelectorAll('canvas.county-tile')) {
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              for (let i = 0; i < data.length; i += 4 * 97) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            } return seen.size; }"""
        )
    )


def look_at_town(site: Watched, zoom: int) -> None:
    """Move the map to the county town."""
    site.page.evaluate(
        f"(async () => county.map.setView(await (await fetch('/api/grids/{TOWN}')).json().then("
        f"g => [(g.bounds[1] + g.bounds[3]) / 2, (g.bounds[0] + g.bounds[2]) / 2]), {zoom}, "
        "{animate: false}))()"
    )
    site.settle()


def test_the_county_is_painted(site: Watched) -> None:
    page = site.open()
    site.settle()
    assert colours(page) > 20
    expect(page.locator(".status")).to_contain_text("28,500 / 28,500")
    expect(page.locator(".status")).to_contain_text("边界无重叠、无缝隙")


def test_a_click_on_the_map_opens_the_grid_and_the_address_names_it(site: Watched) -> None:
    page = site.open()
    site.settle()
    page.mouse.click(740, 460)
    expect(page.locator("#panel h2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/grids/\d{9}#"))
    expect(page.locator("#panel .tier-badge")).to_have_text("总网格")


def test_a_click_further_in_opens_a_leaf(site: Watched) -> None:
    page = site.open()
    look_at_town(site, 15)
    page.evaluate("for (const box of document.querySelectorAll('input[name=show], input[name=kind]')) box.click()")
    page.wait_for_timeout(200)
    page.mouse.click(700, 460)
    expect(page.locator("#panel .tier-badge")).to_have_text(re.compile("微网格|专属网格|网格"))
    assert page.locator("[data-crumbs] li").count() >= 2


def test_back_and_forward_follow_the_choices(site: Watched) -> None:
    page = site.open("/grids/990125100")
    first = page.locator("#panel h2").inner_text()
    page.locator(".bars a").nth(1).click()
    expect(page.locator("#panel h2")).not_to_have_text(first)
    page.go_back()
    expect(page.locator("#panel h2")).to_have_text(first)
    page.go_back()
    page.go_forward()
    expect(page).to_have_url(re.compile("/grids/990125100"))


def test_a_shared_address_shows_the_same_view(site: Watched) -> None:
    page = site.open(f"/grids/{TOWN}#14/35.97000/110.98000")
    assert page.evaluate("county.map.getZoom()") == 14
    assert page.evaluate("county.map.getCenter().lat.toFixed(3)") == "35.970"
    expect(page.locator("#panel .panel-code")).to_have_text(TOWN)


def test_escape_closes_the_panel_and_the_crumbs_lead_up(site: Watched) -> None:
    page = site.open(f"/grids/{TOWN}")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/#"))
    expect(page.locator("[data-crumbs] li")).to_have_count(1)


def test_the_search_is_driven_by_keys(site: Watched) -> None:
    page = site.open()
    page.keyboard.press("/")
    page.keyboard.type("城关")
    expect(page.locator("#hits [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_contain_text("城关")
    expect(page.locator("#hits")).to_be_hidden()


def test_the_search_finds_a_household_and_opens_it(site: Watched) -> None:
    page = site.open()
    page.locator("#search").fill("990125100001-H0001")
    page.locator("#hits [role=option]").first.click()
    expect(page.locator("#panel .panel-code")).to_have_text("990125100001-H0001")


def test_a_search_for_nothing_says_so(site: Watched) -> None:
    page = site.open()
    page.locator("#search").fill("zzzzqqq")
    expect(page.locator("#hits")).to_contain_text("没有找到")


def test_the_tree_opens_branch_by_branch(site: Watched) -> None:
    page = site.open()
    page.locator("#tab-tree").click()
    nodes = page.locator("[data-tree] .node:visible")
    expect(nodes).to_have_count(6)
    nodes.first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-tree] .node .node").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .tier-badge")).to_have_text(re.compile("分网格|专属网格"))
    expect(page.locator("[data-tree] [aria-selected=true]")).to_have_count(1)


def test_the_colours_follow_the_figure_without_a_request(site: Watched) -> None:
    page = site.open()
    site.settle()
    before = page.evaluate("document.querySelector('canvas.county-tile').toDataURL()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("input[value=load] + span").click()
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('canvas.county-tile').toDataURL()") != before
    assert page.locator('[data-legend="load"]').is_visible()
    assert not page.locator('[data-legend="coverage"]').is_visible()
    assert asked == []


def test_borders_and_marks_can_be_switched_off_and_stay_so(site: Watched) -> None:
    page = site.open()
    look_at_town(site, 14)
    assert page.evaluate("county.scene.marks.length") > 0
    page.locator("input[value=workers]").uncheck()
    page.locator("input[value=facilities]").uncheck()
    for box in page.locator("input[name=kind]").all():
        box.uncheck()
    page.wait_for_timeout(200)
    assert page.evaluate("county.scene.marks.length") == 0
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("input[value=workers]")).not_to_be_checked()
    expect(page.locator("input[value=households]")).to_be_checked()


def test_households_come_into_sight_from_zoom_13(site: Watched) -> None:
    page = site.open()
    look_at_town(site, 12)
    assert page.evaluate("county.scene.households.length") == 0
    expect(page.locator("[data-zoom-hint]")).to_be_visible()
    look_at_town(site, 13)
    assert page.evaluate("county.scene.households.length") > 0
    expect(page.locator("[data-zoom-hint]")).to_be_hidden()


def test_a_click_on_a_risk_site_opens_it(site: Watched) -> None:
    page = site.open()
    look_at_town(site, 15)
    spot = page.evaluate(
        """() => { const { x: w, y: h } = county.map.getSize();
        for (const mark of county.scene.marks.filter(m => m.sort === 'risk_site')) {
          const p = county.map.layerPointToContainerPoint([mark.x, mark.y]);
          if (p.x > 90 && p.x < w - 90 && p.y > 90 && p.y < h - 90) return { x: p.x, y: p.y, code: mark.thing.code };
        } }"""
    )
    box = page.locator("#county_map").bounding_box()
    assert spot is not None
    assert box is not None
    page.mouse.move(box["x"] + spot["x"], box["y"] + spot["y"])
    expect(page.locator("[data-tip]")).to_be_visible()
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
    expect(page.locator("#panel .panel-code")).to_have_text(spot["code"])


def test_the_status_bar_leads_to_micro_grids_with_nobody(site: Watched) -> None:
    page = site.open()
    page.locator("[data-vacant]").click()
    expect(page.locator("#panel .seat.vacant").first).to_be_visible()
    first = page.locator("#panel .panel-code").inner_text()
    page.locator("[data-vacant]").click()
    expect(page.locator("#panel .panel-code")).not_to_have_text(first)


def test_the_language_changes_and_the_place_stays(site: Watched) -> None:
    page = site.open(f"/grids/{TOWN}#13/35.97000/110.98000")
    page.locator(".languages a", has_text="EN").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#panel .tier-badge")).to_have_text("Total grid")
    expect(page).to_have_url(re.compile(rf"/grids/{TOWN}#13/35\.97"))


def test_the_map_is_used_with_keys_alone(site: Watched) -> None:
    page = site.open()
    site.settle()
    page.locator("#county_map").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_visible()
    zoom = page.evaluate("county.map.getZoom()")
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    assert page.evaluate("county.map.getZoom()") > zoom


def test_without_scripts_the_grid_can_be_read(site: Watched) -> None:
    browser = site.page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.address}/grids/{TOWN}")
        assert page.locator("#panel h2").is_visible()
