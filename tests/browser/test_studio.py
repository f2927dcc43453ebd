"""A planner draws new borders, somebody else approves them, and they take effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from geo_grid.cluster import Cluster
from tests import databases
from tests.browser.conftest import NARROW, WIDE, serving, visiting
from tests.browser.redraws import GROUP, MICRO, Studio, inside
from tests.browser.test_axe import RUN

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def county(cluster: Cluster, chromium: Browser) -> Iterator[str]:
    """The address of a sample county that these tests may change."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings, serving(settings) as address:
        yield address


@pytest.fixture
def planner(chromium: Browser, county: str) -> Iterator[Studio]:
    """The studio of the planner, signed in."""
    for site in visiting(chromium, county, viewport=WIDE):
        site.sign_in("PLANNER")
        yield Studio(site)


@pytest.fixture
def approver(chromium: Browser, county: str) -> Iterator[Studio]:
    """The approver, signed in."""
    for site in visiting(chromium, county, viewport=WIDE):
        site.sign_in("APPROVER")
        yield Studio(site)


def split(studio: Studio, standing: int = 1) -> None:
    """Cut the micro grid from west to east, and wait for the move to stand."""
    studio.look_at(MICRO)
    studio.page.keyboard.press("s")
    studio.choose(MICRO)
    west, south, east, north = studio.page.evaluate(f"studio.near.outline('{MICRO}').box")
    middle = (south + north) / 2 + (north - south) * 0.12
    studio.click((west - (east - west) * 0.1, middle))
    studio.click((east + (east - west) * 0.1, middle))
    studio.finish(standing)


def test_a_split_shows_both_halves_while_it_is_drawn_and_is_taken_back_and_had_again(planner: Studio) -> None:
    planner.begin("拆分")
    planner.look_at(MICRO)
    planner.page.keyboard.press("s")
    planner.choose(MICRO)
    whole = planner.page.evaluate(f"studio.doors.filter(door => door.code === '{MICRO}').length")
    west, south, east, north = planner.page.evaluate(f"studio.near.outline('{MICRO}').box")
    middle = (south + north) / 2 + (north - south) * 0.12
    planner.click((west - (east - west) * 0.1, middle))
    planner.page.mouse.move(*planner.at((east, middle)))
    rows = planner.page.locator(".live-row")
    expect(rows).to_have_count(2)
    halves = [int(text) for text in planner.page.locator(".live-figures strong").all_inner_texts()]
    assert sum(halves) == whole
    planner.click((east + (east - west) * 0.1, middle))
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(1)
    assert sorted(planner.households().values()) == sorted(halves)
    planner.page.keyboard.press("Escape")
    planner.page.keyboard.press("Control+z")
    planner.until("studio.draft.standing().length === 0")
    assert planner.households() == {}
    planner.page.keyboard.press("Control+Shift+z")
    planner.until("studio.draft.standing().length === 1")
    assert sorted(planner.households().values()) == sorted(halves)


def test_a_merge_adds_the_households_up(planner: Studio) -> None:
    planner.begin("合并")
    planner.look_at(GROUP, 60)
    planner.page.keyboard.press("m")
    for code in (MICRO, f"{GROUP}-M01"):
        planner.choose(code)
    expect(planner.page.locator(".live-row")).to_have_count(2)
    planner.finish(1)
    assert planner.page.evaluate("studio.draft.preview.grids.filter(grid => grid.change === 'gone').length") == 1
    assert planner.moves() == 1


