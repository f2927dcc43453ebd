"""What is told of a Chinese county's CRS without PROJ is what PROJ says."""

from __future__ import annotations

import pytest
from pyproj import CRS

from geo_grid.intake.crs import _box_of_use, _same
from geo_grid.intake.crs_way import parsed
from geo_grid.intake.crs_zones import (
    AROUND_M,
    LATITUDES,
    LEAST_M,
    MOST_M,
    WITH_ZONE,
    WITHOUT_ZONE,
    _easting,
    _texts,
    named_zone,
    well_inside,
)

ZONES = [first + zone for first in (WITH_ZONE, WITHOUT_ZONE) for zone in range(len(LATITUDES))]


def test_every_zone_has_the_text_that_is_written_into_a_prj() -> None:
    assert {CRS.from_epsg(srid).to_wkt("WKT1_ESRI"): srid for srid in ZONES} == _texts()


def test_the_text_of_a_zone_names_the_zone_for_proj_too() -> None:
    for text, srid in list(_texts().items())[::7]:
        theirs = parsed(text)
        assert theirs is not None
        assert theirs.equals(CRS.from_epsg(srid), ignore_axis_order=True) or theirs.to_epsg(70) == srid


def test_a_text_that_differs_by_a_letter_is_left_to_proj() -> None:
    text = next(text for text, srid in _texts().items() if srid == 4546)
    moved = text.replace("500000.0", "500001.0")
    assert (named_zone(text), named_zone(f"{text}\n"), named_zone(moved)) == (4546, 4546, None)
    assert _same(text, 4546)
    assert not _same(moved, 4546)
    assert not _same(text, 4547)


@pytest.mark.parametrize("srid", ZONES[::2])
def test_what_is_well_inside_a_zone_lies_where_its_crs_is_made_for(srid: int) -> None:
    west, south, east, north = _box_of_use(srid)
    low, high = LATITUDES[(srid - WITH_ZONE) % len(LATITUDES)]
    assert west < _easting(srid) - AROUND_M
    assert _easting(srid) + AROUND_M < east
    assert south < low * MOST_M < high * LEAST_M < north


def test_elsewhere_nothing_is_well_inside() -> None:
    assert well_inside(480_000, 3_000_000, 520_000, 3_050_000, 4546)
    assert not well_inside(480_000, 300_000, 520_000, 305_000, 4546)
    assert not well_inside(37_480_000, 3_000_000, 37_520_000, 3_050_000, 4546)
    assert well_inside(37_480_000, 3_000_000, 37_520_000, 3_050_000, 4525)
    assert not well_inside(480_000, 3_000_000, 520_000, 3_050_000, 32649)
