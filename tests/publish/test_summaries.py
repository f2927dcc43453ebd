"""Tests of what panels, trees and legends are told."""

from dataclasses import asdict

import pytest
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import BadInput, NotFound
from geo_grid.publish import (
    children,
    choropleth_breaks,
    grid_at,
    grid_summary,
    household_summary,
    risk_site_summary,
    tier_tree,
)
from geo_grid.publish.phones import masked
from tests.publish import town


def test_a_leaf_is_told_with_its_chain_and_its_people(web):
    court = grid_summary(web, town.COURT)
    assert [crumb.name for crumb in court.breadcrumbs] == ["东岭乡", "上村", "上村一组", "老槐树院"]
    assert (court.households, court.persons, court.contacted) == (2, 4, 1)
    assert (court.area_m2, court.perimeter_m) == (4 * town.SIZE**2, 8 * town.SIZE)
    (post,) = court.posts
    assert (post.role, post.worker_name, post.phone) == ("CONTACT", "钱二", "139****4321")
    assert [site.code for site in court.risk_sites] == ["R2", "R1"]
    assert court.geometry["type"] == "MultiPolygon"
    west, south, east, north = court.bounds
    lon, lat = town.degrees(1, 3)
    assert west < lon < east
    assert south < lat < north


def test_a_wide_grid_counts_all_that_lies_below(web):
    upper = grid_summary(web, town.UPPER)
    assert (upper.households, upper.persons, upper.contacted) == (4, 9, 2)
    assert upper.descendants == {"GROUP": 2, "MICRO": 3, "SPECIAL": 1}
    assert [(one.code, one.level) for one in upper.facilities] == [("F3", "VILLAGE")]
    assert not upper.is_leaf


def test_the_leader_is_the_nearest_one_upward_in_a_filled_post(web):
    leader = grid_summary(web, town.COURT).leader
    assert leader is not None
    assert (leader.grid.code, leader.worker_name) == (town.TOWNSHIP, "赵一")


def test_siblings_are_of_the_same_tier_and_compared_with_their_mean(web):
    upper = grid_summary(web, town.UPPER)
    assert [(one.name, one.households) for one in upper.siblings] == [("上村", 4), ("下村", 1)]
    assert upper.sibling_mean == 2.5
    assert [one.code for one in grid_summary(web, town.COURT).siblings] == [town.COURT]


def test_a_grid_that_is_not_there_is_not_found(web):
    with pytest.raises(NotFound, match="there is no grid 'X-1'"):
        grid_summary(web, "X-1")
    with pytest.raises(NotFound):
        children(web, "X-1")


def test_the_county_in_figures(web):
    county = tier_tree(web)
    assert {one.tier: one.grids for one in county.tiers} == {
        "TOTAL": 1,
        "SUB": 2,
        "BRANCH": 0,
        "GROUP": 3,
        "MICRO": 5,
        "SPECIAL": 1,
    }
    assert (county.households, county.persons, county.contacted, county.unplaced) == (5, 10, 3, 0)
    assert (county.workers, county.posts, county.posts_filled, county.posts_vacant) == (3, 4, 3, 1)
    assert {one.kind: one.sites for one in county.risk_sites if one.sites} == {"WELL": 1, "ROAD": 1, "GULLY": 1}
    assert (county.facilities, county.micro_without_worker) == (4, 4)
    assert county.bounds is not None


def test_the_tree_opens_level_by_level(web):
    (township,) = children(web)
    assert (township.code, township.children, township.households) == (town.TOWNSHIP, 2, 5)
    villages = children(web, town.TOWNSHIP)
    assert [(one.name, one.tier, one.households, one.contacted) for one in villages] == [
        ("上村", "SUB", 4, 2),
        ("下村", "SUB", 1, 1),
    ]
    assert children(web, town.COURT) == ()


def test_a_household_shows_masked_phones(web):
    home = household_summary(web, web.execute(text("SELECT id FROM households WHERE code = 'H1'")).scalar_one())
    assert (home.phone, home.contact_name, home.contact_phone) == ("139****4321", "赵一", "139****4321")
    assert home.breadcrumbs[-1].code == town.COURT
    assert (home.lon, home.lat) == pytest.approx(town.degrees(0.5, 2.5))
    with pytest.raises(NotFound):
        household_summary(web, 10**9)


def test_a_risk_site_names_the_cells_it_crosses(web):
    road = risk_site_summary(web, "R2")
    assert [grid.code for grid in road.grids] == [town.COURT, town.SCHOOL, f"{town.UPPER}-G02-M01"]
    assert road.leader is not None
    assert road.geometry["type"] == "LineString"
    with pytest.raises(NotFound):
        risk_site_summary(web, "R9")


@pytest.mark.parametrize(
    ("column", "row", "owner"),
    [
        (0.5, 2.5, town.COURT),
        (2.5, 1.5, town.UPPER),
        (2, 2.5, town.SCHOOL),
        (0, 2.5, town.COURT),
        (4, 2.5, None),
        (1, 2, town.COURT),
    ],
)
def test_a_place_has_one_owner_also_on_a_border(web, column, row, owner):
    found = grid_at(web, *town.degrees(column, row))
    assert (found.code if found else None) == owner


def test_a_place_off_the_globe_is_bad_input(web):
    for lon, lat in [(float("nan"), 36), (111, float("inf")), (181, 0), (36, 111)]:
        with pytest.raises(BadInput, match="longitude"):
            grid_at(web, lon, lat)


def test_classes_of_households_are_ascending_and_distinct(web):
    breaks = choropleth_breaks(web)
    assert breaks.households == tuple(sorted(set(breaks.households)))
    assert breaks.households


def test_a_retired_code_says_since_when(town_clone):
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        conn.execute(text("INSERT INTO grids (code, tier, retired_at) VALUES ('OLD-1', 'MICRO', '2026-03-04')"))
        with pytest.raises(NotFound, match="retired on 2026-03-04"):
            grid_summary(conn, "OLD-1")


def test_names_come_out_as_they_are(web):
    assert grid_summary(web, f"{town.UPPER}-G02-M02").name == "<b>{{ 7*7 }}</b>"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13987654321", "139****4321"),
        ("+86 139-8765-4321", "139****4321"),
        ("0357-8765432", "035****5432"),
        ("8765432", "****32"),
        ("119", "****"),
        (" ", None),
        (None, None),
    ],
)
def test_the_middle_of_a_phone_is_hidden(phone, shown):
    assert masked(phone) == shown


def test_no_summary_holds_a_whole_phone(web):
    told = [grid_summary(web, grid.code) for grid in town.GRIDS]
    told += [household_summary(web, number) for (number,) in web.execute(text("SELECT id FROM households"))]
    told += [risk_site_summary(web, site[0]) for site in town.SITES]
    assert town.CANARY_MIDDLE not in str([asdict(one) for one in told])
