"""The layers of files drawn in lon/lat, few enough points to show in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_grid.errors import BadInput
from geo_grid.intake.crs import county_crs, into_county
from geo_grid.intake.layer import Layer

if TYPE_CHECKING:
    from pyproj import Transformer

#: What is drawn of one layer at most, and the width of the picture that its points are thinned for.
MOST_SHAPES, MOST_POINTS, PIXELS = 4000, 3000, 1400
DECIMALS = 6


def drawn(layers: Sequence[Layer], srid: int) -> list[dict[str, Any]]:
    """A GeoJSON geometry collection for each layer; a layer that cannot be placed is left out, with the reason."""
    way = _way_to_degrees(srid)
    return [_drawn(layer, srid, way) for layer in layers if layer.has_places]


def county_outline(outline: Any, srid: int) -> dict[str, Any] | None:
    """The county's outline as GeoJSON, None before there is one."""
    if outline is None:
        return None
    way = _way_to_degrees(srid)
    return dict(shapely.geometry.mapping(_in_degrees(_thinned(np.array([outline])), way)[0]))


def _way_to_degrees(srid: int) -> Transformer:
    """PROJ's way from the county's CRS to lon/lat."""
    from pyproj import Transformer

    return Transformer.from_crs(county_crs(srid), 4326, always_xy=True)


def _drawn(layer: Layer, srid: int, way: Transformer) -> dict[str, Any]:
    """One layer; polygons and lines thinned, points sampled evenly."""
    try:
        moved, _ = into_county(layer, srid, None)
    except BadInput as wrong:
        return {"source": layer.source, "problem": str(wrong), "shapes": [], "points": []}
    points: Any = []
    if moved.points is not None:
        shapes, points = np.array([], dtype=object), moved.points
    else:
        shapes = moved.shapes()
        shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        flat = np.isin(shapely.get_type_id(shapes), (0, 4))
        points, shapes = shapely.get_coordinates(shapes[flat]), shapes[~flat]
    step = max(1, len(points) // MOST_POINTS)
    lonlat = np.column_stack(way.transform(*np.asarray(points).reshape(-1, 2)[::step].T)).round(DECIMALS)
    thin = _in_degrees(_thinned(shapes[:MOST_SHAPES]), way)
    return {
        "source": layer.source,
        "rows": len(layer),
        "shapes": [shapely.geometry.mapping(shape) for shape in thin if not shape.is_empty],
        "points": lonlat.tolist(),
    }


def _thinned(shapes: Any) -> Any:
    """The shapes with no more points than a screen shows."""
    if not len(shapes):
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    width = max(east - west, north - south)
    return shapely.simplify(shapes, width / PIXELS / 2, preserve_topology=True) if np.isfinite(width) else shapes


def _in_degrees(shapes: Any, way: Transformer) -> Any:
    """The shapes in lon/lat with no more decimals than a screen shows."""
    return shapely.transform(shapes, lambda at: np.column_stack(way.transform(*at.T)).round(DECIMALS))
