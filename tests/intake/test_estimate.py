"""The quick estimate knows what was chosen: which tier leads, which answer was given, and which grids go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_grid.intake import Options, load, read
from geo_grid.intake.clean import ALL, CleaningRules
from geo_grid.intake.clean.estimate import estimated
from geo_grid.intake.estimate import estimate
from geo_grid.intake.retire import Retiring
from geo_grid.intake.standing import Standing
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier
from tests.intake import town
from tests.intake.test_clean import SRID, town_rows
from tests.intake.test_reach import standing


def areas(rules: CleaningRules) -> dict[str, float]:
    """What grids are expected to have once B, drawn 6 m beyond the line between the villages, is mended."""
    shape = {row.code: row.geom for row in town_rows()}
    longer = shape[town.B].union(town.shifted(shape[town.B], 6.0))
    shapes = {town.B: longer, town.C: shape[town.C].difference(longer)}
    rows = [replace(row, geom=shapes.get(row.code, row.geom)) for row in town_rows()]
    found = estimated(rows, rules, Standing(SRID), np.zeros((0, 2)))
    return {one.code: one.area_after_m2 - one.area_before_m2 for one in found.changes}


@pytest.mark.parametrize("rules", [CleaningRules(Tier.SUB), CleaningRules(answers={"tier": "parent"})])
def test_where_a_wider_grid_leads_the_estimate_cuts_grids_to_its_line(rules: CleaningRules) -> None:
    assert areas(CleaningRules()) == {}
    assert areas(rules) == {town.B: pytest.approx(-240, abs=1), town.C: pytest.approx(240, abs=1)}


def test_grids_that_go_with_the_extent_of_the_files_are_none_of_the_estimate(tmp_path: Path) -> None:
    both = shapely.union_all([row.geom for row in town_rows() if row.code in (town.B, town.C)])
    frame = town.grids()
    file = town.write(
        town.changed(frame, town.C, geometry=both).query(f"网格编码 == '{town.C}'"), tmp_path, "c", "gpkg"
    )
    layers, stands = read([file]), standing(tuple(town_rows()))
    kept = estimate(layers, Options(), stands)
    gone = estimate(layers, Options(retiring=Retiring.of(["grids@within"])), stands)
    assert kept is not None
    assert gone is not None
    assert kept.moved_m2 >= 1500
    assert (gone.moved_m2, gone.grids) == (pytest.approx(0, abs=1), kept.grids - 1)


def test_a_household_in_the_files_that_stands_already_is_counted_once(database: Settings, tmp_path: Path) -> None:
    doors = town.write(town.households(), tmp_path, "doors", "gpkg")
    load(database, [town.write(town.grids(), tmp_path, "grids", "gpkg"), doors])
    moved = town.changed(town.grids(), town.A, geometry=town.shifted(town.box_of("A"), 5.0))
    rules = CleaningRules(accepted=frozenset({ALL}))
    files = [town.write(moved, tmp_path, "moved", "gpkg"), doors]
    report = load(database, files, Options(repairs=rules), dry_run=True)
    assert report.cleaning is not None
    (line,) = (one for one in report.cleaning.balance if one.code == town.TOWN)
    # One household lies where A was, and is drawn around by no grid.
    assert (line.households_before, line.households_after) == (3, 4)
