"""A small file is cleaned among what it reaches; everything else stands as it did, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
import shapely

from geo_grid.grids import StandingGrid
from geo_grid.intake.clean import Cleaning, CleaningRules, clean_rows
from geo_grid.intake.clean.reach import Reach, reached
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.standing import Standing
from geo_grid.partition import multi, nest
from geo_grid.vocabulary import Tier
from tests.intake import town
from tests.intake.test_clean import SRID, county, nested, noisy, town_rows

RULES = CleaningRules(close_gaps_m=4.0)


def standing(rows: tuple[GridRow, ...]) -> Standing:
    """The grids as they stand."""
    place = {row.code: index for index, row in enumerate(rows)}
    shapes = np.array([row.geom for row in rows], dtype=object)
    own = nest(shapes, np.array([place.get(row.parent, -1) for row in rows])).own
    named = zip(rows, own, multi(shapes), strict=True)
    return Standing(SRID, grids=[StandingGrid(r.code, r.tier, r.parent or None, r.name, o, g) for r, o, g in named])


@lru_cache(maxsize=1)
def township() -> Standing:
    """One township of the sample county."""
    return standing(county("990125202")[0])


def some_redrawn(seed: int, count: int = 9) -> list[GridRow]:
    """So many neighbours, each redrawn on its own."""
    rng = np.random.default_rng(seed)
    leaves = [row for row in county("990125202")[0] if row.tier.is_leaf]
    at = shapely.centroid([row.geom for row in leaves])
    nearest = np.argsort(shapely.distance(at, at[rng.integers(len(leaves))]))[:count]
    return noisy(tuple(leaves[index] for index in nearest.tolist()), 1.0, seed)


def whole(rows: list[GridRow], stands: Standing, doors: np.ndarray) -> Cleaning:
    """The rows cleaned with every grid that stands taking part."""
    codes = {row.code for row in rows}
    everything = Reach([grid for grid in stands.grids if grid.code not in codes])
    return clean_rows(rows, RULES, stands, doors, reach=everything)


def check_reach(seed: int) -> None:
    """Clean a small file with what it reaches, and with everything; compare."""
    rows, stands, doors = some_redrawn(seed), township(), county("990125202")[1]
    found, all_of_it = clean_rows(rows, RULES, stands, doors), whole(rows, stands, doors)
    near = {row.code: row for row in found.rows}
    assert len(near) < len(stands.grids) / 3
    # With what took no part put beside it as it stands, it is a partition again.
    rest = [grid for grid in stands.grids if grid.code not in near]
    together = [*found.rows, *(GridRow(g.code, g.name, g.tier, g.parent or "", g.geom, "") for g in rest)]
    assert nested(together)[0]
    # The narrow bays of bare ground far off, which cleaning everything would close, stay as well.
    other = {row.code: row for row in all_of_it.rows}
    for code, row in near.items():
        if row.tier.is_leaf:
            assert shapely.area(row.geom.symmetric_difference(other[code].geom)) < 0.1
            assert row.parent == other[code].parent
    assert found.households_moved == all_of_it.households_moved
    told = {one.code: one.households_after for one in all_of_it.balance}
    assert all(one.households_after == told[one.code] for one in found.balance)


def test_what_a_small_file_reaches_is_cleaned_as_if_everything_took_part() -> None:
    check_reach(1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 22))
def test_what_any_small_file_reaches_is_cleaned_as_if_everything_took_part(seed: int) -> None:
    check_reach(seed)


def test_grids_beyond_reach_take_part_as_one_piece_of_each_that_spans_them() -> None:
    stands = standing(tuple(town_rows()))
    row = next(row for row in town_rows() if row.code == town.A)
    found = reached([replace(row, geom=town.shifted(row.geom, 1.0))], stands.grids, (), Tier.MICRO, 5.0)
    assert {grid.code for grid in found.near} >= {town.B, town.SCHOOL, town.WEST_VILLAGE, town.TOWN}
    assert town.C not in {grid.code for grid in found.near}
    assert {code: shape.area for code, shape in found.rest} == {town.TOWN: 2400.0, town.WEST_VILLAGE: 400.0}


def test_a_grid_that_goes_frees_its_ground_for_its_neighbours() -> None:
    stands = standing(tuple(town_rows()))
    both = shapely.union_all([row.geom for row in town_rows() if row.code in (town.B, town.C)])
    row = replace(next(row for row in town_rows() if row.code == town.C), geom=both)
    found = clean_rows([row], RULES, stands, leaving=(town.B,))
    grounds = {one.code: one.geom.area for one in found.rows}
    assert town.B not in grounds
    assert grounds[town.C] == pytest.approx(4000)


def test_bare_ground_that_a_standing_grid_keeps_as_it_is_is_no_repair() -> None:
    stands = standing(tuple(town_rows()))
    (row,) = (row for row in town_rows() if row.code == town.A)
    found = clean_rows([replace(row, geom=town.shifted(row.geom, 0.5))], RULES, stands)
    assert {one.kind for one in found.repairs} == {"sliver", "outline"}
    smaller = replace(row, geom=shapely.box(*(row.geom.bounds[:2]), row.geom.bounds[2], row.geom.bounds[3] - 12))
    (gap,) = (one for one in clean_rows([smaller], RULES, stands).repairs if one.kind == "gap")
    assert gap.area_m2 >= 12 * 30
