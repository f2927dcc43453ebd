"""A finding says what is wrong in words, figures and on the map."""

from __future__ import annotations

import json

import pytest
import shapely

from geo_grid.checks import Finding, in_degrees


def test_a_message_is_its_sentence_with_the_facts_in_it() -> None:
    finding = Finding.of("overlap", "a.zip row 1", "%(one)s and %(other)s overlap", facts={"one": "A", "other": "B"})
    assert (finding.message, finding.says) == ("A and B overlap", "%(one)s and %(other)s overlap")


def test_a_finding_becomes_plain_json_with_its_shape_as_geojson() -> None:
    shape = shapely.to_wkb(shapely.box(500_000, 4_000_000, 500_010, 4_000_010), hex=True)
    finding = Finding("gap", "county", "a gap", point=(500_005.0, 4_000_005.0), geometry=shape, area_m2=100.0)
    [placed] = in_degrees([finding], 4546)
    plain = json.loads(json.dumps(placed.to_json()))
    assert plain["point"] == pytest.approx([111.0, 36.13], abs=0.01)
    assert plain["geometry"]["type"] == "Polygon"
    assert plain["geometry"]["coordinates"][0][0] == pytest.approx(plain["point"], abs=0.001)
    assert plain["area_m2"] == 100.0


def test_findings_without_a_place_go_through_unchanged() -> None:
    findings = [Finding("code_missing", "a.zip", "no code"), Finding("gap", "b.zip", "a gap", point=(5e5, 4e6))]
    placed = in_degrees(findings, 4546)
    assert placed[0] == findings[0]
    assert placed[1].geometry is None
