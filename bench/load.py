"""Measures two hundred people at one machine while borders change: requests a second, slow answers, errors."""

from __future__ import annotations

import http.client
import os
import random
import re
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from bench.cleaning import held
from bench.measure import Ratio
from bench.moves import accepted, leaf_moves
from bench.place import environ_of, sample_county
from bench.tiles import addresses, serving
from geo_grid import redraw
from geo_grid.access import Actor, make_demo
from geo_grid.access.demo import AccountRole, username_of
from geo_grid.db import DbRole, engine, run
from geo_grid.settings import Settings

PORT = 8314
USERS = int(os.environ.get("BENCH_LOAD_USERS", "200"))
#: How long the measurement lasts; the goal asks for five minutes.
SECONDS = float(os.environ.get("BENCH_LOAD_SECONDS", "60"))
#: A user looks at what came for about this long.
PAUSE_SECONDS = (0.1, 1.0)
CHANGE_EVERY_SECONDS = 5.0
ROLES = (AccountRole.TOWNSHIP, AccountRole.TOWNSHIP, AccountRole.GRID_WORKER, AccountRole.PLANNER, AccountRole.READER)
WORDS = ("网格", "990125", "王", "村", "H000")


@dataclass
class Seen:
    """What all users saw: seconds of each answer, and how many of each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class User(threading.Thread):
    """Somebody who moves over the map, opens grids and searches."""

    def __init__(
        self, number: int, tiles: list[tuple[int, int, int]], codes: list[str], end: float, seen: Seen
    ) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(number)  # noqa: S311  (a course through the pages, no secret)
        self.role = ROLES[number % len(ROLES)]
        self.tiles, self.codes, self.end, self.seen = tiles, codes, end, seen
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        self.cookie, self.version = "", 0

    def run(self) -> None:
        """Sign in, then look around until it is over."""
        try:
            self._sign_in()
            while time.monotonic() < self.end:
                started = time.perf_counter()
                status, _, _ = self._get(self._path())
                self.seen.seconds.append(time.perf_counter() - started)
                self.seen.statuses[status] += 1
                if status == 410:
                    self._look_at_version()
                time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        except (OSError, http.client.HTTPException) as failure:
            self.seen.failures.append(repr(failure))

    def _path(self) -> str:
        """The next thing to look at: mostly tiles, as on a map."""
        dice = self.chance.random()
        code = self.chance.choice(self.codes)
        if dice < 0.7:
            z, x, y = self.chance.choice(self.tiles)
            return f"/tiles/{self.version}/{z}/{x}/{y}.mvt"
        if dice < 0.85:
            return f"/panel/grids/{code}"
        if dice < 0.9:
            return "/api/search?" + urllib.parse.urlencode({"q": self.chance.choice(WORDS)})
        return self.chance.choice((f"/api/grids/{code}", "/api/version", "/panel/tree", "/", "/workers"))

    def _sign_in(self) -> None:
        """Become the demo account of the role."""
        _, page, headers = self._get("/sign-in")
        self.cookie = headers.split(";")[0]
        token = re.search(rb'name="csrf-token" content="([^"]+)"', page)
        if token is None:
            raise OSError("no page to sign in on")
        form = urllib.parse.urlencode({"csrf_token": token[1].decode(), "username": username_of(self.role)})
        kind = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.line.request("POST", "/sign-in/demo", form, kind)
        answer = self.line.getresponse()
        answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
        self._look_at_version()

    def _look_at_version(self) -> None:
        """Ask for the version of the map, as the page does when its tiles are gone."""
        found = re.search(rb'"version":\s*(\d+)', self._get("/api/version")[1])
        self.version = int(found[1]) if found else 0

    def _get(self, path: str) -> tuple[int, bytes, str]:
        """(status, body, cookie set) of an address."""
        self.line.request(
            "GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "gzip" if "mvt" in path else ""}
        )
        answer = self.line.getresponse()
        return answer.status, answer.read(), answer.getheader("Set-Cookie") or ""


def change_borders(settings: Settings, end: float) -> int:
    """How many moves were drawn, approved and applied meanwhile."""
    planner, approver = Actor.system("bench planner"), Actor.system("bench approver")
    pool, done = engine(settings, DbRole.LOADER), 0
    today = run(pool, lambda conn: conn.exec_driver_sql("SELECT current_date").scalar_one())
    for move in accepted(settings, leaf_moves):
        if time.monotonic() > end:
            break
        try:
            draft = run(pool, lambda conn: redraw.create_draft(conn, planner, "bench").id)
            run(pool, lambda conn, d=draft, m=move: redraw.add_move(conn, d, planner, m))  # type: ignore[misc]
            run(pool, lambda conn, d=draft: redraw.submit(conn, d, planner))  # type: ignore[misc]
            run(pool, lambda conn, d=draft: redraw.approve(conn, d, approver, today))  # type: ignore[misc]
            run(pool, lambda conn, d=draft: redraw.apply(conn, d, approver))  # type: ignore[misc]
            done += 1
        except redraw.MoveRefused:
            continue
        time.sleep(CHANGE_EVERY_SECONDS)
    return done


def measure() -> Iterator[Ratio]:
    """Seconds per request against 1 ÷ 300, and the slowest twentieth against 200 ms; errors end the measurement."""
    settings = sample_county()
    run(
        engine(settings, DbRole.ACCESS),
        lambda conn: make_demo(conn, township="990125101", village="990125101201", by="bench"),
    )
    with engine(settings, DbRole.WEB).connect() as conn:
        tiles = addresses(conn)
        found = "SELECT code FROM geo_grid.grids WHERE retired_at IS NULL ORDER BY md5(code) LIMIT 300"
        codes = list(conn.exec_driver_sql(found).scalars())
    server = [sys.executable, "-m", "geo_grid.cli", "serve"]
    with serving(server, {**environ_of(settings), "GEO_GRID_PORT": str(PORT)}, f"http://127.0.0.1:{PORT}/healthz"):
        seen, end = Seen(), time.monotonic() + SECONDS
        users = [User(number, tiles, codes, end, seen) for number in range(USERS)]
        started = time.monotonic()
        for user in users:
            user.start()
        changes = change_borders(settings, end)
        for user in users:
            user.join()
        lasted = time.monotonic() - started
    wrong = {status: count for status, count in seen.statuses.items() if status >= 500}
    said = f"{USERS} users, {SECONDS:.0f} s, {changes} redraws applied, answers {dict(seen.statuses)}"
    print(said)  # noqa: T201
    if wrong or seen.failures:
        raise RuntimeError(f"errors under load: {wrong} {seen.failures[:3]}")
    rate = len(seen.seconds) / lasted
    yield held(f"1 request of {USERS} users ({rate:.0f} a second)", 1 / rate, 1 / 300)
    yield held("the slowest twentieth of their answers", float(np.quantile(seen.seconds, 0.95)), 0.2)
