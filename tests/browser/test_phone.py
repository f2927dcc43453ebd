"""The map on a phone: drawer, sheet, and nothing wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Watched

pytestmark = pytest.mark.browser
TOWN = "990125101"


def test_nothing_is_wider_than_the_screen(phone: Watched) -> None:
    for path in ("/", f"/grids/{TOWN}"):
        page = phone.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_left_panel_is_a_drawer(phone: Watched) -> None:
    page = phone.open()
    expect(page.locator("#drawer")).not_to_be_in_viewport()
    page.locator(".drawer-button").tap()
    expect(page.locator("#drawer")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).not_to_be_in_viewport()


def test_the_side_panel_is_a_sheet_that_leaves_the_map_in_sight(phone: Watched) -> None:
    page = phone.open(f"/grids/{TOWN}")
    sheet = page.locator("#panel").bounding_box()
    assert sheet is not None
    assert sheet["y"] > NARROW["height"] * 0.35
    assert sheet["width"] == NARROW["width"]
    page.locator(".panel-code").tap()
    page.wait_for_timeout(300)
    lowered = page.locator("#panel").bounding_box()
    assert lowered is not None
    assert lowered["y"] > sheet["y"]


def test_a_choice_in_the_tree_closes_the_drawer(phone: Watched) -> None:
    page = phone.open()
    page.locator(".drawer-button").tap()
    page.locator("#tab-tree").tap()
    page.locator("[data-tree] .node-name").first.tap()
    expect(page.locator("#panel h2")).to_be_visible()
    expect(page.locator("#drawer")).not_to_be_in_viewport()


def test_whatever_a_finger_must_hit_is_40_pixels_high(phone: Watched) -> None:
    page = phone.open(f"/grids/{TOWN}")
    targets = "button:visible, a.icon-button:visible, input[type=search]:visible, .languages a:visible, .brand:visible"
    for target in page.locator(targets).all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40, target.evaluate("node => node.outerHTML")
