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
from sqlalchemy import Connection

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
#: How long the measurement lasts; the goal asks for five minutes (`python -m bench load --seconds 300`).
SECONDS = float(os.environ.get("BENCH_LOAD_SECONDS", "60"))
CHANGE_EVERY_SECONDS = 5.0
#: Answers that are none of an error: 304 says that nothing has changed, 410 that the map has.
GOOD = {200, 304, 410}
#: The statistics of slow answers are also told for each part of the time that is so long.
SLICE_SECONDS = 15.0
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
    names = [username_of(role) for role in ROLES]
    with engine(settings, DbRole.ADMIN).connect() as conn:
        codes = {name: codes_of(conn, name) for name in names}
    with engine(settings, DbRole.WEB).connect() as conn:
        return {"port": PORT, "users": USERS, "tiles": addresses(conn), "codes": codes, "usernames": names}


def codes_of(conn: Connection, username: str) -> list[str]:
    """At most 300 of the grids that somebody sees."""
    found = """
        SELECT g.code FROM geo_grid.grids g
         WHERE g.retired_at IS NULL AND EXISTS (
               SELECT FROM geo_grid.accounts a JOIN geo_grid.roles_given r ON r.account_id = a.id
                WHERE a.username = %s
                  AND (r.grid_id IS NULL OR g.id = ANY (geo_grid.subtrees_of(ARRAY[r.grid_id]))))
         ORDER BY md5(g.code) LIMIT 300
    """
    return list(conn.exec_driver_sql(found, (username,)).scalars())


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
    count = sum(len(taken) for taken in seen["answers"].values())
    shares = {"server": work_of(server) - was, "database": work_of(postmaster) - before}
    shares |= {"users": seen["cpu"], "redraws": time.process_time() - mine}
    told = ", ".join(f"{name} {1000 * share / count:.2f}" for name, share in shares.items())
    said = f"{USERS} users, {SECONDS:.0f} s, {count} answers, {changes} redraws applied; ms of the processor"
    return seen, f"{said} for each: {told}"


def tell(seen: dict[str, Any]) -> None:
    """Print how long each kind of answer took and of which status they were, then the same of each part of the time."""
    for kind, answers in seen["answers"].items():
        middle, slow = 1000 * np.quantile([taken for _, taken in answers], [0.5, 0.95])
        statuses = ", ".join(f"{count} × {status}" for status, count in seen["statuses"][kind].items())
        print(f"  {kind:<8} {len(answers):6}   median {middle:6.0f} ms   p95 {slow:6.0f} ms   {statuses}")  # noqa: T201
    times = np.array([answer for answers in seen["answers"].values() for answer in answers])
    parts = ((times[:, 0] - times[:, 0].min()) // SLICE_SECONDS).astype(int)
    for part in range(parts.max() + 1):
        taken = times[parts == part, 1]
        middle, slow, slowest = 1000 * np.quantile(taken, [0.5, 0.95, 1.0])
        name = f"from {part * SLICE_SECONDS:.0f} s"
        print(f"  {name:<12} {len(taken):6}   median {middle:6.0f} ms   p95 {slow:6.0f} ms   slowest {slowest:6.0f} ms")  # noqa: T201


def errors_of(seen: dict[str, Any]) -> dict[str, int]:
    """How many answers of which kind and status there should not have been."""
    return {
        f"{kind} {status}": count
        for kind, statuses in seen["statuses"].items()
        for status, count in statuses.items()
        if int(status) not in GOOD
    }


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
    print(said)  # noqa: T201
    tell(seen)
    wrong = errors_of(seen)
    if wrong or seen["failures"]:
        raise RuntimeError(f"errors under load: {wrong} {seen['failures'][:3]}")
    times = [taken for answers in seen["answers"].values() for _, taken in answers]
    rate = len(times) / SECONDS
    yield held(f"1 request of {USERS} users ({rate:.0f} a second)", 1 / rate, 1 / 300)
    yield held("the slowest twentieth of their answers", float(np.quantile(times, 0.95)), 0.2)
