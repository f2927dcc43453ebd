"""Somebody at the web's import: signs in, sends files, has them looked at and checked, and reads what is answered."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any

from geo_grid.access import AccountRole, username_of
from tests.fair_time import FairTime, Took, below, processes


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: where it leads is not of interest."""

    def redirect_request(  # type: ignore[override]
        self, req: object, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Nothing: the answer itself comes back."""


@dataclass(frozen=True)
class Reply:
    """What the server answers: the status and the body."""

    status: int
    text: str

    @property
    def plain(self) -> dict[str, Any]:
        """The body as plain values."""
        return dict(json.loads(self.text))


@dataclass(frozen=True)
class Answer:
    """What somebody learns of files: where they came to (sent, looked, checked), what is said, how long it took."""

    stage: str
    says: tuple[str, ...]
    took: Took


class Sender:
    """GIS staff in a browser of their own."""

    def __init__(self, port: int, clock: FairTime) -> None:
        self._address, self._clock = f"http://127.0.0.1:{port}", clock
        self._web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.ask("/sign-in").text)
        assert found is not None
        self._token = found[1]
        staff = {"username": username_of(AccountRole["GIS_STAFF"])}
        assert self.send("/sign-in/demo", staff).status == 303
        again = re.search(r'name="csrf-token" content="([^"]+)"', self.ask("/import").text)
        assert again is not None
        self._token = again[1]

    def ask(self, path: str, content: bytes | None = None, kind: str = "") -> Reply:
        """The answer of a page, or to something sent."""
        head = {"Accept": "*/*"} | ({"Content-Type": kind} if kind else {})
        if content is not None:
            head["X-CSRFToken"] = self._token
        request = urllib.request.Request(f"{self._address}{path}", content, head)
        try:
            with self._web.open(request, timeout=120) as answer:
                return Reply(answer.status, answer.read().decode())
        except urllib.error.HTTPError as refusal:
            return Reply(refusal.code, refusal.read().decode())

    def send(self, path: str, form: dict[str, str]) -> Reply:
        """The answer to a form."""
        content = urllib.parse.urlencode(form | {"csrf_token": self._token}).encode()
        return self.ask(path, content, "application/x-www-form-urlencoded")

    def upload(self, run: int, path: Path) -> Reply:
        """The answer to a file."""
        mark = uuid.uuid4().hex
        name = path.name.replace('"', "%22")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        content = head.encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        return self.ask(f"/api/imports/{run}/files", content, f"multipart/form-data; boundary={mark}")

    def learn(self, paths: Sequence[Path], *, goes_on: bool = True) -> Answer:
        """What somebody learns who sends the files and has them looked at, and goes on as far as they let."""
        began = self._clock.now()
        run = int(self.ask("/api/imports", b"").plain["id"])
        try:
            stage, says = self._learned(run, paths, goes_on=goes_on)
            took = self._clock.since(began)
        finally:
            assert self.send(f"/import/{run}/drop", {}).status == 303
        return Answer(stage, tuple(says), took)

    def _learned(self, run: int, paths: Sequence[Path], *, goes_on: bool) -> tuple[str, list[str]]:
        """Where the files come to, and what is said there."""
        replies = [self.upload(run, path) for path in paths]
        if refused := [reply for reply in replies if reply.status != 201]:
            assert all(400 <= reply.status < 500 for reply in refused), refused
            return "sent", [str(reply.plain["detail"]) for reply in refused]
        looked = self._worked(run, "look")
        if looked["work"]["state"] != "done":
            return "looked", [self._failure(run, "found")]
        seen = looked["sighting"]
        if not seen["layers"]:
            return "looked", [str(one["reason"]) for one in seen["refused"]]
        if not goes_on:
            return "looked", [f"{len(seen['layers'])} layers can be read"]
        checked = self._worked(run, "settle")
        if checked["work"]["state"] != "done":
            return "checked", [self._failure(run, "findings")]
        verdict = checked["verdict"]
        if not verdict["loads"]:
            assert self.send(f"/import/{run}/load", {}).status in {409, 422}
        return "checked", [*(one["message"] for one in verdict["findings"]), *(["it may come in"] * verdict["loads"])]

    def _worked(self, run: int, button: str) -> dict[str, Any]:
        """The run, once the work that a button asks for is over."""
        assert self.send(f"/import/{run}/{button}", {}).status == 303
        for _ in range(2400):
            found = self.ask(f"/api/imports/{run}").plain
            if found["work"]["is_over"]:
                return found
            time.sleep(0.05)
        raise AssertionError(f"run {run} is never over")

    def _failure(self, run: int, step: str) -> str:
        """Why work failed, as the page of a step says."""
        page = self.ask(f"/import/{run}/{step}").text
        found = re.search(r'class="note error" role="alert">.*?<p>(.*?)</p>', page, re.DOTALL)
        return found[1].strip() if found else ""


class Pulse(threading.Thread):
    """Asks /healthz time and again, and looks at how large the server's processes grow."""

    def __init__(self, port: int, server: int, clock: FairTime, over: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self._address, self._server, self._over = f"http://127.0.0.1:{port}/healthz", server, over
        self._clock = clock
        self.beats: list[Took] = []
        self.wrong: list[str] = []
        self.peak = 0

    def run(self) -> None:
        """Go on until all is over."""
        while not self._over():
            began = self._clock.now()
            try:
                with urllib.request.urlopen(self._address, timeout=20) as answer:
                    if answer.status != 200:
                        self.wrong.append(str(answer.status))
            except OSError as failure:
                self.wrong.append(repr(failure))
            self.beats.append(self._clock.since(began))
            self.peak = max([self.peak, *map(_largest, below([self._server], processes()))])
            time.sleep(0.2)


def _largest(pid: int) -> int:
    """How many bytes of memory a process had at most; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) << 10 if found else 0
