"""Every tool of the studio as a planner uses it, and two planners at the same grids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from geo_grid.cluster import Cluster
from tests import databases
from tests.browser.conftest import WIDE, serving, visiting
from tests.browser.redraws import GROUP, MICRO, Studio, inside

pytestmark = pytest.mark.browser

OTHER, THIRD = f"{GROUP}-M01", f"{GROUP}-M05"
NEXT_GROUP = "990125101201-G02"
#: A leaf on the county's own edge.
EDGE_MICRO = "990125202206-G03-M06"
#: Four corners around a stretch of a grid's border: two inside the grid, two outside.
CORNERS = """([code, other, share]) => {
  const { near } = studio;
  const [{ line }] = near.between(code, other).sort((a, b) => b.line.length - a.line.length);
  const [p, q] = [line[Math.floor(line.length * 0.35)], line[Math.floor(line.length * 0.65)]];
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
  const middle = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  const sign = near.outline(code).holds(middle[0] - dy * 0.3, middle[1] + dx * 0.3) ? 1 : -1;
  const off = ([x, y], by) => [x - dy * sign * by, y + dx * sign * by];
  return [off(p, share), off(q, share), off(q, -share), off(p, -share)];
}"""


@pytest.fixture(scope="module")
def county(cluster: Cluster, chromium: Browser) -> Iterator[str]:
    """The address of a sample county that these tests may change."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings, serving(settings) as address:
        yield address


@pytest.fixture
def planner(chromium: Browser, county: str) -> Iterator[Studio]:
    """The studio of the planner, signed in."""
    yield from _studio(chromium, county, "PLANNER")


@pytest.fixture
def other(chromium: Browser, county: str) -> Iterator[Studio]:
    """The studio of somebody else who may draw."""
    yield from _studio(chromium, county, "GIS_STAFF")


@pytest.fixture
def approver(chromium: Browser, county: str) -> Iterator[Studio]:
    """The approver, signed in."""
    yield from _studio(chromium, county, "APPROVER")


def _studio(chromium: Browser, county: str, role: str) -> Iterator[Studio]:
    for site in visiting(chromium, county, viewport=WIDE):
        site.sign_in(role)
        yield Studio(site)


def draw(studio: Studio, key: str, code: str, corners: list[tuple[float, float]]) -> None:
    """Take up a tool, choose a grid when it asks for one, and click corners one after the other."""
    studio.page.keyboard.press(key)
    if studio.page.evaluate("studio.tool.picks"):
        studio.choose(code)
    for corner in corners:
        studio.click(corner)


def changes(studio: Studio) -> dict[str, str]:
    """What happens to each grid in the draft, but for those that only follow."""
    found: dict[str, str] = studio.page.evaluate(
        "Object.fromEntries(studio.draft.preview.grids.filter(({ change }) => change !== 'derived')"
        ".map(({ code, change }) => [code, change]))"
    )
    return found


def area(studio: Studio, code: str) -> float:
    """By how many square metres a grid grows in the draft."""
    return float(
        studio.page.evaluate(
            "code => { const { before, after } = studio.draft.effect(code); return after.area_m2 - before.area_m2; }",
            code,
        )
    )


def transfer(planner: Studio, standing: int) -> None:
    """Give a leaf of the next group to this one, by a click into it."""
    clear(planner)
    planner.look_at(NEXT_GROUP, 200)
    planner.page.keyboard.press("t")
    planner.choose(f"{NEXT_GROUP}-M01")
    place = planner.page.evaluate(
        "async code => (await (await fetch('/api/grids/' + code)).json()).geometry", f"{GROUP}-M02"
    )
    planner.click(inside(place))
    expect(planner.page.locator(".live-row")).to_have_count(2)
    planner.finish(standing)
    assert changes(planner)[f"{NEXT_GROUP}-M01"] == "parent"


def undo_elsewhere(chromium: Browser, county: str, number: int) -> None:
    """Take all five moves of a draft back in another browser, and have the first one again."""
    for again in _studio(chromium, county, "PLANNER"):
        again.open(number)
        for left in range(4, -1, -1):
            again.page.keyboard.press("Control+z")
            again.until(f"studio.draft.standing().length === {left} && !studio.draft.busy")
        assert changes(again) == {}
        again.page.keyboard.press("Control+Shift+z")
        again.until("studio.draft.standing().length === 1 && !studio.draft.busy")
        assert set(changes(again)) == {MICRO, OTHER}


