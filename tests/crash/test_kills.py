"""Whatever is killed in the middle of a change, the county is as before or as after, and nothing is done twice."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.checks import check, read_rules, read_waivers
from geo_grid.cluster import Cluster
from geo_grid.county import read_county
from geo_grid.db import DbRole, dispose_engines, engine, reading, run, upgrade
from geo_grid.db.digests import TableDigest, table_digests
from geo_grid.errors import Unavailable
from geo_grid.intake import load
from geo_grid.redraw import Merge
from geo_grid.settings import PREFIX, Settings
from geo_grid.staffing import read_today
from tests.databases import ROOT

pytestmark = pytest.mark.soak
KILLS = int(os.environ.get("KILLS", "120"))
#: Derived, or counted up by sequences that a rollback does not take back.
NOT_COMPARED = {"tile_shapes"}
ACTOR, APPROVER = Actor.system("crash"), Actor.system("approver")
#: A backend that is killed takes all others with it, and the database recovers by itself; a connection is only ended.
VICTIMS = ("client", "backend", "connection", "postmaster")
#: What a deed takes until the first of its kind was measured.
LONG_SECONDS = 0.9
PAIRS = [(f"990125101201-G0{group}-M01", f"990125101201-G0{group}-M02") for group in (1, 2, 3)]


@dataclass
class County:
    """The sample county in a cluster of its own, and what is to be done next."""

    settings: Settings
    folder: Path
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    applied: list[int] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)

    def digests(self) -> dict[str, TableDigest]:
        """What the tables hold."""
        with reading(engine(self.settings, DbRole.ADMIN)) as conn:
            return {name: one for name, one in table_digests(conn).items() if name not in NOT_COMPARED}

    def deed(self, number: int) -> list[str]:
        """The words of the next change, prepared so that it can be done once."""
        kind = ("hand-over", "import", "apply", "undo")[number % 4]
        if kind == "hand-over":
            workers = [f"990125W{one:04d}" for one in self.chance.sample(range(1, 100), 2)]
            return [kind, f"key-{number}", *workers]
        if kind == "import":
            return [kind, f"key-{number}", str(self._file(number))]
        if kind == "apply":
            self.applied.append(self._draft())
            return [kind, f"redraw-{self.applied[-1]}", str(self.applied[-1])]
        return [kind, "", str(self.applied[-1])]

    def _file(self, number: int) -> Path:
        """A table that gives two thousand households another address."""
        asked = (
            "SELECT code, persons, ST_X(p), ST_Y(p) FROM (SELECT code, persons, ST_Transform(point, 4490) AS p"
            " FROM geo_grid.households ORDER BY id LIMIT 2000) AS doors"
        )
        with engine(self.settings, DbRole.WEB).connect() as conn:
            rows = conn.exec_driver_sql(asked)
            file = self.folder / f"households_{number}.csv"
            with file.open("w", newline="", encoding="utf-8") as out:
                table = csv.writer(out)
                table.writerow(["户编码", "人口数", "经度", "纬度", "地址"])
                table.writerows([*row, f"village {number}"] for row in rows)
        return file

    def _draft(self) -> int:
        """An approved redraw that merges two neighbours."""
        keep, gone = PAIRS[len(self.applied) % len(PAIRS)]
        pool = engine(self.settings, DbRole.LOADER)
        number = run(pool, lambda conn: redraw.create_draft(conn, ACTOR, "crash")).id
        run(pool, lambda conn: redraw.add_move(conn, number, ACTOR, Merge((keep, gone), keep)))
        run(pool, lambda conn: redraw.submit(conn, number, ACTOR))
        run(pool, lambda conn: redraw.approve(conn, number, APPROVER, read_today(conn)))
        return number

    def start(self, words: list[str]) -> subprocess.Popen[str]:
        """The process that does it, waiting for its starting signal."""
        environ = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        environ[f"{PREFIX}HOME"] = str(self.settings.home)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.deeds", *words],
            cwd=ROOT,
            env=environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        return process

    def kill(self, victim: str, process: subprocess.Popen[str]) -> None:
        """Kill one of those that take part; the database is there again afterwards."""
        if victim == "client":
            process.kill()
        elif victim == "postmaster":
            pid = Cluster(self.settings.home).status().pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        else:
            self._kill_connections(by_force=victim == "backend")
        process.communicate()
        dispose_engines(self.settings)
        Cluster(self.settings.home).start()
        self._wait()

    def _kill_connections(self, *, by_force: bool) -> None:
        """End what serves the connections: the processes by force, or the sessions as an administrator would."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with engine(self.settings, DbRole.ADMIN).connect() as conn:
            if not by_force:
                conn.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}")
                return
            pids = list(conn.exec_driver_sql(f"SELECT pid {others} AND application_name LIKE 'geo_grid%%'").scalars())
        for pid in pids:
            with suppress(ProcessLookupError):  # the deed is over already
                os.kill(pid, signal.SIGKILL)

    def _wait(self) -> None:
        """Return when the database has recovered."""
        end = time.monotonic() + 60
        while True:
            try:
                with engine(self.settings, DbRole.ADMIN).connect():
                    return
            except Unavailable:
                assert time.monotonic() < end, "the database does not recover"
                time.sleep(0.1)

    def is_done(self, words: list[str]) -> bool:
        """Whether the change stands in the journal, once: under its key, an undo as that of its redraw."""
        which = f"idempotency_key = '{words[1]}'" if words[1] else f"summary ->> 'undoes' = '{words[2]}'"
        found = f"SELECT count(*) FROM geo_grid.changesets WHERE {which}"
        with engine(self.settings, DbRole.WEB).connect() as conn:
            return conn.exec_driver_sql(found).scalar_one() == 1


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """The sample county, with everything written to the disk as it is for users."""
    with tempfile.TemporaryDirectory(prefix="gg") as folder:
        settings = Settings(home=Path(folder) / "home")
        Cluster(settings.home).start()
        upgrade(settings)
        load(settings, [ROOT / "sample_shapes"])
        yield County(settings, tmp_path, random.Random(int(os.environ.get("KILLS_SEED", "7"))))
        dispose_engines(settings)
        Cluster(settings.home).stop()


