"""A server on a free port and a Chromium page that fails the test at anything unexpected."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from geo_grid.access import AccountRole, username_of
from geo_grid.settings import PREFIX, Settings
from web.maps.vendor import MODULES, ROOT, install_packages, stock_shelf

#: The shell paints the same pages for half of the processor's time; where a distribution has none, the browser does.
CHROMIUM = next(
    (path for path in map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")) if path.exists()), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
#: Tells the console of every breach of the policy, also of those that a script swallows.
WATCH = (
    "document.addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
)


@dataclass
class Watched:
    """A page at a server, with all that went wrong in it."""

    page: Page
    address: str
    wrongs: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """The page of `path`, its map ready to use."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self.page

    def sign_in(self, role: str) -> None:
        """Sign in as the demo account of that role (a code of AccountRole); nothing is open afterwards."""
        self.page.goto(f"{self.address}/sign-in")
        self.page.locator(f"button:has-text('{username_of(AccountRole[role])}')").click()
        self.page.wait_for_url(re.compile(r"/$"))
        self.page.goto("about:blank")

    def settle(self) -> None:
        """Wait until all tiles in sight are painted."""
        for _ in range(150):
            if self.page.evaluate("county.tiles.shown().length > 0 && !county.tiles.isLoading()"):
                self.page.wait_for_timeout(150)
                return
            self.page.wait_for_timeout(100)
        raise TimeoutError("the tiles did not settle")


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of the web application over the database of `settings`, served by granian."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    given = settings.model_dump(exclude_none=True)
    environ |= {PREFIX + name.upper(): str(value) for name, value in given.items()}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "web.app:create_app"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(f"no server came up at {address}")


def watched(context: BrowserContext, address: str, known: tuple[str, ...] = ()) -> Watched:
    """A new page of `context` that notes console errors, script errors, and requests to hosts that are not `known`."""
    page = context.new_page()
    seen = Watched(page, address)
    page.add_init_script(WATCH)
    page.on("console", lambda said: said.type in {"error", "warning"} and seen.wrongs.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: seen.wrongs.append(f"script: {error}"))
    page.on("dialog", lambda dialog: (seen.wrongs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:", *known))
            or seen.wrongs.append(f"foreign request: {request.url}")
        ),
    )
    page.set_default_timeout(15_000)
    return seen


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    install_packages()
    stock_shelf()
    expect.set_options(timeout=15_000)
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: run make test, which installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(sample_database: Settings, chromium: Browser) -> Iterator[str]:
    """The address of the sample county."""
    with serving(sample_database) as address:
        yield address


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    install_packages()
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def site(chromium: Browser, server: str) -> Iterator[Watched]:
    """The sample county at 1440 × 900 in Chinese; nothing may go wrong while it is open."""
    yield from visiting(chromium, server, viewport=WIDE)


@pytest.fixture
def phone(chromium: Browser, server: str) -> Iterator[Watched]:
    """The sample county on a phone of 390 × 844."""
    yield from visiting(chromium, server, viewport=NARROW, is_mobile=True, has_touch=True)


def visiting(chromium: Browser, address: str, **options: object) -> Iterator[Watched]:
    """A watched page in a context of its own."""
    with chromium.new_context(reduced_motion="reduce", **options) as context:  # type: ignore[arg-type]
        seen = watched(context, address)
        yield seen
        assert seen.wrongs == []
