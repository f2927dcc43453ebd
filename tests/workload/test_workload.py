"""A workload is a sum that anybody can check; nothing is lost on its way to people, and moves even it out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_grid.county import County
from geo_grid.inspections import Rhythms
from geo_grid.vocabulary import LoadTerm, Season, Tier
from geo_grid.workload import (
    BadWeight,
    LeafFacts,
    Weights,
    histogram,
    next_moves,
    outliers,
    spread_of,
    visits_a_month,
    workload_of,
)
from tests.checks.served import TODAY, served

WEEKLY, MONTHLY = 7.6, 30.4
RHYTHMS = Rhythms(
    {
        ("FOREST", Tier.MICRO, Season.FIRE): WEEKLY,  # type: ignore[dict-item]
        ("ROAD", Tier.MICRO, Season.FIRE): MONTHLY,  # type: ignore[dict-item]
        ("RIVER", Tier.MICRO, Season.FLOOD): WEEKLY,  # type: ignore[dict-item]
    }
)
EVEN = Weights(dict.fromkeys(LoadTerm, 1.0))
HOUSEHOLDS = Weights({LoadTerm.HOUSEHOLDS: 1.0})


def village(*micros: str) -> County:
    """A village of micro grids, each given as posts and households."""
    lines = [f"        MICRO M{number} {line}" for number, line in enumerate(micros)]
    return served("\n".join(["TOTAL T", "  SUB S", "    GROUP G", *lines]))


def test_every_term_is_an_amount_times_its_weight() -> None:
    county = village("CONTACT=a | a a a")
    facts = {"M0": LeafFacts(2e6, {"FOREST": 2, "ROAD": 1}, matters=3)}
    found = workload_of(county, facts, Weights({term: 10.0**rank for rank, term in enumerate(LoadTerm)}), RHYTHMS)
    terms = found.terms(found.below[county.index["T"]])
    # Three doors at 0, 100 and 200 m lie 0.2 km from their middle together; forests are visited weekly in November.
    assert {term.code: line[0] for term, line in terms.items()} == pytest.approx(
        {"HOUSEHOLDS": 3, "SITES": 9, "AREA": 2, "DISTANCE": 0.2, "MATTERS": 3}
    )
    assert sum(line[2] for line in terms.values()) == pytest.approx(3 + 90 + 200 + 200 + 30000)


def test_households_follow_their_contact_and_the_rest_whoever_keeps_the_grid() -> None:
    county = village("CONTACT=a FULL_TIME=b | a c ?", "PART_TIME=d |", "|")
    found = workload_of(county, {f"M{one}": LeafFacts(1e6) for one in range(3)}, EVEN)
    area, households = 2, 0
    assert {worker: (part[households], part[area]) for worker, part in found.by_worker.items()} == {
        "a": (1, 1), "c": (1, 0), "": (1, 1), "d": (0, 1)
    }  # fmt: skip


def test_sites_are_visited_by_the_rhythm_of_their_season() -> None:
    assert visits_a_month(RHYTHMS, "FOREST", TODAY) == pytest.approx(4)
    assert visits_a_month(RHYTHMS, "RIVER", TODAY) == 0
    assert visits_a_month(RHYTHMS, "RIVER", TODAY.replace(month=7)) == pytest.approx(4)


def test_the_next_move_takes_from_the_most_and_gives_to_the_least() -> None:
    county = village("CONTACT=a | a a a a", "CONTACT=a | a a a", "CONTACT=a | a a a", "CONTACT=b | b b")
    (move,) = next_moves(workload_of(county, {}, HOUSEHOLDS), "S")
    assert (move.giver, move.taker, move.giver_before, move.taker_before) == ("a", "b", 10, 2)
    assert (move.load, move.giver_after, move.taker_after) == (4, 6, 6)


def test_an_even_village_needs_no_move() -> None:
    assert next_moves(workload_of(village("CONTACT=a | a a", "CONTACT=b | b b"), {}, HOUSEHOLDS), "S") == []
    assert next_moves(workload_of(village("|"), {}, HOUSEHOLDS), "S") == []


def test_a_grid_far_beyond_the_others_stands_out() -> None:
    county = village(*["| " + "a " * 10] * 8, "| " + "a " * 40)
    assert outliers(workload_of(county, {}, HOUSEHOLDS)) == [("M8", 40)]


@pytest.mark.parametrize("weight", [-1.0, 1001.0, float("nan"), float("inf")])
def test_a_weight_that_cannot_be_is_refused(weight: float) -> None:
    with pytest.raises(BadWeight):
        EVEN.changed({LoadTerm.AREA: weight})
    with pytest.raises(BadWeight, match="at least one"):
        EVEN.changed(dict.fromkeys(LoadTerm, 0.0))


HOMES = st.lists(st.text("abc?", max_size=9), min_size=1, max_size=8)


@given(HOMES, st.lists(st.floats(0, 9), min_size=5, max_size=5))
def test_nothing_is_lost_between_grids_and_people(homes: list[str], weights: list[float]) -> None:
    county = village(*[f"CONTACT={'abc'[number % 3]} | {' '.join(line)}" for number, line in enumerate(homes)])
    facts = {f"M{number}": LeafFacts(1e6 * number, {"WELL": number}) for number in range(len(homes))}
    found = workload_of(county, facts, Weights(dict(zip(LoadTerm, weights, strict=True))))
    whole = found.amounts.sum(axis=0)
    assert sum(found.by_worker.values()) == pytest.approx(whole)
    assert found.below[county.index["T"]] == pytest.approx(whole)
    assert found.loads.sum() == pytest.approx(found.load_of(whole))


@given(HOMES)
@settings(deadline=None)
def test_each_move_brings_the_loads_nearer_to_one_another_and_keeps_their_sum(homes: list[str]) -> None:
    county = village(*[f"| {' '.join(line)}" for line in homes])
    for move in next_moves(workload_of(county, {}, HOUSEHOLDS), "S"):
        assert move.giver_after + move.taker_after == pytest.approx(move.giver_before + move.taker_before)
        before = move.giver_before**2 + move.taker_before**2
        assert move.giver_after**2 + move.taker_after**2 < before


@given(st.lists(st.floats(0, 1e5), max_size=50))
def test_a_histogram_counts_everything_once(loads: list[float]) -> None:
    assert sum(count for _, _, count in histogram(loads)) == len(loads)
    spread = spread_of(loads)
    assert spread.least <= spread.lower <= spread.median <= spread.upper <= spread.most or not loads