def test_a_dragged_border_moves_both_grids_and_its_ends_stay(planner: Studio) -> None:
    planner.begin("拖动边界")
    planner.look_at(MICRO)
    planner.page.keyboard.press("e")
    planner.choose(MICRO)
    other = f"{GROUP}-M01"
    line = planner.page.evaluate(f"studio.near.between('{MICRO}', '{other}')[0].line")
    planner.click(line[len(line) // 2])
    planner.until("studio.tool.edge !== null")
    before = planner.page.evaluate("studio.tool.edge.line")
    x, y = planner.at(before[len(before) // 2])
    planner.page.mouse.move(x, y)
    planner.page.mouse.down()
    planner.page.mouse.move(x - 60, y + 4, steps=6)
    planner.page.mouse.move(x - 90, y + 4, steps=4)
    planner.page.mouse.up()
    after = planner.page.evaluate("studio.tool.edge.line")
    assert (after[0], after[-1]) == (before[0], before[-1])
    assert after != before
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(1)
    changed = planner.page.evaluate(
        "Object.fromEntries(studio.draft.preview.grids.map(({ code, before, after }) => "
        "[code, after.area_m2 - before.area_m2]))"
    )
    assert changed[MICRO] == pytest.approx(-changed[other], abs=0.01)
    assert abs(changed[MICRO]) > 1000


def test_a_carved_area_becomes_a_grid_of_its_own_and_the_swipe_shows_both_nets(planner: Studio) -> None:
    planner.begin("划出")
    planner.look_at(MICRO)
    planner.page.keyboard.press("c")
    west, south, east, north = planner.page.evaluate(
        "[studio.map.getBounds()].map(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])[0]"
    )
    middle, height = (west + east) / 2, (south + north) / 2
    for dx, dy in ((-0.05, -0.05), (0.05, -0.05), (0.05, 0.05), (-0.05, 0.05)):
        planner.click((middle + dx * (east - west), height + dy * (north - south)))
    planner.page.locator(".tool-card fieldset:not([hidden]) input[name=name]").fill("第一小学")
    planner.page.keyboard.press("Control+Enter")
    planner.until("studio.draft.standing().length === 1 && !studio.draft.busy")
    assert planner.page.evaluate("studio.draft.preview.grids.find(grid => grid.change === 'new').name") == "第一小学"
    planner.page.keyboard.press("Escape")
    planner.page.keyboard.press("Escape")
    planner.page.locator("#county_map").focus()
    planner.page.keyboard.press("w")
    expect(planner.page.locator("[data-swipe]")).to_be_visible()
    assert planner.page.evaluate("studio.board.swipe") == pytest.approx(
        planner.page.evaluate("studio.map.getSize().x / 2")
    )


def test_a_refused_move_says_why_in_the_list_of_problems_and_leaves_the_draft_unharmed(planner: Studio) -> None:
    planner.begin("锁定")
    planner.look_at(MICRO)
    planner.page.keyboard.press("l")
    place = planner.page.evaluate(
        """async (code) => (await (await fetch('/api/grids/' + code)).json()).geometry""", MICRO
    )
    planner.click(inside(place))
    planner.until(f"studio.draft.locked.has('{MICRO}')")
    planner.page.keyboard.press("s")
    planner.choose(MICRO)
    west, south, east, north = planner.page.evaluate(f"studio.near.outline('{MICRO}').box")
    planner.click((west - (east - west) * 0.1, (south + north) / 2))
    planner.click((east + (east - west) * 0.1, (south + north) / 2))
    expect(planner.page.locator(".live-verdict.bad")).to_contain_text("锁定")
    assert planner.moves() == 0


def test_the_level_is_changed_by_keys_and_a_group_is_chosen(planner: Studio) -> None:
    planner.begin("层级")
    planner.look_at(GROUP, 80)
    planner.page.keyboard.press("4")
    expect(planner.page.locator("input[name=level][value=GROUP]")).to_be_checked()
    planner.click(tuple(planner.page.evaluate("(c => [c.lng, c.lat])(studio.map.getCenter())")))
    planner.until("studio.chosen.size === 1 && studio.near.arcs.length > 0")
    assert planner.page.evaluate(f"[...studio.chosen][0].startsWith('{GROUP[:12]}')")
    planner.page.keyboard.press("[")
    expect(planner.page.locator("input[name=level][value=BRANCH]")).to_be_checked()


def test_a_redraw_is_handed_in_approved_by_somebody_else_applied_and_undone(planner: Studio, approver: Studio) -> None:
    number = planner.begin("生效")
    split(planner)
    made = [code for code in planner.households() if code != MICRO]
    planner.step(number, "submit")
    approver.page.goto(f"{approver.site.address}/redraws")
    expect(approver.page.locator("#h-waiting")).to_be_visible()
    approver.step(number, "approve")
    approver.step(number, "apply")
    assert approver.page.request.get(f"{approver.site.address}/api/grids/{made[0]}").status == 200
    approver.page.goto(f"{approver.site.address}/grids/{MICRO}/history")
    expect(approver.page.locator(".moment")).to_have_count(2)
    approver.step(number, "undo")
    assert approver.page.request.get(f"{approver.site.address}/api/grids/{made[0]}").status == 404


def test_on_a_phone_the_sheet_is_read_and_drawing_is_said_to_need_a_wide_screen(
    planner: Studio, chromium: Browser, county: str
) -> None:
    number = planner.begin("手机")
    split(planner)
    planner.step(number, "submit")
    for phone in visiting(chromium, county, viewport=NARROW, is_mobile=True, has_touch=True):
        phone.sign_in("APPROVER")
        phone.page.goto(f"{county}/redraws/{number}")
        expect(phone.page.locator(".studio-narrow")).to_be_visible()
        phone.page.locator(".studio-narrow a").click()
        expect(phone.page.locator("[data-act=approve]")).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_map_of_a_day_is_shown(planner: Studio) -> None:
    planner.page.goto(f"{planner.site.address}/history")
    planner.page.wait_for_selector("html[data-ready]", state="attached")
    expect(planner.page.locator("[data-past-count]")).to_have_text(re.compile(r"6 个网格"))


def test_the_pages_of_redraws_are_accessible(planner: Studio, axe: str) -> None:
    number = planner.begin("无障碍")
    split(planner)
    mine = f"/redraws/{number}"
    for path in ("/redraws", mine, f"{mine}/sheet", f"{mine}/compare", f"/grids/{MICRO}/history"):
        planner.page.goto(planner.site.address + path)
        planner.page.evaluate(axe)
        faults = [
            f"{path} {fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
            for fault in planner.page.evaluate(RUN)
            if fault["impact"] in {"serious", "critical"}
        ]
        assert faults == []


def test_a_visitor_may_read_a_submitted_redraw_and_is_offered_no_step(
    planner: Studio, chromium: Browser, county: str
) -> None:
    number = planner.begin("访客")
    split(planner)
    planner.step(number, "submit")
    for visitor in visiting(chromium, county, viewport=WIDE):
        visitor.page.goto(f"{county}/redraws/{number}/sheet")
        expect(visitor.page.locator("[data-next]")).not_to_be_empty()
        expect(visitor.page.locator("[data-act]")).to_have_count(0)


def test_a_redraw_is_walked_refused_with_a_reason_opened_again_withdrawn_and_nothing_is_lost(
    planner: Studio, approver: Studio
) -> None:
    number = planner.begin("驳回与撤回")
    split(planner)
    planner.step(number, "submit")
    steps = planner.page.locator(".steps")
    assert planner.page.locator("[data-act]").evaluate_all("all => all.map(one => one.dataset.act)") == [
        "check",
        "withdraw",
        "reopen",
    ]
    with planner.page.expect_download() as gpx:
        planner.page.locator("a[href$='border.gpx']").click()
    assert "<trkpt" in gpx.value.path().read_text()
    planner.page.locator("#f-check").fill("界桩清楚")
    planner.page.locator("[data-act=check]").click()
    expect(planner.page.locator(".signed")).to_contain_text("界桩清楚")
    approver.page.goto(f"{approver.site.address}/redraws")
    expect(approver.page.locator("[aria-labelledby=h-waiting]")).to_contain_text("驳回与撤回")
    approver.page.goto(f"{approver.site.address}/redraws/{number}/sheet")
    approver.page.locator("[data-act=refuse]").click()
    assert approver.page.evaluate("document.activeElement.id") == "f-refuse"
    approver.page.locator("#f-refuse").fill("请沿河画")
    approver.page.locator("[data-act=refuse]").click()
    expect(approver.page.locator("[data-refusal]")).to_contain_text("请沿河画")
    assert approver.page.locator(".steps li").all_inner_texts() == ["草稿", "已提交", "已踏勘", "已退回"]
    planner.step(number, "reopen")
    expect(planner.page.locator("[data-refusal]")).to_contain_text("demo.approver")
    planner.step(number, "submit")
    expect(planner.page.locator("[data-refusal]")).to_have_count(0)
    planner.step(number, "withdraw")
    expect(steps.locator("[aria-current]")).to_have_text("已撤回")
    planner.step(number, "reopen")
    planner.open(number)
    assert planner.moves() == 1
