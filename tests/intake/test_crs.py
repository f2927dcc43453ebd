"""A layer's CRS is found, weighed and told, and never guessed in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo_grid.intake import CrsGuess, Layer, NotClean, Options, Unreadable, load
from geo_grid.intake.control_points import BadControlPoints, fit, parsed
from geo_grid.intake.crs import into_county
from geo_grid.intake.crs_reference import Reference, reference_among
from geo_grid.intake.crs_way import way_into
from geo_grid.intake.crs_weigh import guess_crs
from geo_grid.intake.web_maps import bd09_of, from_bd09, from_gcj02, gcj02_of
from geo_grid.partition.lattice import Floats
from geo_grid.settings import Settings
from tests.intake import town
from tests.intake.layers import household_layer, layer_of

Step = Callable[[Floats], Floats]
#: A county of 20 km by 20 km in EPSG:4546, in grids of 400 m.
WEST, SOUTH, SIDE, CELL = 520_000.0, 3_990_000.0, 20_000, 400
PLACES = [(WEST + x, SOUTH + y) for x in range(0, SIDE, CELL) for y in range(0, SIDE, CELL)]
CODES = [f"990125100001-G01-M{row:04d}" for row in range(len(PLACES))]
GRIDS = layer_of([(code, shapely.box(x, y, x + CELL, y + CELL)) for code, (x, y) in zip(CODES, PLACES, strict=True)])
COUNTY = Reference(shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE), reference_among([GRIDS]).ground)


def into(crs: str | int) -> Step:
    """From the county's CRS to another."""
    way = Transformer.from_crs(4546, crs, always_xy=True)
    return lambda at: np.column_stack(way.transform(*at.T))


def moved(step: Step, crs: str | None = None) -> Layer:
    """The county's grids in other coordinates."""
    return replace(GRIDS, geometry=shapely.transform(GRIDS.geometry, step), crs=crs)


def guessed(layer: Layer, reference: Reference = COUNTY) -> CrsGuess:
    """The guess beside the county."""
    return guess_crs(layer, 4546, reference)


def swapped(at: Floats) -> Floats:
    """North before east."""
    return at[:, ::-1]


def web(forward: Callable[[Floats], Floats]) -> Step:
    """From the county's CRS to a web map."""
    return lambda at: forward(into(4490)(at))


@pytest.mark.parametrize(("lon", "lat"), [(116.404, 39.915), (73.5, 39.5), (134.7, 48.4), (110.3, 18.2)])
def test_web_maps_are_undone_to_a_millimetre(lon: float, lat: float) -> None:
    for forward, back in ((gcj02_of, from_gcj02), (bd09_of, from_bd09)):
        shifted = forward([[lon, lat]])
        assert np.hypot(*(shifted - [[lon, lat]])[0]) > 0.002
        assert np.abs(back(shifted) - [[lon, lat]]).max() * 111_320 < 0.001


def test_web_maps_are_those_in_circulation() -> None:
    assert gcj02_of([[116.404, 39.915]])[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)
    assert bd09_of([[116.404, 39.915]])[0] == pytest.approx([116.41662724378733, 39.922699552216846], abs=1e-9)


@given(st.floats(73.0, 135.0), st.floats(4.0, 53.0))
def test_every_place_in_china_comes_back_from_web_maps(lon: float, lat: float) -> None:
    assert np.abs(from_gcj02(gcj02_of([[lon, lat]])) - [[lon, lat]]).max() * 111_320 < 0.5
    assert np.abs(from_bd09(bd09_of([[lon, lat]])) - [[lon, lat]]).max() * 111_320 < 0.5


