"""Shapes that somebody drew on the map, in degrees, as shapes of the county."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from geo_grid.errors import BadInput, Refused
from geo_grid.partition.lattice import to_lattice

#: A shape drawn by hand has fewer vertices; one with more comes through the importer.
MOST_VERTICES = 5_000
#: How far a shape may reach over the county's outline and still count as inside: what rounding degrees can do.
SLACK_M = 0.05
POINTS, LINES, AREAS = {"Point", "MultiPoint"}, {"LineString", "MultiLineString"}, {"Polygon", "MultiPolygon"}


class BadShape(BadInput):
    """What was drawn is no shape that can be kept."""


class OutsideCounty(Refused):
    """What was drawn lies outside the county, all of it or a part."""

    def __init__(self, what: str, how_much: str) -> None:
        super().__init__(f"{what} lies outside the county{how_much}: draw it inside the county's outline")


def shape_drawn(text: str, srid: int, *, kinds: set[str] | None = None) -> Any:
    """The shape of a GeoJSON geometry in longitude and latitude, on the lattice of the county's CRS.

    Raises `BadShape` for what cannot be read, is of another kind than `kinds`, crosses itself or is too large.
    """
    shape = _read(text)
    if kinds is not None and shape.geom_type not in kinds:
        raise BadShape(f"a {shape.geom_type} cannot be used here: draw a {' or '.join(sorted(kinds))}")
    if shapely.get_num_coordinates(shape) > MOST_VERTICES:
        raise BadShape(f"the shape has more than {MOST_VERTICES} points: import it from a file instead")
    moved = shapely.transform(shape, lambda at: np.column_stack(_into(srid).transform(at[:, 0], at[:, 1])))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise OutsideCounty("the shape", "")
    (kept,) = to_lattice(np.array([moved], dtype=object))
    if shapely.is_empty(kept) or not shapely.is_valid(kept) or not _has_extent(kept):
        raise BadShape("the shape crosses itself or has no extent: draw it again")
    return kept


def demand_inside(shape: Any, outline: Any, what: str) -> None:
    """Nothing when the shape lies in the county's outline; raises `OutsideCounty` that says how much does not."""
    if outline is None:
        raise OutsideCounty(what, ", which has no grids yet")
    beyond = shapely.difference(shape, shapely.buffer(outline, SLACK_M))
    if shapely.is_empty(beyond):
        return
    if shape.geom_type in AREAS:
        raise OutsideCounty(what, f" with {100 * beyond.area / shape.area:.0f} % of its area")
    if shape.geom_type in LINES:
        raise OutsideCounty(what, f" with {beyond.length:.0f} m of its {shape.length:.0f} m")
    raise OutsideCounty(what, f", {shapely.distance(beyond, outline):.0f} m from its outline")


def many(shape: Any) -> Any:
    """A polygon as a multipolygon; what is one already as it is."""
    return shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape


def _read(text: str) -> Any:
    """The geometry of a GeoJSON text; raises `BadShape`."""
    try:
        given = json.loads(text)
        shape = shapely.geometry.shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.errors.ShapelyError):
        raise BadShape("the shape cannot be read: draw it on the map") from None
    if shape.geom_type not in POINTS | LINES | AREAS or shapely.is_empty(shape):
        raise BadShape("draw a point, a line or an area")
    at = shapely.get_coordinates(shape)
    if not np.isfinite(at).all() or (np.abs(at) > (180.0, 90.0)).any():
        raise BadShape("the shape's places must be longitudes (-180 to 180) and latitudes (-90 to 90)")
    return shapely.force_2d(shape)


def _has_extent(shape: Any) -> bool:
    """Whether a line has a length, an area an area."""
    if shape.geom_type in POINTS:
        return True
    return bool((shape.area if shape.geom_type in AREAS else shape.length) > 0)


@lru_cache(maxsize=4)
def _into(srid: int) -> Transformer:
    """From longitude and latitude into the county's CRS."""
    return Transformer.from_crs("OGC:CRS84", srid, always_xy=True)
