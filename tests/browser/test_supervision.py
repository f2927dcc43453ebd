"""A supervisor's way: from a rule on the map to the people, and a hand-over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from geo_grid.settings import Settings
from tests.browser.conftest import NARROW, WIDE, Watched, serving, visiting

pytestmark = pytest.mark.browser
LEADER = "990125W0013"


@pytest.fixture
def own_site(chromium: Browser, sample_clone: Settings) -> Iterator[Watched]:
    """The sample county of this test's own."""
    with serving(sample_clone) as address:
        yield from visiting(chromium, address, viewport=WIDE)


def test_a_rule_colours_the_map_and_says_its_figures(site: Watched) -> None:
    page = site.open("/?rule=every_household_has_a_contact")
    expect(page.locator("[data-rule-said]")).to_contain_text("7,816")
    assert page.locator("[data-rule]").input_value() == "every_household_has_a_contact"
    page.locator("[data-rule]").select_option("every_village_has_a_leader")
    expect(page.locator("[data-rule-said]")).to_contain_text("28,500")
    page.locator("input[value=load] + span").click()
    assert page.locator("[data-rule]").input_value() == ""
    expect(page.locator("[data-rule-said]")).to_be_hidden()


def test_the_pages_of_coverage_and_workers_fit_a_phone(phone: Watched) -> None:
    for path in ("/coverage", "/coverage/every_household_has_a_contact", "/workers", "/workers?show=vacant"):
        phone.page.goto(phone.address + path)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
    phone.page.locator(".menu summary").tap()
    expect(phone.page.locator(".menu nav a").first).to_be_visible()


def test_the_header_fits_every_width_in_both_languages(site: Watched) -> None:
    site.sign_in("ADMINISTRATOR")
    page = site.page
    for path in ("/?lang=zh_CN", "/coverage?lang=zh_CN", "/coverage?lang=en", "/?lang=en"):
        page.goto(site.address + path)
        for width in (390, 800, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert page.locator(".nav").is_visible() != page.locator(".menu").is_visible(), (path, width)


def test_a_rule_leads_to_the_grid_on_the_map(site: Watched) -> None:
    page = site.page
    page.goto(site.address + "/coverage")
    page.locator(".rule-card a", has_text="岗岗有人").first.click()
    page.locator("table a[href*='/grids/']").last.click()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#panel h2")).to_be_visible()


def test_a_worker_hands_everything_over(own_site: Watched) -> None:
    own_site.sign_in("ADMINISTRATOR")
    page = own_site.page
    page.goto(f"{own_site.address}/workers/{LEADER}")
    page.locator("#hand-over input[name=successor]").fill("990125W0326")
    page.locator("#hand-over button").click()
    expect(page.locator("h1")).to_have_text("移交清单")
    page.get_by_role("button", name="确认移交").click()
    expect(page.locator(".note")).to_contain_text("已移交 2 个岗位")


def test_a_vacant_post_is_filled_by_typing_a_code(own_site: Watched) -> None:
    own_site.sign_in("ADMINISTRATOR")
    page = own_site.page
    page.goto(f"{own_site.address}/workers?show=vacant&q=B角")
    page.locator("input[name=worker]").first.fill(LEADER)
    page.locator(".assign button").first.click()
    expect(page.locator("h1")).to_have_text("丁明")
    expect(page.locator(".note")).to_contain_text("已安排")


def test_grids_are_assigned_with_a_lasso_and_that_is_taken_back(own_site: Watched) -> None:
    own_site.sign_in("ADMINISTRATOR")
    page = own_site.open("/grids/990125101002")
    own_site.settle()
    page.locator("[data-assign-start]").click()
    box = page.locator("#county_map").bounding_box()
    assert box is not None
    middle, line = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle - 90, line - 70)
    page.mouse.down()
    for right, down in ((90, -70), (90, 70), (-90, 70), (-90, -60)):
        page.mouse.move(middle + right, line + down, steps=6)
    page.mouse.up()
    chosen = page.locator(".chosen-leaves li")
    expect(chosen.first).to_be_visible()
    worker = page.locator("[name=workers]").first
    worker.fill(LEADER)
    worker.dispatch_event("change")
    expect(page.locator("[data-conflicts]")).to_contain_text("有冲突")
    page.locator("[name=replace]").check()
    expect(page.locator("[data-conflicts]")).to_have_count(0)
    page.locator("[data-assign-do]").click()
    expect(page.locator("[data-assign-said]")).to_contain_text("个岗位")
    page.locator("[data-assign-undo]").click()
    expect(page.locator("[data-notice]")).to_have_text("已撤销。")


def test_the_pages_of_supervision_break_no_rule_of_accessibility(site: Watched, axe: str) -> None:
    for path in ("/coverage", "/coverage/every_household_has_a_contact", "/workers", f"/workers/{LEADER}"):
        site.page.goto(site.address + path)
        site.page.evaluate(axe)
        serious = "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)))"
        found = site.page.evaluate(serious)
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], path