@pytest.mark.parametrize("style", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
@pytest.mark.parametrize("code", [4546, 4525, 4497, 4490])
def test_a_prj_in_any_style_brings_the_layer_home(style: str, code: int) -> None:
    layer, findings = into_county(moved(into(code), CRS.from_epsg(code).to_wkt(style)), 4546, None)
    assert findings == []
    assert shapely.hausdorff_distance(layer.geometry[7], GRIDS.geometry[7]) < 0.01
    assert guessed(moved(into(code), CRS.from_epsg(code).to_wkt(style))).certainty == "certain"


@pytest.mark.parametrize(
    ("crs", "step"),
    [
        ("EPSG:4546", lambda at: at),
        ("EPSG:4525", into(4525)),
        ("EPSG:4497", into(4497)),
        ("EPSG:4490", into(4490)),
        ("EPSG:3857", into(3857)),
        ("EPSG:32649", into(32649)),
    ],
)
def test_a_layer_without_a_prj_is_found_by_the_outline(crs: str, step: Step) -> None:
    guess = guessed(moved(step))
    assert guess.chosen is not None
    assert (guess.chosen.crs, guess.chosen.inside, guess.certainty) == (crs, guess.chosen.total, "likely")
    assert [finding.rule for finding in guess.findings] == ["crs_one_fits"]
    assert guess.candidates[0].shift_m == 0.0


def test_without_a_county_all_plausible_readings_are_told_with_their_shift() -> None:
    guess = guessed(replace(GRIDS, crs=None), Reference())
    assert (guess.rule, guess.certainty) == ("several_fit", "unsure")
    shifts = {one.crs: one.shift_m for one in guess.candidates}
    assert shifts["EPSG:4546"] == 0.0
    assert shifts["EPSG:4547"] == pytest.approx(270_700, rel=0.01)
    assert guess.to_json()["candidates"]


@pytest.mark.parametrize(("step", "crs"), [(web(gcj02_of), "GCJ-02"), (web(bd09_of), "BD-09")])
@pytest.mark.parametrize("said", [None, "EPSG:4490", "EPSG:4326"])
def test_web_maps_are_recognised_by_their_offset_and_never_quiet(step: Step, crs: str, said: str | None) -> None:
    guess = guessed(moved(step, said))
    assert guess.chosen is not None
    assert (guess.chosen.crs, guess.rule) == (crs, "web_map")
    [finding] = guess.findings
    assert (finding.severity, finding.facts["crs"]) == ("error", crs)
    assert finding.facts["metres"] == pytest.approx(520 if crs == "GCJ-02" else 1290, rel=0.1)


def test_a_layer_that_is_no_web_map_is_not_called_one() -> None:
    assert guessed(moved(into(4490), "EPSG:4490")).rule == "said"


def test_households_are_recognised_by_the_grids_of_their_codes() -> None:
    doors = household_layer([(x + 200.0, y + 200.0) for x, y in PLACES])
    codes = [f"{code}-H1" for code in CODES]
    doors = replace(doors, columns={**doors.columns, "户编码": codes}, crs="EPSG:4326")
    assert guessed(replace(doors, points=web(gcj02_of)(doors.points))).rule == "web_map"
    assert guessed(replace(doors, points=into(4326)(doors.points))).rule == "said"


@pytest.mark.parametrize(
    ("step", "said", "crs"),
    [
        (lambda at: swapped(into(4490)(at)), "EPSG:4490", "EPSG:4490;swapped"),
        (swapped, "EPSG:4546", "EPSG:4546;swapped"),
        (into(4490), "EPSG:4546", "EPSG:4490"),
        (lambda at: at, "EPSG:4490", "EPSG:4546"),
        (lambda at: at, "EPSG:4547", "EPSG:4546"),
        (into(4525), "EPSG:4546", "EPSG:4525"),
    ],
    ids=[
        "degrees swapped",
        "metres swapped",
        "degrees said to be metres",
        "metres said to be degrees",
        "zone",
        "prefix",
    ],
)
def test_a_wrong_word_is_told_with_what_fits_instead(step: Step, said: str, crs: str) -> None:
    guess = guessed(moved(step, said))
    assert guess.chosen is not None
    assert (guess.chosen.crs, guess.certainty) == (crs, "unsure")
    assert [finding.severity for finding in guess.findings] == ["error"]
    home, _ = into_county(moved(step), 4546, crs)
    assert shapely.hausdorff_distance(home.geometry[7], GRIDS.geometry[7]) < 0.01


@pytest.mark.parametrize("code", [2383, 2431, 4610, 4214])
def test_old_datums_stop_the_import_until_somebody_has_named_them(code: int) -> None:
    layer = replace(moved(into(code)), crs=f"EPSG:{code}")
    [stopped] = into_county(layer, 4546, None)[1]
    assert (stopped.rule, stopped.severity) == ("datum_unknown", "error")
    [warned] = into_county(layer, 4546, f"EPSG:{code}")[1]
    assert warned.severity == "warning"
    assert into_county(replace(layer, crs_told=True), 4546, None)[1][0].severity == "warning"


@pytest.mark.parametrize(("crs", "srid"), [("EPSG:3824", 3826), ("EPSG:3826", 3826), ("EPSG:4269", 32130)])
def test_other_countries_work_through_proj(crs: str, srid: int) -> None:
    home = {3826: (250_000.0, 2_650_000.0), 32130: (100_000.0, 80_000.0)}[srid]
    box = shapely.box(*home, home[0] + 100, home[1] + 100)
    way = Transformer.from_crs(srid, crs, always_xy=True)
    there = shapely.transform(np.array([box]), lambda at: np.column_stack(way.transform(*at.T)))
    layer, findings = into_county(layer_of([("A1", there[0])], crs=crs), srid, None)
    assert findings == []
    assert shapely.hausdorff_distance(layer.geometry[0], box) < 0.01


def test_control_points_bring_an_unknown_grid_home() -> None:
    def theirs(at: Floats) -> Floats:
        turned = (at - [WEST, SOUTH]) @ np.array([[0.8, 0.6], [-0.6, 0.8]])
        return np.asarray(turned * 1.0001 + [1000.0, 2000.0])

    known = np.array([[WEST, SOUTH], [WEST + SIDE, SOUTH], [WEST, SOUTH + SIDE]])
    pairs = ";".join(f"{x:.3f},{y:.3f}>{e:.3f},{n:.3f}" for (x, y), (e, n) in zip(theirs(known), known, strict=True))
    layer, findings = into_county(moved(theirs), 4546, f"points:{pairs}")
    assert findings == []
    assert shapely.hausdorff_distance(layer.geometry[7], GRIDS.geometry[7]) < 0.01


def test_control_points_that_prove_nothing_are_refused() -> None:
    with pytest.raises(BadControlPoints, match="at least 3"):
        parsed("points:0,0>5,5;1,1>6,6")
    with pytest.raises(BadControlPoints, match="written"):
        parsed("points:here>there")
    with pytest.raises(BadControlPoints, match="miss one another"):
        fit(np.array([[0, 0], [1000, 0], [0, 1000.0]]), np.array([[0, 0], [1000, 0], [0, -1000.0]]))
    with pytest.raises(BadControlPoints, match="one spot"):
        fit(np.zeros((3, 2)), np.zeros((3, 2)))


def test_a_crs_nobody_knows_is_no_way() -> None:
    assert way_into("my own grid", 4546) is None
    with pytest.raises(Unreadable, match="cannot be understood"):
        into_county(replace(GRIDS, crs="my own grid"), 4546, None)


def test_a_prj_whose_projection_has_a_damaged_name_counts_as_one_that_nobody_knows() -> None:
    damaged = CRS(4546).to_wkt("WKT1_ESRI").replace('"Gauss_Kruger"', '2925199433]],PROJECTION["Gauss_Kruger"')
    guess = guessed(moved(lambda at: at, damaged))
    assert guess.rule
    assert way_into(damaged, 4546) is None


def test_names_that_speak_of_web_maps_are_warned_of_when_nothing_can_be_compared() -> None:
    layer = replace(moved(web(gcj02_of), "EPSG:4326"), source="高德_grids.zip")
    assert [finding.rule for finding in guessed(layer, Reference()).findings] == ["crs_web_map_named"]


def test_a_web_map_is_stopped_on_the_command_line_too(database: Settings, tmp_path: Path) -> None:
    load(database, [town.write(town.grids(), tmp_path, "grids", "gpkg")])
    frame = town.grids()
    shifted = shapely.transform(frame.geometry.to_numpy(), web(gcj02_of))
    path = town.write(frame.set_geometry(gpd.GeoSeries(shifted, crs=4326)), tmp_path, "shifted", "geojson")
    with pytest.raises(NotClean) as refused:
        load(database, [path])
    assert "crs_web_map" in {finding.rule for finding in refused.value.findings}
    again = load(database, [path], Options(crs="GCJ-02"), dry_run=True)
    assert again.tallies["grids"].new == 0
