"""Shapes that somebody drew on the map, in degrees, as shapes of the county."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_grid.errors import BadInput, Refused
from geo_grid.partition.lattice import to_lattice

if TYPE_CHECKING:
    from pyproj import Transformer

#: A shape drawn by hand has fewer vertices; one with more comes through the importer.
MOST_VERTICES = 5_000
#: How far a shape may reach over the county's outline and still count as inside: what rounding degrees can do.
SLACK_M = 0.05
POINTS, LINES, AREAS = {"Point", "MultiPoint"}, {"LineString", "MultiLineString"}, {"Polygon", "MultiPolygon"}


class BadShape(BadInput):
    """What was drawn is no shape that can be kept."""


class OutsideCounty(Refused):
    """What was drawn lies outside the county, all of it or a part."""


def shape_drawn(text: str, srid: int, *, kinds: set[str] | None = None) -> Any:
    """The shape of a GeoJSON geometry in longitude and latitude, on the lattice of the county's CRS.

    Raises `BadShape` for what cannot be read, is of another kind than `kinds`, crosses itself or is too large.
    """
    shape = _read(text)
    if kinds is not None and shape.geom_type not in kinds:
        raise BadShape.of(
            "a %(geom_type)s cannot be used here: draw a %(kinds)s",
            geom_type=shape.geom_type,
            kinds=" or ".join(sorted(kinds)),
        )
    if shapely.get_num_coordinates(shape) > MOST_VERTICES:
        raise BadShape.of("the shape has more than %(most)s points: import it from a file instead", most=MOST_VERTICES)
    moved = shapely.transform(shape, lambda at: np.column_stack(_into(srid).transform(at[:, 0], at[:, 1])))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise OutsideCounty.of(
            "%(what)s lies outside the county: draw it inside the county's outline", what="the shape"
        )
    (kept,) = to_lattice(np.array([moved], dtype=object))
    if shapely.is_empty(kept) or not shapely.is_valid(kept) or not _has_extent(kept):
        raise BadShape.of("the shape crosses itself or has no extent: draw it again")
    return kept


def demand_inside(shape: Any, outline: Any, what: str) -> None:
    """Nothing when the shape lies in the county's outline; raises `OutsideCounty` that says how much does not."""
    if outline is None:
        raise OutsideCounty.of("%(what)s lies outside the county, which has no grids yet: import them first", what=what)
    beyond = shapely.difference(shape, shapely.buffer(outline, SLACK_M))
    if shapely.is_empty(beyond):
        return
    if shape.geom_type in AREAS:
        raise OutsideCounty.of(
            "%(what)s lies outside the county with %(part)s %% of its area: draw it inside the county's outline",
            what=what,
            part=round(100 * beyond.area / shape.area),
        )
    if shape.geom_type in LINES:
        raise OutsideCounty.of(
            "%(what)s lies outside the county with %(part)s m of its %(all)s m: draw it inside the county's outline",
            what=what,
            part=round(beyond.length),
            all=round(shape.length),
        )
    raise OutsideCounty.of(
        "%(what)s lies outside the county, %(away)s m from its outline: draw it inside",
        what=what,
        away=round(shapely.distance(beyond, outline)),
    )


def many(shape: Any) -> Any:
    """A polygon as a multipolygon; what is one already as it is."""
    return shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape


def _read(text: str) -> Any:
    """The geometry of a GeoJSON text; raises `BadShape`."""
    try:
        given = json.loads(text)
        shape = shapely.geometry.shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.errors.ShapelyError):
        raise BadShape.of("the shape cannot be read: draw it on the map") from None
    if shape.geom_type not in POINTS | LINES | AREAS or shapely.is_empty(shape):
        raise BadShape.of("draw a point, a line or an area")
    at = shapely.get_coordinates(shape)
    if not np.isfinite(at).all() or (np.abs(at) > (180.0, 90.0)).any():
        raise BadShape.of("the shape's places must be longitudes (-180 to 180) and latitudes (-90 to 90)")
    return shapely.force_2d(shape)


def _has_extent(shape: Any) -> bool:
    """Whether a line has a length, an area an area."""
    if shape.geom_type in POINTS:
        return True
    return bool((shape.area if shape.geom_type in AREAS else shape.length) > 0)


@lru_cache(maxsize=4)
def _into(srid: int) -> Transformer:
    """From longitude and latitude into the county's CRS."""
    from pyproj import Transformer

    return Transformer.from_crs("OGC:CRS84", srid, always_xy=True)
