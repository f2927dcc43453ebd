"""Tests of risk sites drawn by hand: on the lattice, inside the county, kept through their changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput, NotFound
from geo_grid.grids import BadShape, OutsideCounty
from geo_grid.publish import tier_tree
from geo_grid.risks import SiteDraft, add_site, change_site, read_site_parts, read_site_past, remove_site
from geo_grid.settings import Settings


@pytest.fixture
def field(sample_database: Settings) -> Iterator[Connection]:
    """A connection to the sample county whose changes are taken back."""
    with engine(sample_database, DbRole.LOADER).connect() as conn:
        transaction = conn.begin()
        yield conn
        transaction.rollback()


@pytest.fixture
def middle(field: Connection) -> tuple[float, float]:
    """A place inside the county."""
    site = read_site_parts(field).sites[0]
    return site.lon, site.lat


def point(lon: float, lat: float) -> str:
    """A drawn point."""
    return json.dumps({"type": "Point", "coordinates": [lon, lat]})


def draft(drawn: str, **other: str) -> SiteDraft:
    """A drawn slope."""
    return SiteDraft(**{"code": "", "name": "New slope", "kind": "SLOPE", "note": "", "drawn": drawn} | other)


def test_a_drawn_site_gets_a_code_and_lies_in_its_grid(field: Connection, middle: tuple[float, float]) -> None:
    code = add_site(field, draft(point(*middle)))
    parts = read_site_parts(field)
    site = parts.by_code[code]
    assert site.lon == pytest.approx(middle[0], abs=1e-6)
    assert len(parts.grounds()[code]) >= 1
    assert add_site(field, draft(point(*middle))) != code


def test_lines_and_areas_can_be_drawn(field: Connection, middle: tuple[float, float]) -> None:
    lon, lat = middle
    ring = [[lon, lat], [lon + 1e-4, lat], [lon + 1e-4, lat + 1e-4], [lon, lat]]
    for shape in ({"type": "LineString", "coordinates": ring[:3]}, {"type": "Polygon", "coordinates": [ring]}):
        assert add_site(field, draft(json.dumps(shape)))


def test_a_site_outside_the_county_is_refused_with_how_far(field: Connection, middle: tuple[float, float]) -> None:
    west, _, _, _ = tier_tree(field).bounds or (0, 0, 0, 0)
    with pytest.raises(OutsideCounty, match="m from its outline"):
        add_site(field, draft(point(west - 0.01, middle[1])))
    line = {"type": "LineString", "coordinates": [[west - 0.01, middle[1]], list(middle)]}
    with pytest.raises(OutsideCounty, match=r"with \d+ m of its \d+ m"):
        add_site(field, draft(json.dumps(line)))
    with pytest.raises(OutsideCounty):
        add_site(field, draft(point(0.0, 0.0)))


@pytest.mark.parametrize(
    "drawn",
    [
        "words",
        "[]",
        "null",
        '{"type": "Point"}',
        '{"type": "Point", "coordinates": ["a", "b"]}',
        '{"type": "Point", "coordinates": [1e400, 1]}',
        '{"type": "Point", "coordinates": [200, 1]}',
        '{"type": "GeometryCollection", "geometries": []}',
        '{"type": "Polygon", "coordinates": [[[111.1, 35], [111.2, 35.1], [111.1, 35.1], [111.2, 35], [111.1, 35]]]}',
        '{"type": "LineString", "coordinates": [[111.1, 35.1], [111.1, 35.1]]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_shape_is_refused(field: Connection, drawn: str) -> None:
    with pytest.raises((BadShape, OutsideCounty)):
        add_site(field, draft(drawn))


def test_names_codes_and_kinds_that_cannot_be_are_refused(field: Connection, middle: tuple[float, float]) -> None:
    at = point(*middle)
    standing = read_site_parts(field).sites[0].code
    for wrong in (
        draft(at, name=" "),
        draft(at, kind="VOLCANO"),
        draft(at, code="x" * 41),
        draft(at, note="x" * 1001),
        draft(at, code=standing),
        draft(""),
    ):
        with pytest.raises(BadInput):
            add_site(field, wrong)


def test_a_change_keeps_the_shape_and_leaves_an_image(field: Connection, middle: tuple[float, float]) -> None:
    code = add_site(field, draft(point(*middle)))
    before = read_site_parts(field).by_code[code]
    change_site(field, draft("", code=code, name="Renamed"))
    after = read_site_parts(field).by_code[code]
    assert (after.name, after.lon, after.lat) == ("Renamed", before.lon, before.lat)
    assert [(one.op, one.name, one.redrawn) for one in read_site_past(field, code)] == [
        ("U", "Renamed", False),
        ("I", "New slope", True),
    ]


def test_a_removed_site_leaves_its_past(field: Connection, middle: tuple[float, float]) -> None:
    code = add_site(field, draft(point(*middle)))
    remove_site(field, code)
    assert code not in read_site_parts(field).by_code
    assert read_site_past(field, code)[0].op == "D"
    with pytest.raises(NotFound):
        remove_site(field, code)