def test_nothing_is_ever_half_done_or_done_twice(county: County) -> None:
    told = Path(os.environ.get("KILLS_TOLD", county.folder / "kills.txt"))
    for number in range(KILLS):
        words = county.deed(number)
        before = county.digests()
        process = county.start(words)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(county.chance.uniform(0, 1.1 * county.took.get(words[0], LONG_SECONDS)))
        victim = VICTIMS[(number // 4 + number) % len(VICTIMS)]
        county.kill(victim, process)
        done, after = county.is_done(words), county.digests()
        county.counts[f"{words[0]} × {victim}: {'after' if done else 'before'}"] += 1
        assert done != (after == before), f"{words} is half done after the death of the {victim}"
        if not done:
            county.took[words[0]] = do(county, words)
            after = county.digests()
        do(county, words)
        assert county.is_done(words)
        assert county.digests() == after, f"{words} is done twice after the death of the {victim}"
        told.write_text("".join(f"{what} {count}\n" for what, count in sorted(county.counts.items())))
    with reading(engine(county.settings, DbRole.LOADER)) as conn:
        assert check(read_county(conn), read_rules(conn), read_waivers(conn)).invariants_broken == 0
    for victim in VICTIMS:
        assert any(f"{victim}: before" in what for what in county.counts), county.counts


def do(county: County, words: list[str]) -> float:
    """Seconds that the deed takes, undisturbed; what is done already may be refused, as an undo of an undo."""
    process = county.start(words)
    done, started = county.is_done(words), time.monotonic()
    _, said = process.communicate("\n", timeout=300)
    assert done or process.returncode == 0, said
    return time.monotonic() - started
