"""Tests of 'who is responsible here'."""

from datetime import date

import pytest
from sqlalchemy import text

from geo_grid.errors import BadInput, NotFound
from geo_grid.publish import who
from tests.publish import town


def test_the_school_comes_first_and_its_surroundings_after_it(web):
    answer = who(web, *town.degrees(2.5, 3.5))
    assert [grid.name for grid in answer.grids] == ["上村小学", "上村一组", "上村", "东岭乡"]
    assert [(seat.grid.name, seat.role, seat.worker_name) for seat in answer.seats] == [
        ("上村", "LEADER", None),
        ("东岭乡", "LEADER", "赵一"),
    ]


def test_sites_touching_the_ground_come_nearest_first(web):
    assert [site.code for site in who(web, *town.degrees(0.5, 3.4)).risk_sites] == ["R1", "R2"]
    assert [site.code for site in who(web, *town.degrees(0.5, 2.6)).risk_sites] == ["R2", "R1"]


def test_each_level_names_the_facility_of_the_narrowest_grid(web):
    assert [one.code for one in who(web, *town.degrees(0.5, 2.6)).facilities] == ["F1", "F2", "F3"]
    assert [one.code for one in who(web, *town.degrees(3.5, 0.5)).facilities] == ["F1", "F2", "F4"]


@pytest.mark.parametrize("row", [0.25, 1.25, 2.25])
def test_a_place_on_the_eastern_rim_is_outside_and_on_the_western_inside(web, row):
    assert who(web, *town.degrees(0, row)).grids
    with pytest.raises(NotFound, match="outside the county"):
        who(web, *town.degrees(4, row))


def test_a_corner_of_three_grids_has_one_answer(web):
    assert who(web, *town.degrees(2, 2)).grids[0].name == "上村小学"


def test_ground_that_no_group_holds_belongs_to_the_village(web):
    assert [grid.name for grid in who(web, *town.degrees(2.5, 1.5)).grids] == ["上村", "东岭乡"]


def test_posts_are_those_of_the_day(web):
    begun = web.execute(text("SELECT CAST(min(lower(valid)) AS date) FROM grid_versions")).scalar_one()
    answer = who(web, *town.degrees(0.5, 2.5), at=begun)
    assert answer.at == begun
    assert answer.seats[0].worker_name == "钱二"


def test_before_the_net_began_nobody_is_there(web):
    with pytest.raises(NotFound, match="the net begins on"):
        who(web, *town.degrees(0.5, 2.5), at=date(2020, 1, 1))


@pytest.mark.parametrize(("lon", "lat"), [(float("nan"), 36.0), (111.0, float("nan")), (1e9, 0.0), (0.0, 91.0)])
def test_what_is_no_place_is_bad_input(web, lon, lat):
    with pytest.raises(BadInput, match="is no place"):
        who(web, lon, lat)


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 0.0), (-111.0, 36.0), (112.5, 36.0), (180.0, -90.0)])
def test_outside_the_county_nobody_is_there(web, lon, lat):
    with pytest.raises(NotFound, match="outside the county"):
        who(web, lon, lat)


def test_an_empty_county_says_so(conn):
    with pytest.raises(NotFound, match="no grids yet"):
        who(conn, 111, 36)


def test_phones_are_masked(web):
    assert {seat.phone for seat in who(web, *town.degrees(0.5, 2.5)).seats} == {None, "139****4321"}
