"""Two people at the studio: how they sign in, begin a draft and find their way on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

#: A micro grid of the sample county with neighbours all around, and the group it lies in.
MICRO = "990125101201-G03-M03"
GROUP = "990125101201-G03"


@dataclass
class Studio:
    """The studio open in a page."""

    site: Watched

    @property
    def page(self) -> Page:
        """The page."""
        return self.site.page

    def begin(self, name: str) -> int:
        """A new draft, open; its number."""
        self.page.goto(f"{self.site.address}/redraws")
        self.page.locator("#new-name").fill(name)
        self.page.locator("form.card button[type=submit]").click()
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return int(self.page.url.split("/redraws/")[1].split("#")[0])

    def open(self, number: int) -> None:
        """The studio of a draft."""
        self.page.goto(f"{self.site.address}/redraws/{number}")
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def look_at(self, code: str, padding: int = 150) -> None:
        """Show a grid of the live net in the middle."""
        self.page.evaluate(
            """async ([code, padding]) => {
            const { bounds: [w, s, e, n] } = await (await fetch('/api/grids/' + code)).json();
            studio.map.fitBounds([[s, w], [n, e]], { animate: false, padding: [padding, padding] }); }""",
            [code, padding],
        )
        self.site.settle()

    def choose(self, code: str) -> None:
        """Choose a grid by a click on a household-free place inside it."""
        place = self.page.evaluate(
            """async (code) => (await (await fetch('/api/grids/' + code)).json()).geometry""", code
        )
        self.click(inside(place))
        self.until(f"studio.chosen.has('{code}') && studio.near.arcs.length > 0")

    def click(self, place: tuple[float, float], *, count: int = 1) -> None:
        """A click at a place in degrees."""
        x, y = self.at(place)
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y, click_count=count)

    def at(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where a place lies on the screen."""
        box = self.page.locator("#county_map").bounding_box()
        assert box is not None
        point = self.page.evaluate(
            "([lon, lat]) => { const p = studio.map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            list(place),
        )
        return box["x"] + point[0], box["y"] + point[1]

    def until(self, test: str) -> None:
        """Wait until a test in the page holds; the policy forbids the driver's own way of waiting."""
        for _ in range(150):
            if self.page.evaluate(test):
                return
            self.page.wait_for_timeout(100)
        raise TimeoutError(test)

    def moves(self) -> int:
        """How many moves stand in the draft."""
        return int(self.page.evaluate("studio.draft.standing().length"))

    def finish(self, standing: int) -> None:
        """Send what is drawn, and wait for the move to stand."""
        self.page.keyboard.press("Enter")
        self.until(f"studio.draft.standing().length === {standing} && !studio.draft.busy")

    def households(self) -> dict[str, int]:
        """The households of each grid that changes itself, by its code."""
        effects: list[dict[str, Any]] = self.page.evaluate("studio.draft.preview.grids")
        return {
            one["code"]: one["after"]["households"] for one in effects if one["change"] != "derived" and one["after"]
        }

    def step(self, number: int, act: str) -> None:
        """Take a step of the draft's life from its sheet."""
        self.page.goto(f"{self.site.address}/redraws/{number}/sheet")
        self.page.locator(f"[data-act={act}]").click()
        expect(self.page.locator(".note.success")).to_be_visible()


def inside(geometry: dict[str, Any]) -> tuple[float, float]:
    """A place well inside a shape."""
    from shapely import maximum_inscribed_circle
    from shapely.geometry import shape

    middle = maximum_inscribed_circle(shape(geometry)).coords[0]
    return float(middle[0]), float(middle[1])
