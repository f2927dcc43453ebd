"""Measures two hundred people at one machine while borders change: requests a second, slow answers, errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.cleaning import held
from bench.measure import Ratio
from bench.moves import accepted, leaf_moves
from bench.place import HOME, ROOT, environ_of, sample_county
from bench.tiles import addresses, serving
from geo_grid import redraw
from geo_grid.access import Actor, make_demo
from geo_grid.access.demo import AccountRole, username_of
from geo_grid.db import DbRole, engine, run
from geo_grid.redraw import Move
from geo_grid.settings import Settings

PORT = 8314
USERS = int(os.environ.get("BENCH_LOAD_USERS", "200"))
#: How long the measurement lasts; the goal asks for five minutes.
SECONDS = float(os.environ.get("BENCH_LOAD_SECONDS", "60"))
CHANGE_EVERY_SECONDS = 5.0
ROLES = (AccountRole.TOWNSHIP, AccountRole.TOWNSHIP, AccountRole.GRID_WORKER, AccountRole.PLANNER, AccountRole.READER)
TICKS = os.sysconf("SC_CLK_TCK")


def change_borders(settings: Settings, moves: Sequence[Move], end: float) -> int:
    """How many moves were drawn, approved and applied meanwhile."""
    planner, approver = Actor.system("bench planner"), Actor.system("bench approver")
    pool, done = engine(settings, DbRole.LOADER), 0
    today = run(pool, lambda conn: conn.exec_driver_sql("SELECT current_date").scalar_one())
    for move in moves:
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


def work_of(top: int) -> float:
    """Seconds of processor that a process, all below it, and all of these that ended, have used."""
    parents = {one: _stat(one) for one in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())}
    below, found = {top}, 0.0
    while below:
        found += sum(sum(map(int, parents[one][11:15])) for one in below if parents.get(one))
        below = {one for one, stat in parents.items() if stat and int(stat[1]) in below}
    return found / TICKS


def _stat(process: int) -> list[str]:
    """What the system says of a process, from its state on; nothing when it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def users_of(settings: Settings) -> dict[str, Any]:
    """What the users' process is told."""
    with engine(settings, DbRole.WEB).connect() as conn:
        found = "SELECT code FROM geo_grid.grids WHERE retired_at IS NULL ORDER BY md5(code) LIMIT 300"
        codes = list(conn.exec_driver_sql(found).scalars())
        names = [username_of(role) for role in ROLES]
        return {"port": PORT, "users": USERS, "tiles": addresses(conn), "codes": codes, "usernames": names}


def watched(settings: Settings, moves: Sequence[Move], server: int) -> tuple[dict[str, Any], str]:
    """What the users saw while borders changed, and where the processor's time went meanwhile."""
    postmaster = int((HOME / "cluster" / "postmaster.pid").read_text().split()[0])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    users = subprocess.Popen([sys.executable, "-m", "bench.users"], text=True, cwd=ROOT, **pipes)  # type: ignore[call-overload]
    json.dump({**users_of(settings), "seconds": SECONDS}, users.stdin)
    users.stdin.close()
    users.stderr.readline()  # when all are there
    before, mine, was = work_of(postmaster), time.process_time(), work_of(server)
    changes = change_borders(settings, moves, time.monotonic() + SECONDS)
    seen: dict[str, Any] = json.load(users.stdout)
    users.wait()
    count = sum(seen["statuses"].values())
    shares = {"server": work_of(server) - was, "database": work_of(postmaster) - before}
    shares |= {"users": seen["cpu"], "redraws": time.process_time() - mine}
    told = ", ".join(f"{name} {1000 * share / count:.2f}" for name, share in shares.items())
    said = f"{USERS} users, {SECONDS:.0f} s, {changes} redraws applied, answers {seen['statuses']}; ms of the processor"
    return seen, f"{said} for each: {told}"


def measure() -> Iterator[Ratio]:
    """Seconds per request against 1 ÷ 300, and the slowest twentieth against 200 ms; errors end the measurement."""
    settings = sample_county()
    run(
        engine(settings, DbRole.ACCESS),
        lambda conn: make_demo(conn, township="990125101", village="990125101201", by="bench"),
    )
    moves = accepted(settings, leaf_moves, most=int(SECONDS / CHANGE_EVERY_SECONDS) + 5)
    server = [sys.executable, "-m", "geo_grid.cli", "serve"]
    environ = {**environ_of(settings), "GEO_GRID_PORT": str(PORT)}
    with serving(server, environ, f"http://127.0.0.1:{PORT}/healthz") as process:
        seen, said = watched(settings, moves, process.pid)
    times = [one for kind in seen["seconds"].values() for one in kind]
    print(said)  # noqa: T201
    for kind, taken in seen["seconds"].items():
        middle, slow = 1000 * np.quantile(taken, [0.5, 0.95])
        print(f"  {kind:<8} {len(taken):6}   median {middle:6.0f} ms   slowest twentieth {slow:6.0f} ms")  # noqa: T201
    wrong = {status: count for status, count in seen["statuses"].items() if int(status) >= 500}
    if wrong or seen["failures"]:
        raise RuntimeError(f"errors under load: {wrong} {seen['failures'][:3]}")
    rate = len(times) / SECONDS
    yield held(f"1 request of {USERS} users ({rate:.0f} a second)", 1 / rate, 1 / 300)
    yield held("the slowest twentieth of their answers", float(np.quantile(times, 0.95)), 0.2)
