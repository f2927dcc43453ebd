"""What is costly to make is made once for each scope, and no scope waits for another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from geo_grid.access import Scope
from web.kept import MOST_SCOPES, Kept

COUNTY, TOWN = Scope(), Scope(frozenset({"990125100"}), "seal")


def test_a_value_is_made_once_however_many_ask() -> None:
    kept, made = Kept[int, str](), []

    def make() -> str:
        made.append(1)
        return "figures"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: kept.at(COUNTY, 1, make), range(40))) == {"figures"}
    assert len(made) == 1


def test_another_mark_makes_it_anew_and_another_seal_does_not() -> None:
    kept = Kept[int, str]()
    assert kept.at(TOWN, 1, lambda: "one") == "one"
    assert kept.at(Scope(TOWN.tops, "another seal"), 1, lambda: "two") == "one"
    assert kept.at(TOWN, 2, lambda: "three") == "three"
    assert kept.at(COUNTY, 2, lambda: "the county's") == "the county's"


def test_no_scope_waits_for_another() -> None:
    kept, may_end = Kept[int, str](), threading.Event()

    def slow() -> str:
        assert may_end.wait(30)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kept.at, COUNTY, 1, slow)
        assert kept.at(TOWN, 1, lambda: "quick") == "quick"
        assert not waiting.done()
        may_end.set()
        assert waiting.result(30) == "slow"


def test_a_failure_is_not_kept() -> None:
    kept = Kept[int, float]()
    for divisor, expected in ((0, None), (2, 0.5)):
        try:
            found = kept.at(COUNTY, 1, lambda divisor=divisor: 1 / divisor)
        except ZeroDivisionError:
            found = None
        assert found == expected


def test_the_scopes_that_nobody_asks_for_are_forgotten() -> None:
    kept = Kept[int, int]()
    for number in range(MOST_SCOPES + 1):
        kept.at(Scope(frozenset({str(number)})), 1, lambda number=number: number)
    assert kept.at(Scope(frozenset({"0"})), 1, lambda: -1) == -1
    assert kept.at(Scope(frozenset({str(MOST_SCOPES)})), 1, lambda: -1) == MOST_SCOPES
