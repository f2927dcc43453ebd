"""Pages of features of a collection, as GIS programs ask for them: by place, by time, by property, by CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Row

from geo_grid.errors import NotFound
from geo_grid.publish import store
from geo_grid.publish.crs_uris import GivenCrs, box_ground, crs_named
from geo_grid.publish.feature_collections import Collection
from geo_grid.publish.ground import Box

#: Nine decimals of a degree are a tenth of a millimetre; ten of a metre are what 1/1024 m takes.
DECIMALS_OF_DEGREES, DECIMALS_OF_METRES = 9, 10


@dataclass(frozen=True, slots=True)
class Time:
    """The time that features are asked of, ends included; None for an open end."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """Which features are asked for. CRS are addresses (None: CRS84); `box` is in the order of the axes of `box_crs`."""

    most: int = 100
    after: str | None = None
    code: str | None = None
    box: Box | None = None
    box_crs: str | None = None
    crs: str | None = None
    time: Time | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its code, its geometry as GeoJSON text, what it tells."""

    code: str
    geometry: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """Features in the order of their codes, how many match in all, and the last one's code when more follow."""

    features: tuple[Feature, ...]
    matched: int
    more_after: str | None
    crs: GivenCrs


class NoCounty(NotFound):
    """There is no county yet."""

    def __init__(self) -> None:
        self.say("there is no county yet: import its grids first")


class NoSuchFeature(NotFound):
    """A collection holds no feature of that code, or none that the asker sees."""

    def __init__(self, chosen: Collection, code: str) -> None:
        self.say("%(collection)s hold no feature %(code)s", collection=chosen.name, code=repr(code[:60]))


def county_srid(conn: Connection) -> int:
    """The EPSG number of the CRS that features are stored in; raises `NoCounty`."""
    srid = store.county_srid(conn)
    if srid is None:
        raise NoCounty
    return srid


def features(conn: Connection, chosen: Collection, wish: Wish) -> FeaturePage:
    """The features that are wished for; raises `NoCounty`, or `UnknownCrs`.

    Geometries follow RFC 7946 (outer rings anticlockwise as seen in east and north), but are in the CRS that is asked
    for, in the order of its axes, as OGC 18-058 wants.
    """
    srid = county_srid(conn)
    crs = crs_named(wish.crs, srid)
    columns = tuple(one.name for one in chosen.properties)
    rows = store.features(conn, chosen.query, columns, _values(chosen, wish, crs, srid))
    shown = rows[: wish.most]
    return FeaturePage(
        tuple(_feature(chosen, row) for row in shown),
        rows[0].matched if rows else 0,
        shown[-1].code if len(rows) > wish.most else None,
        crs,
    )


def feature(conn: Connection, chosen: Collection, code: str, crs: str | None = None) -> tuple[Feature, GivenCrs]:
    """The feature of that code as it is now; raises `NoSuchFeature`, `NoCounty`, or `UnknownCrs`."""
    page = features(conn, chosen, Wish(most=1, code=code, crs=crs))
    if not page.features:
        raise NoSuchFeature(chosen, code)
    return page.features[0], page.crs


def _values(chosen: Collection, wish: Wish, crs: GivenCrs, srid: int) -> dict[str, Any]:
    """The values of the collection's query."""
    time = wish.time if chosen.is_dated else None
    return {
        "most": wish.most + 1,
        "after": wish.after,
        "code": wish.code,
        "srid": crs.srid,
        "flip": crs.is_north_first,
        "decimals": DECIMALS_OF_DEGREES if crs.is_degrees else DECIMALS_OF_METRES,
        "box": None if wish.box is None else _ground(wish.box, crs_named(wish.box_crs, srid), srid),
        **{name: wish.properties.get(name) for name in chosen.asked},
        **({"now": time is None, "since": None, "until": None} if chosen.is_dated else {}),
        **({"since": time.since, "until": time.until} if time else {}),
    }


def _ground(box: Box, crs: GivenCrs, srid: int) -> str:
    """The ground of a box as the database reads it."""
    ground = shapely.set_srid(box_ground(box, crs, srid), srid)
    return str(shapely.to_wkb(ground, hex=True, include_srid=True))


def _feature(chosen: Collection, row: Row[Any]) -> Feature:
    told = row._mapping
    return Feature(row.code, row.geometry, {one.name: told[one.name] for one in chosen.properties})
