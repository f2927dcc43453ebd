"""Measures the studio in Chromium against its limits: counts after mouse-up, and frames while a border is dragged."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure import Ratio
from bench.page import ARGUMENTS, CHROMIUM
from bench.place import environ_of, sample_county
from bench.tiles import serving
from geo_grid.cli.demo import mark_as_demo

PORT = 8314
BASE = f"http://127.0.0.1:{PORT}"
#: Two micro grids of the sample county with a border of 69 vertices between them.
ONE, OTHER = "990125101201-G03-M03", "990125101201-G03-M05"
DRAGS, STEPS = 12, 60
COUNTS_S, FRAME_S = 0.3, 0.1
#: Notes how long each frame takes, and how long after the pointer is let go the server's counts stand in the page.
WATCH = """
() => {
  window.gaps = []; window.counted = [];
  let last = performance.now(), up = 0;
  const frame = () => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  addEventListener("pointerup", () => { up = performance.now(); }, true);
  const box = document.querySelector("[data-live]");
  new MutationObserver(() => {
    if (up && box.querySelector(".live-verdict.good")) { counted.push(performance.now() - up); up = 0; }
  }).observe(box, { childList: true, subtree: true });
}
"""
TAKE_EDGE = """
async ([one, other]) => {
  const { bounds: [w, s, e, n] } = await (await fetch('/api/grids/' + one)).json();
  studio.map.fitBounds([[s, w], [n, e]], { animate: false, padding: [150, 150] });
  studio.setTool("edge");
  await studio._choose([one]);
  studio.tool.take(studio.near.between(one, other)[0]);
  return studio.tool.edge.line.length;
}
"""
MIDDLE = """
() => {
  const { line } = studio.tool.edge;
  const [lon, lat] = line[Math.floor(line.length / 2)];
  const { left, top } = studio.map.getContainer().getBoundingClientRect();
  const { x, y } = studio.map.latLngToContainerPoint([lat, lon]);
  return [x + left, y + top];
}
"""


def measure() -> Iterator[Ratio]:
    """The ratios to the limits, and what the work costs the processor."""
    settings = sample_county()
    mark_as_demo(settings)
    server = [sys.executable, "-m", "geo_grid.cli", "serve"]
    with (
        serving(server, {**environ_of(settings), "GEO_GRID_PORT": str(PORT)}, f"{BASE}/healthz"),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = opened(browser)
        counted, gaps, cost = dragged(browser, page)
        panned = moved_about(page)
        browser.close()
    yield Ratio("studio, mouse-up to the server's counts : 300 ms", counted, (COUNTS_S,) * len(counted), 1)
    yield Ratio("… the slowest of them : 300 ms", (max(counted),), (COUNTS_S,), 1)
    yield Ratio("longest frame, 60 steps of a border's 69 vertices : 100 ms", (max(gaps),), (FRAME_S,), 1)
    yield Ratio("longest frame, moving about the whole county : 100 ms", (max(panned),), (FRAME_S,), 1)
    print(  # noqa: T201
        f"frames while dragging: median {statistics.median(gaps) * 1000:.0f} ms; the page's processor time for one "
        f"{cost['frame_ms']:.1f} ms, for its longest task {cost['task_ms']:.0f} ms"
    )


def opened(browser: Browser) -> Page:
    """A studio in a new draft, at the border to be dragged."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{BASE}/sign-in")
    page.locator("button:has-text('demo.planner')").click()
    page.goto(f"{BASE}/redraws")
    page.locator("#new-name").fill("bench")
    page.locator("form.card button[type=submit]").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(TAKE_EDGE, [ONE, OTHER])
    page.wait_for_timeout(2500)
    page.evaluate(WATCH)
    return page


def dragged(browser: Browser, page: Page) -> tuple[tuple[float, ...], list[float], dict[str, float]]:
    """Seconds to the counts after each drag, seconds of every frame while dragging, and what it cost."""
    gaps: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=trace, categories=["toplevel"])
        for turn in range(DRAGS + 1):
            found = one_drag(page, turn)
            gaps += found if turn else []
        browser.stop_tracing()
        cost = cost_of(json.loads(trace.read_text())["traceEvents"], len(gaps))
    counted = page.evaluate("counted")[1:]
    return tuple(ms / 1000 for ms in counted), gaps, cost


def one_drag(page: Page, turn: int) -> list[float]:
    """Pull the middle of the border aside in many steps, let go, and wait for the counts; seconds of the frames."""
    x, y = page.evaluate(MIDDLE)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)
    page.evaluate("gaps.length = 0")
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(x + (-1) ** turn * (6 + step * 0.7), y + step % 3)
    gaps = [ms / 1000 for ms in page.evaluate("gaps")]
    page.mouse.up()
    for _ in range(200):
        if page.evaluate("counted.length") > turn:
            return gaps
        page.wait_for_timeout(50)
    raise TimeoutError("no counts came")


def moved_about(page: Page) -> list[float]:
    """Seconds of the frames while the map with all grids and households is dragged at several zooms."""
    found: list[float] = []
    page.evaluate("studio.setTool('pick')")
    for zoom in (11, 13, 14):
        page.evaluate(f"studio.map.setView(studio.map.getCenter(), {zoom}, {{ animate: false }})")
        page.wait_for_timeout(2500)
        page.evaluate("gaps.length = 0")
        page.mouse.move(500, 450)
        page.mouse.down()
        for step in range(STEPS):
            page.mouse.move(500 + step * 4, 450 + step * 2)
        page.mouse.up()
        page.wait_for_timeout(800)
        found += [ms / 1000 for ms in page.evaluate("gaps")]
    return found


def cost_of(events: list[dict[str, Any]], frames: int) -> dict[str, float]:
    """The processor time of the page's main thread: by frame, and of its longest task, in milliseconds."""
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one.get("name") == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        one["tdur"] / 1000
        for one in events
        if one.get("name") == "ThreadControllerImpl::RunTask" and "tdur" in one and (one["pid"], one["tid"]) in mains
    ]
    return {"frame_ms": sum(tasks) / max(1, frames), "task_ms": max(tasks, default=0.0)}
