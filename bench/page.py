"""Measures how soon the map page can be used against a plain Folium page with the same grids inlined as GeoJSON."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import folium
import geopandas
from playwright.sync_api import Browser, Page, Route, sync_playwright

from bench.measure import Ratio
from bench.place import ROOT, SAMPLE, environ_of, sample_county
from bench.tiles import serving

PORT = 8313
VENDOR = ROOT / "web" / "static" / "vendor"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
#: The first moment after the load event at which nothing has kept the page busy for half a second.
QUIET = """
() => new Promise(done => {
  let last = performance.now(), quiet = 0;
  const look = () => {
    const now = performance.now();
    quiet = now - last > 60 ? 0 : quiet + (now - last);
    last = now;
    if (quiet > 500) done(now - quiet); else setTimeout(look, 10);
  };
  look();
})
"""


def plain_page(folder: Path) -> Path:
    """A Folium page with every leaf, and every wider tier's grids, as GeoJSON layers in the page itself."""
    page = folium.Map(location=[36.0, 111.0], zoom_start=10, tiles=None)
    for tier in ("total", "sub", "branch", "group", "micro", "special"):
        grids = geopandas.read_file(SAMPLE / f"grids_{tier}.zip").to_crs(4326)
        folium.GeoJson(json.loads(grids.to_json()), name=tier).add_to(page)
    file = folder / "plain.html"
    page.save(file)
    return file


def from_disk(route: Route) -> None:
    """Answer a request to a CDN with our own copy of the library, or with nothing where the page runs without it."""
    name = route.request.url.rsplit("/", 1)[-1].split("?")[0]
    found = next(iter(VENDOR.rglob(name)), None)
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    route.fulfill(body=found.read_bytes() if found else b"", content_type=kind)


def opened_plain(browser: Browser, file: Path) -> float:
    """Seconds until the plain page has drawn its grids and lies still."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.route(re.compile("^https://"), from_disk)
    page.goto(file.as_uri(), wait_until="load", timeout=240_000)
    page.wait_for_selector("path.leaflet-interactive", timeout=240_000, state="attached")
    return _still(page)


def opened_ours(browser: Browser) -> float:
    """Seconds until our page has drawn its first tiles and lies still; a new context, so nothing is cached."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"http://127.0.0.1:{PORT}/", wait_until="load")
    page.wait_for_selector("html[data-ready]", timeout=60_000, state="attached")
    return _still(page)


def _still(page: Page) -> float:
    """Seconds from the start of navigation to the begin of the first quiet half second; closes the page."""
    moment: float = page.evaluate(QUIET)
    page.close()
    return moment / 1000


def measure() -> Iterator[Ratio]:
    """One ratio, and what our page weighs."""
    settings = sample_county()
    server = [sys.executable, "-m", "geo_grid.cli", "serve"]
    environ = {**environ_of(settings), "GEO_GRID_PORT": str(PORT)}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(server, environ, f"http://127.0.0.1:{PORT}/healthz"),
        sync_playwright() as playwright,
    ):
        file = plain_page(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        ours, peer = [], []
        for turn in range(4):
            a, b = opened_ours(browser), opened_plain(browser, file)
            if turn:
                ours.append(a)
                peer.append(b)
        weight = over_the_wire(browser)
        browser.close()
    yield Ratio("open the map : a plain Folium page with the same grids", tuple(ours), tuple(peer), 0.5)
    print(f"over the wire before tiles: {weight / 1000:.0f} kB (goal ≤ 700)")  # noqa: T201


def over_the_wire(browser: Browser) -> int:
    """Bytes received for the page and everything on it but tiles."""
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    tiles: set[str] = set()
    total = 0

    def started(event: dict[str, str]) -> None:
        if "/tiles/" in event["request"]["url"]:  # type: ignore[index]
            tiles.add(event["requestId"])

    def finished(event: dict[str, str]) -> None:
        nonlocal total
        if event["requestId"] not in tiles:
            total += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", started)
    session.on("Network.loadingFinished", finished)
    page.goto(f"http://127.0.0.1:{PORT}/", wait_until="networkidle")
    page.close()
    return total
