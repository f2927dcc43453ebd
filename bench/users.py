"""People who look at the map, all in one process that costs little beside what is measured."""

from __future__ import annotations

import asyncio
import json
import random
import re
import resource
import sys
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

#: A user looks at what came for about this long.
PAUSE_SECONDS = (0.1, 1.0)
WORDS = ("网格", "990125", "王", "村", "H000")
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: (geo_grid_session=[^;\r]*)", re.IGNORECASE)
TOKEN = re.compile(rb'name="csrf-token" content="([^"]+)"')
VERSION = re.compile(rb'"version":\s*(\d+)')


@dataclass
class Seen:
    """What all users saw: when each answer came and after how many seconds, by kind; how many of each status."""

    answers: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """Where the users go: the port, the tiles they look at, the grids that each username sees, and for how long."""

    port: int
    tiles: list[tuple[int, int, int]]
    codes: dict[str, list[str]]
    usernames: list[str]
    seconds: float


class User:
    """Somebody who moves over the map, opens grids and searches."""

    def __init__(self, number: int, course: Course, seen: Seen) -> None:
        self.chance = random.Random(number)  # noqa: S311  (a course through the pages, no secret)
        self.username = course.usernames[number % len(course.usernames)]
        self.course, self.seen = course, seen
        self.cookie, self.version = b"", 0

    async def come(self) -> None:
        """Sign in."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.course.port)
        await self._sign_in()

    async def look(self, end: float) -> None:
        """Look around until it is over."""
        try:
            while time.monotonic() < end:
                kind, path = self._next()
                status, body = await self._measured(kind, path)
                if kind == "version" and status == 200:
                    self._note_version(body)
                elif status == 410:
                    self._note_version((await self._measured("version", "/api/version"))[1])
                await asyncio.sleep(self.chance.uniform(*PAUSE_SECONDS))
            self.writer.close()
        except (OSError, EOFError) as failure:
            self.seen.failures.append(repr(failure))

    async def _measured(self, kind: str, path: str) -> tuple[int, bytes]:
        """(status, body) of an address, noted with the time that it took."""
        started = time.monotonic()
        status, body = await self._ask(path)
        self.seen.answers.setdefault(kind, []).append((started, time.monotonic() - started))
        self.seen.statuses.setdefault(kind, Counter())[status] += 1
        return status, body

    def _next(self) -> tuple[str, str]:
        """The next thing to look at and its kind: mostly tiles, as on a map."""
        dice, code = self.chance.random(), self.chance.choice(self.course.codes[self.username])
        if dice < 0.7:
            z, x, y = self.chance.choice(self.course.tiles)
            return "tile", f"/tiles/{self.version}/{z}/{x}/{y}.mvt"
        if dice < 0.85:
            return "panel", f"/panel/grids/{code}"
        if dice < 0.9:
            return "search", "/api/search?" + urllib.parse.urlencode({"q": self.chance.choice(WORDS)})
        others = {"grid": f"/api/grids/{code}", "version": "/api/version", "tree": "/panel/tree", "map": "/"}
        kind = self.chance.choice((*others, "workers"))
        return kind, others.get(kind, "/workers")

    async def _sign_in(self) -> None:
        """Become the demo account."""
        _, page = await self._ask("/sign-in")
        token = TOKEN.search(page)
        if token is None:
            raise OSError("no page to sign in on")
        form = urllib.parse.urlencode({"csrf_token": token[1].decode(), "username": self.username})
        await self._ask("/sign-in/demo", form.encode())
        self._note_version((await self._ask("/api/version"))[1])

    def _note_version(self, body: bytes) -> None:
        """Go on at the version of the map that was told, as the page does when its tiles are gone and now and then."""
        found = VERSION.search(body)
        self.version = int(found[1]) if found else 0

    async def _ask(self, path: str, form: bytes | None = None) -> tuple[int, bytes]:
        """(status, body) of an address, to which a form is sent when there is one."""
        head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
        head += b"Cookie: " + self.cookie + b"\r\n"
        if form is None:
            head += b"Accept-Encoding: gzip\r\n" if path != "/sign-in" and "/api/" not in path else b""
        else:
            head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(form)
        self.writer.write(head + b"\r\n" + (form or b""))
        answer = await self.reader.readuntil(b"\r\n\r\n")
        cookie, length = COOKIE.search(answer), LENGTH.search(answer)
        if cookie is not None:
            self.cookie = cookie[1]
        return int(answer[9:12]), await self.reader.readexactly(int(length[1])) if length else b""


async def look_around(count: int, course: Course) -> Seen:
    """What `count` users saw, from when all of them are there."""
    seen = Seen()
    users = [User(number, course, seen) for number in range(count)]
    for user in users:
        await user.come()
    print("all are there", file=sys.stderr, flush=True)  # noqa: T201
    end = time.monotonic() + course.seconds
    await asyncio.gather(*(user.look(end) for user in users))
    return seen


def main(said: dict[str, Any]) -> dict[str, Any]:
    """What the users saw, for the program that started them."""
    course = Course(said["port"], said["tiles"], said["codes"], said["usernames"], said["seconds"])
    seen = asyncio.run(look_around(said["users"], course))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "answers": seen.answers,
        "statuses": seen.statuses,
        "failures": seen.failures,
        "cpu": used.ru_utime + used.ru_stime,
    }


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
