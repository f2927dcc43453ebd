"""Each invariant sees what breaks it, and nothing in a sound county."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from geo_grid.checks import INVARIANTS, PRESETS, check
from geo_grid.county import County
from geo_grid.grids import StandingGrid
from geo_grid.households import Doors
from geo_grid.partition import multi
from geo_grid.staffing import Assignment, Post, Staff, Worker
from geo_grid.vocabulary import Role, Tier
from tests.drawn import at
from tests.intake import town

BARE = {town.WEST_VILLAGE: "R"}


def shape(*letters: str) -> Any:
    """The ground of letters in the form in which it is stored."""
    return multi(np.array([town.box_of(*letters)]))[0]


TODAY = date(2026, 11, 22)


def sound() -> County:
    """The town of the intake tests, as it should be."""
    grids = []
    for code, name, tier, parent, letters in town._ROWS:
        leaf = len(letters) == 1 and code not in {town.EAST_VILLAGE, town.EAST_GROUP}
        own = shape(letters) if leaf else shape(BARE[code]) if code in BARE else None
        kind = next(one for one in Tier if one.zh == tier)
        grids.append(StandingGrid(code, kind, parent or None, name, own, shape(*letters)))
    places = np.array([at(0.5, 2.5, size=20), at(2, 1.5, size=20), at(0.5, 0.5, size=20)])
    doors = Doors(("H1", "H2", "H3"), places, (town.A, town.B, town.WEST_VILLAGE), ("W1", "", ""))
    leader, helper = Post(town.WEST_VILLAGE, Role.LEADER), Post(town.A, Role.CONTACT)
    held = Assignment(leader, "W1", date(2024, 1, 1))
    staff = Staff({"W1": Worker("W1", "王一")}, [leader, helper], [held])
    return County(4546, grids, doors, staff, TODAY, shape("A", "B", "C", "P", "R"))


def with_grid(county: County, code: str, **values: Any) -> County:
    """The county with one grid changed."""
    grids = [replace(grid, **values) if grid.code == code else grid for grid in county.grids]
    return replace(county, grids=grids)


def test_a_sound_county_breaks_nothing() -> None:
    report = check(sound())
    assert report.invariants_broken == 0
    assert report.to_json()["grids"] == {"total": 1, "sub": 2, "branch": 0, "group": 2, "micro": 3, "special": 1}
    assert report.to_json()["households_unplaced"] == 1


def test_an_empty_county_breaks_nothing() -> None:
    assert check(County(4546, [], Doors((), np.empty((0, 2)), (), ()), Staff(), TODAY, None)).invariants_broken == 0


def moved(polygon: Any, by: float) -> Any:
    """The polygon moved east."""
    return shapely.transform(polygon, lambda coords: coords + np.array([by, 0.0]))


BREAKS: dict[str, tuple[Callable[[County], County], str]] = {
    "a vertex off the lattice": (
        lambda c: with_grid(c, town.C, own=moved(shape("C"), 0.0001), geom=moved(shape("C"), 0.0001)),
        "on_the_lattice",
    ),
    "a leaf moved by one unit": (
        lambda c: with_grid(c, town.C, own=moved(shape("C"), 1 / 1024), geom=moved(shape("C"), 1 / 1024)),
        "families_fill_their_parents",
    ),
    "a leaf gone": (
        lambda c: replace(c, grids=[grid for grid in c.grids if grid.code != town.A]),
        "families_fill_their_parents",
    ),
    "a leaf twice": (lambda c: replace(c, grids=[*c.grids, c.grids[5]]), "one_current_version"),
    "ground nobody owns": (lambda c: with_grid(c, town.WEST_VILLAGE, own=None), "families_fill_their_parents"),
    "ground owned twice": (lambda c: with_grid(c, town.TOWN, own=shape("R")), "families_fill_their_parents"),
    "a county without outline": (lambda c: replace(c, outline=None), "families_fill_their_parents"),
    "a county too wide": (lambda c: replace(c, outline=shape("A", "B")), "families_fill_their_parents"),
    "a bow tie": (
        lambda c: with_grid(
            c, town.C, geom=shapely.MultiPolygon([shapely.Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)])])
        ),
        "sound_shapes",
    ),
    "a leaf with other ground": (lambda c: with_grid(c, town.A, own=shape("B")), "leaves_are_their_own_ground"),
    "an unknown parent": (lambda c: with_grid(c, town.A, parent="NOWHERE"), "parents_are_wider"),
    "a parent of a wrong tier": (lambda c: with_grid(c, town.A, parent=town.TOWN), "parents_are_wider"),
    "a total grid with a parent": (lambda c: with_grid(c, town.TOWN, parent=town.A), "parents_are_wider"),
    "a retired grid that stands": (lambda c: replace(c, retired=frozenset({town.A})), "one_current_version"),
    "a household in the wrong grid": (
        lambda c: replace(c, doors=replace(c.doors, grids=(town.B, town.B, town.WEST_VILLAGE))),
        "households_in_their_grid",
    ),
    "a household on a border given to the other side": (
        lambda c: replace(c, doors=replace(c.doors, grids=(town.A, town.A, town.WEST_VILLAGE))),
        "households_in_their_grid",
    ),
    "a household outside": (
        lambda c: replace(c, doors=replace(c.doors, at=c.doors.at + 10_000)),
        "households_in_their_grid",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_found(name: str) -> None:
    change, rule = BREAKS[name]
    assert rule in {finding.rule for finding in check(change(sound())).findings if finding.severity == "error"}


def test_every_invariant_is_broken_by_some_test() -> None:
    assert {rule for _, rule in BREAKS.values()} == set(INVARIANTS)


def test_coverage_findings_break_no_invariant() -> None:
    report = check(sound())
    assert {finding.rule for finding in report.findings} == {rule.code for rule in PRESETS if rule.is_on}
    leaders = [finding.where for finding in report.findings if finding.rule == "every_village_has_a_leader"]
    assert leaders == [town.EAST_VILLAGE]
