"""Measures the rules over 285,000 households, a rule's map, 'who' and 1,846 boards against their limits."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import Ratio, command, seconds, watched
from bench.place import big_sample, empty_net, environ_of, importing, recreate, sample_county
from geo_grid.access import make_demo
from geo_grid.checks import evaluate_all, read_rules, read_waivers
from geo_grid.county import read_county_without_ground
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.publish import who
from geo_grid.settings import Settings
from web.app import create_app

RULE = "every_household_has_a_contact"
GIB = 1 << 30


def measure() -> Iterator[Ratio]:
    """A ratio for each limit: seconds over the seconds allowed."""
    small = sample_county()
    yield _limited("all rules over 28,500 households : limit", 1.0, lambda: all_rules(small), runs=3)
    yield _rule_map(small)
    yield _who(small)
    yield from _boards(small)
    big = recreate("bench_big", template=empty_net())
    command(importing([big_sample()]), environ_of(big))
    yield _limited("all rules over 285,000 households : limit", 8.0, lambda: all_rules(big), runs=3)


def all_rules(settings: Settings) -> int:
    """Read the county and answer every rule in force, as a page does when the data changed."""
    with reading(engine(settings, DbRole.LOADER)) as conn:
        county = read_county_without_ground(conn)
        return len(evaluate_all(county, read_rules(conn), read_waivers(conn)))


def _limited(name: str, limit_s: float, work: Callable[[], object], *, runs: int) -> Ratio:
    """Our seconds against a limit."""
    work()
    ours = tuple(seconds(work) for _ in range(runs))
    return Ratio(name, ours, (limit_s,) * runs, 1.0)


def _rule_map(settings: Settings) -> Ratio:
    """The answer that colours the map by a rule, once the county is known."""
    with transaction(engine(settings, DbRole.ACCESS)) as conn:
        make_demo(conn, township=None, village=None, by="bench")
    client = create_app(settings).test_client()

    def ask() -> None:
        answer = client.get(f"/api/coverage/{RULE}")
        if answer.status_code != 200:
            raise LookupError(f"the map of {RULE} was not given: {answer.status}")

    return _limited("a rule's map : limit", 0.3, ask, runs=9)


def _who(settings: Settings) -> Ratio:
    """Who is responsible at the middle of the county."""
    with reading(engine(settings, DbRole.WEB)) as conn:
        west, south, east, north = _bounds(settings)
        lon, lat = (west + east) / 2, (south + north) / 2
        return _limited("who is responsible here : limit", 0.02, lambda: who(conn, lon, lat), runs=15)


def _bounds(settings: Settings) -> tuple[float, float, float, float]:
    """The county's bounds in degrees."""
    from geo_grid.publish import tier_tree

    with reading(engine(settings, DbRole.WEB)) as conn:
        bounds = tier_tree(conn).bounds
    if bounds is None:
        raise LookupError("the sample county is not there")
    return bounds


def _boards(settings: Settings) -> Iterator[Ratio]:
    """All 1,846 boards in one archive by the command, their time and the memory of its processes together."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "geo_grid.cli", "boards", "--out", str(Path(folder) / "boards.zip")]
        took, worked, most = watched(words, environ_of(settings))
    yield Ratio("1,846 boards : limit of 15 minutes", (took,), (900.0,), 1.0)
    yield Ratio("their seconds of two processors : 2 × 15 minutes", (worked,), (1800.0,), 1.0)
    yield Ratio("memory of 1,846 boards, in GiB : limit", (most / GIB,), (1.0,), 1.0)