def test_ground_is_painted_redrawn_moved_dissolved_and_named_and_undone_in_another_browser(
    planner: Studio, chromium: Browser, county: str
) -> None:
    number = planner.begin("全部工具")
    planner.look_at(MICRO)
    planner.page.keyboard.press("p")
    planner.choose(MICRO)
    corners = planner.page.evaluate(CORNERS, [MICRO, OTHER, 0.4])
    draw(planner, "p", MICRO, corners)
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(1)
    assert area(planner, MICRO) == pytest.approx(-area(planner, OTHER), abs=0.01)
    assert area(planner, MICRO) > 1000

    clear(planner)
    planner.page.keyboard.press("r")
    planner.choose(MICRO)
    inner, _, outer, _ = planner.page.evaluate(CORNERS, [MICRO, THIRD, 0.5])
    line = planner.page.evaluate(
        f"studio.near.between('{MICRO}', '{THIRD}').sort((a, b) => b.line.length - a.line.length)[0].line"
    )
    for place in (line[len(line) // 4], outer, line[3 * len(line) // 4]):
        planner.click(place)
    assert inner != outer
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(2)
    assert area(planner, THIRD) < -1000

    transfer(planner, 3)
    clear(planner)
    planner.look_at(GROUP, 60)
    planner.page.keyboard.press("d")
    planner.choose(f"{GROUP}-M02")
    planner.finish(4)
    assert changes(planner)[f"{GROUP}-M02"] == "gone"

    clear(planner)
    planner.page.keyboard.press("n")
    planner.choose(THIRD)
    planner.page.locator(".tool-card fieldset:not([hidden]) input[name=name]").fill("河东微网格")
    planner.finish(5)
    assert planner.page.evaluate(f"studio.draft.effect('{THIRD}').name") == "河东微网格"
    expect(planner.page.locator("[data-count-moves]")).to_have_text("5")
    planner.page.close()

    undo_elsewhere(chromium, county, number)


def test_the_county_gains_ground_and_gives_it_back(planner: Studio) -> None:
    planner.begin("县界")
    planner.look_at(EDGE_MICRO)
    planner.page.keyboard.press("x")
    planner.choose(EDGE_MICRO)
    corners = planner.page.evaluate(CORNERS, [EDGE_MICRO, "", 0.3])
    draw(planner, "x", EDGE_MICRO, corners)
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(1)
    gained = area(planner, EDGE_MICRO)
    assert gained > 100
    clear(planner)
    draw(planner, "k", EDGE_MICRO, corners)
    expect(planner.page.locator(".live-verdict.good")).to_be_visible()
    planner.finish(2)
    assert area(planner, EDGE_MICRO) < 0


def test_a_merge_is_made_with_the_keyboard_alone(planner: Studio) -> None:
    planner.begin("只用键盘")
    planner.look_at(MICRO, 250)
    planner.page.locator("#county_map").focus()
    planner.page.keyboard.press("m")
    planner.page.keyboard.press("Space")
    planner.until("studio.chosen.size === 1 && studio.near.arcs.length > 0")
    for _ in range(12):
        planner.page.keyboard.press("ArrowRight")
        planner.page.wait_for_timeout(60)
        if planner.page.evaluate(
            "(c => studio.near.at(c.lng, c.lat))(studio.map.getCenter()) !== [...studio.chosen][0]"
        ):
            break
    planner.page.keyboard.press("ArrowRight")
    planner.site.settle()
    planner.page.keyboard.press("Space")
    planner.until("studio.chosen.size === 2")
    planner.finish(1)
    assert sorted(changes(planner).values()) == ["gone", "ground"]
    planner.page.keyboard.press("]")
    planner.page.keyboard.press("4")
    expect(planner.page.locator("input[name=level][value=GROUP]")).to_be_checked()


def test_a_line_follows_a_river_between_two_clicks_on_it(planner: Studio) -> None:
    planner.begin("沿河")
    planner.look_at(MICRO)
    planner.page.keyboard.press("s")
    planner.choose(MICRO)
    planner.until("studio.guides.lines.some(guide => guide.kind === 'RIVER')")
    river = planner.page.evaluate(RIVER_ACROSS, MICRO)
    inner = river[1:-1]
    planner.click(river[0])
    planner.page.mouse.move(*planner.at(river[-1]))
    planner.until(f"studio.tool.whole().length >= {len(river)}")
    planner.click(river[-1])
    drawn = planner.page.evaluate("studio.tool.line")
    assert drawn[1:-1] == inner
    assert planner.page.evaluate("studio.tool.clicked().length") == 2
    expect(planner.page.locator(".live-row")).to_have_count(2)
    planner.page.keyboard.press("Backspace")
    assert planner.page.evaluate("studio.tool.line.length") == 1
    planner.page.keyboard.press("Escape")
    planner.click(river[0])
    planner.page.keyboard.down("Alt")
    planner.click(river[-1])
    planner.page.keyboard.up("Alt")
    assert planner.page.evaluate("studio.tool.line.length") == 2


#: The stretch of a river that crosses a grid, from one vertex before it to one after it.
RIVER_ACROSS = """
code => {
  const { lines } = studio.guides;
  const outline = studio.near.outline(code);
  const { line } = lines.find(({ kind, line }) => kind === "RIVER" && line.some(([x, y]) => outline.holds(x, y)));
  const inside = line.map(([x, y], number) => (outline.holds(x, y) ? number : -1)).filter(number => number >= 0);
  return line.slice(Math.max(0, inside[0] - 1), inside.at(-1) + 2);
}
"""


def test_the_second_of_two_planners_is_told_which_move_which_grid_and_who_and_loses_nothing(
    planner: Studio, other: Studio, approver: Studio
) -> None:
    second = other.begin("乙的调整")
    other.look_at(GROUP, 60)
    other.page.keyboard.press("n")
    other.choose(OTHER)
    other.page.locator(".tool-card fieldset:not([hidden]) input[name=name]").fill("乙起的名字")
    other.finish(1)

    first = planner.begin("甲的调整")
    planner.look_at(GROUP, 60)
    planner.page.keyboard.press("m")
    for code in (MICRO, OTHER):
        planner.choose(code)
    planner.finish(1)
    other.page.goto(f"{other.site.address}/redraws/{second}/compare")
    expect(other.page.locator("[data-jump]")).to_have_count(1)
    planner.step(first, "submit")
    approver.step(first, "approve")
    other.page.goto(f"{other.site.address}/redraws/{second}/compare?with={first}")
    sides_are_seen_apart(other)
    approver.step(first, "apply")

    other.open(second)
    told = other.page.locator("[data-stale]")
    expect(told).to_be_visible()
    assert OTHER in told.inner_text()
    assert "demo.approver" in told.inner_text()
    told.locator("[data-rebase]").click()
    other.until("!studio.draft.busy")
    expect(told).to_be_visible()
    assert other.moves() == 1
    expect(other.page.locator(".move strong")).to_contain_text("乙起的名字")
    other.page.keyboard.press("Control+z")
    other.until("studio.draft.standing().length === 0 && !studio.draft.busy")
    expect(told).to_be_hidden()
    approver.step(first, "undo")
    other.page.keyboard.press("Control+Shift+z")
    other.until("studio.draft.standing().length === 1 && !studio.draft.busy")
    assert changes(other) == {OTHER: "name"}


def sides_are_seen_apart(studio: Studio) -> None:
    """The compared drafts lie left and right of the swipe, and the figures lead to their grids."""
    page = studio.page
    expect(page.locator("html[data-ready]")).to_be_attached()
    studio.site.settle()
    expect(page.locator("[data-jump]")).to_have_count(2)
    heads = page.locator(".swipe span").all_inner_texts()
    assert heads == ["甲的调整", "乙的调整"]
    seen = page.evaluate("county.sides.map(({ board }) => [board.keeps, board.swipe, board.features.length])")
    assert [side[0] for side in seen] == ["left", "right"]
    assert seen[0][1] == seen[1][1] > 0
    page.locator("[data-swipe]").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("county.sides[0].board.swipe") == seen[0][1] - 24
    zoom = page.evaluate("county.map.getZoom()")
    page.locator(f"[data-jump='{MICRO}']").click()
    assert page.evaluate("county.sides.map(({ board }) => board.chosen.length)") == [1, 1]
    assert page.evaluate("county.map.getZoom()") >= zoom
    page.locator(f"[data-jump='{OTHER}']").click()
    assert page.evaluate("county.sides.map(({ board }) => board.chosen.length)") == [0, 1]


def clear(studio: Studio) -> None:
    """Drop what is drawn and chosen, and lay the tool down."""
    for _ in range(3):
        studio.page.keyboard.press("Escape")
