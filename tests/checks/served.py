"""Counties drawn as lines of text: a grid a line, indented under its parent, its households behind it as letters."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from geo_grid.county import County
from geo_grid.db.rhythms import RHYTHMS
from geo_grid.facilities import Places
from geo_grid.grids import StandingGrid
from geo_grid.households import Doors
from geo_grid.inspections import Patrols, Rhythms, chain_of
from geo_grid.risks import PRESET_KINDS, Site, SiteParts, kind_of_code
from geo_grid.staffing import Assignment, Post, Staff, Worker
from geo_grid.visits import Visited
from geo_grid.vocabulary import FacilityLevel, Role, Tier

TODAY = date(2026, 11, 22)


def served(drawing: str, *, day: date = TODAY) -> County:
    """The county of a drawing.

    A line is `TIER CODE`, then any of: `ROLE=worker` (`ROLE=` is a vacant post), `LEVEL@x` a facility x metres east,
    `KIND~days` a risk site that every grid above inspected so many days ago, `visit~days` a visit,
    and a `|` with a letter for each household: its contact's name, `?` for none. Households of a line stand at x = 0,
    100, 200 … metres.
    """
    grids: list[StandingGrid] = []
    posts: list[tuple[Post, str]] = []
    doors: list[tuple[str, float, str]] = []
    places: list[tuple[FacilityLevel, str, float]] = []
    above: list[tuple[int, str]] = []
    rounds: list[tuple[str, str, int]] = []
    for line in textwrap.dedent(drawing).strip("\n").splitlines():
        depth = len(line) - len(line.lstrip())
        words, _, households = line.partition("|")
        tier, code, *facts = words.split()
        above = [one for one in above if one[0] < depth]
        grids.append(StandingGrid(code, Tier[tier], above[-1][1] if above else None, code, None, None))
        above.append((depth, code))
        for fact in facts:
            if "~" in fact:
                word, _, days = fact.partition("~")
                rounds.append((word, code, int(days)))
            elif "=" in fact:
                role, _, worker = fact.partition("=")
                posts.append((Post(code, Role[role]), worker))
            else:
                level, _, x = fact.partition("@")
                places.append((FacilityLevel[level], code, float(x)))
        doors += [(code, 100.0 * number, letter) for number, letter in enumerate(households.split())]
    county = _county(grids, posts, doors, places, day)
    return replace(county, patrols=_patrols(county, rounds), visited=_visited(county, rounds))


def _patrols(county: County, rounds: list[tuple[str, str, int]]) -> Patrols:
    """The risk sites of a drawing, each inspected by all grids it lies in on its day."""
    found = [(kind, grid, days) for kind, grid, days in rounds if kind != "visit"]
    sites = [
        Site(number, f"R{number}", kind, kind_of_code(PRESET_KINDS, kind), "", date(2020, 1, 1))
        for number, (kind, _, _) in enumerate(found)
    ]
    last = {
        (number, above): county.day - timedelta(days=days)
        for number, (_, grid, days) in enumerate(found)
        for above, _ in chain_of(grid, county.net)
    }
    parts = tuple((number, grid) for number, (_, grid, _) in enumerate(found))
    return Patrols(SiteParts(tuple(sites), parts), Rhythms(RHYTHMS), last)


def _visited(county: County, rounds: list[tuple[str, str, int]]) -> Visited:
    """The visits of a drawing, one household each."""
    return Visited(
        tuple(("w", grid, county.day - timedelta(days=days), 1) for word, grid, days in rounds if word == "visit")
    )


def _county(
    grids: list[StandingGrid],
    posts: list[tuple[Post, str]],
    doors: list[tuple[str, float, str]],
    places: list[tuple[FacilityLevel, str, float]],
    day: date,
) -> County:
    """The parts of a drawing as a county."""
    workers = {name for _, name in posts} | {letter for _, _, letter in doors}
    staff = Staff(
        {name: Worker(name, name) for name in sorted(workers - {"", "?"})},
        [post for post, _ in posts],
        [Assignment(post, worker, date(2024, 1, 1)) for post, worker in posts if worker],
    )
    homes = Doors(
        [f"H{number}" for number in range(len(doors))],
        np.array([(x, 0.0) for _, x, _ in doors]).reshape(-1, 2),
        [code for code, _, _ in doors],
        ["" if letter == "?" else letter for _, _, letter in doors],
    )
    there = Places(
        [f"F{number}" for number in range(len(places))],
        [level for level, _, _ in places],
        [code for _, code, _ in places],
        np.array([(x, 0.0) for _, _, x in places]).reshape(-1, 2),
    )
    return County(4546, grids, homes, staff, day, None, places=there)
