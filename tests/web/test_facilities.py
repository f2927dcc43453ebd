"""The page of service centres: whom each serves, who has far to go, and that it agrees with the coverage rule."""

from __future__ import annotations

import csv
import io
import re

from flask.testing import FlaskClient

from geo_grid.checks import evaluate, reach_of, without_facility
from geo_grid.checks.rules import PRESETS
from geo_grid.vocabulary import FacilityLevel, Tier
from tests.checks.served import served

NEAR = next(rule for rule in PRESETS if rule.code == "a_service_point_nearby")


def test_every_household_is_in_the_area_of_its_nearest_facility() -> None:
    county = served("""
        TOTAL T TOWNSHIP@900
          SUB S VILLAGE@0
            MICRO M | a a a a a a
          SUB Z
            MICRO N | a
    """)
    found = reach_of(county)
    assert [(area.households, area.most_m) for area in found.areas] == [(1, 400), (6, 400)]
    assert [area.households for area in reach_of(county, [FacilityLevel.VILLAGE]).areas] == [7]
    assert found.farther_than(300) == {"S": 2}
    assert without_facility(county, Tier.SUB, [FacilityLevel.VILLAGE]) == ["Z"]


def test_without_any_facility_everybody_is_farther() -> None:
    county = served("TOTAL T\n  SUB S\n    MICRO M | a a")
    assert reach_of(county).farther_than(1e6) == {"S": 2}


def test_page_file_and_rule_tell_the_same(client: FlaskClient) -> None:
    html = client.get("/facilities").text
    rows = list(csv.DictReader(io.StringIO(client.get("/facilities/areas.csv").data.decode("utf-8-sig"))))
    assert sum(int(row["households"]) for row in rows) == 28500
    far = client.get("/api/coverage/a_service_point_nearby").json["figures"]["uncovered"]  # type: ignore[index]
    said = re.search(r"<strong>([\d,]+)</strong> 户，分布在", html)
    assert said is not None
    assert int(said[1].replace(",", "")) == far
    assert "村级站" in client.get("/facilities?level=VILLAGE&metres=500").text
    assert client.get("/facilities?level=KIOSK").status_code == 400
    assert client.get("/facilities?metres=far").status_code == 400


def test_the_rule_and_the_reach_are_one_computation() -> None:
    county = served("TOTAL T POINT@0\n  SUB S\n    MICRO M | " + "a " * 60)
    answer = evaluate(county, NEAR)
    assert answer.figures.uncovered == sum(reach_of(county, NEAR.levels).farther_than(NEAR.distance_m or 0).values())
