"""Tests of the search box."""

import pytest

from geo_grid.publish import search
from geo_grid.publish.search import tidy
from tests.publish import town


def codes(web, text, **options):
    return [hit.code for hit in search(web, text, **options)]


def test_a_grid_is_found_by_code_beginning_and_by_part_of_its_name(web):
    assert codes(web, "990125100002-g")[0] == f"{town.LOWER}-G01"
    assert codes(web, "槐树") == [town.COURT]


def test_a_code_given_in_full_comes_first(web):
    assert codes(web, town.UPPER)[0] == town.UPPER
    assert codes(web, "h1")[0] == "H1"


def test_people_places_and_homes_are_found(web):
    assert [(hit.kind, hit.grid) for hit in search(web, "赵一")] == [("worker", town.TOWNSHIP)]
    assert [(hit.kind, hit.title) for hit in search(web, "老井")] == [("risk_site", "老井")]
    assert [(hit.kind, hit.subtitle) for hit in search(web, "家属院")] == [("household", "上村小学")]
    assert [hit.kind for hit in search(web, "上村站")] == ["facility"]


def test_kinds_come_one_after_the_other_with_a_place_to_go_to(web):
    hits = search(web, "上村")
    kinds = [hit.kind for hit in hits]
    assert kinds == sorted(kinds, key=["grid", "worker", "risk_site", "facility", "household"].index)
    for hit in hits:
        west, south, east, north = hit.bounds
        assert west <= hit.lon <= east
        assert south <= hit.lat <= north


@pytest.mark.parametrize(
    ("text", "found"), [("%", 1), ("_", 1), ("100%_", 1), ("\\", 0), ("%坡", 0), ("'", 1), ("a%b", 0)]
)
def test_signs_of_a_pattern_stand_for_themselves(web, text, found):
    assert len(search(web, text)) == found


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00"])
def test_nothing_asked_finds_nothing(web, text):
    assert search(web, text) == []


def test_the_limit_holds(web):
    assert len(search(web, "村", limit=3)) == 3
    assert search(web, "村", limit=0) == []


def test_a_worker_in_no_post_is_found_without_a_place(web):
    (hit,) = search(web, "孙三")
    assert (hit.grid, hit.lon, hit.bounds) == (None, None, None)


def test_full_width_letters_and_digits_are_plain_ones():
    assert tidy("Ｗ１２\x00　槐 ") == "W12 槐"


def test_a_phone_finds_nobody(web):
    assert search(web, town.CANARY) == []
