"""The coordinate reference systems that features are given in, by the addresses that OGC names them with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS

from geo_grid.errors import BadInput
from geo_grid.publish.ground import Box, reached_box, to_county

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREES = 4326
#: Edges of a box of degrees are cut into pieces of at most so many degrees: a parallel is a curve in the county's CRS,
#: and departs from a chord of this length by some centimetres.
PIECE_DEGREES = 0.02


@dataclass(frozen=True, slots=True)
class GivenCrs:
    """A CRS that features can be asked for: its address, its EPSG number, whether north comes before east in it."""

    uri: str
    srid: int
    is_north_first: bool

    @property
    def is_degrees(self) -> bool:
        """Whether its numbers are degrees."""
        return self.srid == DEGREES


class UnknownCrs(BadInput):
    """A CRS that features are not given in."""

    def __init__(self, uri: str, known: tuple[GivenCrs, ...]) -> None:
        self.say(
            "features are not given in the CRS %(crs)s: choose one of %(known)s",
            crs=uri[:100],
            known=", ".join(one.uri for one in known),
        )


class BadBox(BadInput):
    """A box whose lower corner is not below its upper one."""

    def __init__(self) -> None:
        self.say("the box is upside down: give its lower corner first, in the order of the axes of its CRS")


@lru_cache(maxsize=8)
def crs_given(srid: int) -> tuple[GivenCrs, ...]:
    """CRS84 first, as the standard wants, then WGS 84 in its own order of axes, then the county's CRS."""
    return (
        GivenCrs(CRS84, DEGREES, is_north_first=False),
        GivenCrs(f"{_EPSG}{DEGREES}", DEGREES, is_north_first=True),
        GivenCrs(f"{_EPSG}{srid}", srid, CRS.from_epsg(srid).axis_info[0].direction == "north"),
    )


def crs_named(uri: str | None, srid: int) -> GivenCrs:
    """The CRS of that address, CRS84 without one; raises `UnknownCrs`."""
    known = crs_given(srid)
    found = next((one for one in known if uri is None or one.uri == uri), None)
    if found is None:
        raise UnknownCrs(uri or "", known)
    return found


def box_ground(box: Box, crs: GivenCrs, srid: int) -> shapely.Geometry:
    """The ground of a box in the county's CRS, an empty polygon where that CRS has no meaning; raises `BadBox`.

    `box` is in the order of the axes of `crs`. One of degrees whose west is east of its east crosses the antimeridian.
    """
    first, second, third, fourth = box
    west, south, east, north = (second, first, fourth, third) if crs.is_north_first else box
    if south > north or (west > east and not crs.is_degrees):
        raise BadBox
    if not crs.is_degrees:
        return shapely.box(west, south, east, north)
    parts = (
        [(west, south, east, north)] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
    )
    reached = [part for part in (reached_box(srid, part) for part in parts) if part is not None]
    return shapely.union_all([_curved(part, srid) for part in reached]) if reached else shapely.Polygon()


def _curved(box: Box, srid: int) -> shapely.Geometry:
    """A box of degrees as a polygon of the county's CRS; one without an extent becomes a line or a point."""
    west, south, east, north = box
    if west == east and south == north:
        return shapely.points(to_county(srid, np.array([(west, south)])))[0]
    corners = np.array([(west, south), (east, south), (east, north), (west, north), (west, south)])
    outline = shapely.segmentize(shapely.linestrings(corners), PIECE_DEGREES)
    ground = shapely.transform(outline, lambda lonlat: to_county(srid, lonlat))
    return ground if west == east or south == north else shapely.polygons(shapely.get_coordinates(ground))
