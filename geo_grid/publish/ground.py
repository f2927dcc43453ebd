"""The ground of a tile in the county's own CRS."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo_grid.partition.lattice import to_metres, units

Box = tuple[float, float, float, float]
"""(west, south, east, north) in the units of the CRS it is said to be in."""

#: How far beyond the area a CRS is made for we still ask it: a county may reach over the edge of its zone.
REACH_DEGREES = 5.0
#: The margin around a tile, as a share of its width: the 64 of 4096 units that are drawn beyond its edge, and some.
MARGIN = 0.02


def tile_degrees(z: int, x: int, y: int) -> Box:
    """The tile's box in longitude and latitude, with its margin."""
    count = 2.0**z
    west, east = (x - MARGIN) / count * 360 - 180, (x + 1 + MARGIN) / count * 360 - 180
    return west, _latitude((y + 1 + MARGIN) / count), east, _latitude((y - MARGIN) / count)


def _latitude(down: float) -> float:
    """The latitude at the share `down` of the Mercator square, from its northern edge."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


@lru_cache(maxsize=50_000)
def tile_ground(srid: int, z: int, x: int, y: int) -> Box | None:
    """A box of the CRS `srid` that holds all of the tile; None where that CRS has no meaning.

    The box is densified, for a parallel is a curve in a transverse projection.
    """
    reached = reached_box(srid, tile_degrees(z, x, y))
    if reached is None or reached[0] == reached[2] or reached[1] == reached[3]:
        return None
    left, bottom, right, top = _projection(srid)[0].transform_bounds(*reached, densify_pts=11)
    return (left, bottom, right, top) if all(map(math.isfinite, (left, bottom, right, top))) else None


def reached_box(srid: int, box: Box) -> Box | None:
    """The part of a box of degrees where the CRS `srid` may be asked; None when there is none."""
    area = _projection(srid)[1]
    west, south, east, north = (
        max(box[0], area[0]),
        max(box[1], area[1]),
        min(box[2], area[2]),
        min(box[3], area[3]),
    )
    return None if west > east or south > north else (west, south, east, north)


def to_county(srid: int, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) longitudes and latitudes in the units of the CRS `srid`, east first."""
    return np.column_stack(_projection(srid)[0].transform(lonlat[:, 0], lonlat[:, 1]))


@lru_cache(maxsize=8)
def _projection(srid: int) -> tuple[Transformer, Box]:
    """How to get from longitude and latitude into `srid`, and where that may be asked."""
    crs = CRS.from_epsg(srid)
    area = crs.area_of_use
    bounds = area.bounds if area else (-180.0, -85.0, 180.0, 85.0)
    reach = REACH_DEGREES
    wide = (bounds[0] - reach, max(bounds[1] - reach, -85.06), bounds[2] + reach, min(bounds[3] + reach, 85.06))
    return Transformer.from_crs(4326, crs, always_xy=True), wide


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the county's lattice, in the units of its CRS."""

    srid: int
    east: float
    north: float

    def values(self) -> dict[str, float | int]:
        """The place as the values of a query."""
        return asdict(self)


def to_place(srid: int, lon: float, lat: float) -> Place | None:
    """The lattice point nearest to a longitude and latitude; None where the CRS has no meaning."""
    transformer, area = _projection(srid)
    if not (area[0] <= lon <= area[2] and area[1] <= lat <= area[3]):
        return None
    east, north = transformer.transform(lon, lat)
    if not (math.isfinite(east) and math.isfinite(north)):
        return None
    east, north = to_metres(units([east, north]))
    return Place(srid, float(east), float(north))
