"""The rim of the whole: what the widest drawn polygons enclose together, the cracks between them filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo_grid.partition.clean_widths import MOST_GAP_M
from geo_grid.partition.lattice import SCALE, Geometries, to_lattice

#: Overlays on the lattice always come to an end; in floating point GEOS 3.14 gave up on a real coast.
_STEP = 1 / SCALE


def enclosed(polygons: Geometries) -> Any:
    """The ground inside the rim of the polygons, valid and on the lattice.

    Holes and bays between two of them that are narrower than any gap ever closed count as inside, so that a crack
    that opens to the outside is seen as one. What becomes of them is decided later, by their width.
    """
    whole = shapely.union_all(shapely.make_valid(polygons, method="structure"))
    parts = [_without_thin_holes(part) for part in shapely.get_parts(whole)]
    filled = shapely.make_valid(shapely.union_all(parts), method="structure")
    bays = _bays(filled, polygons) if len(polygons) > 1 else []
    rim = to_lattice(np.array([shapely.union_all([filled, *bays])], dtype=object))[0]
    return shapely.make_valid(rim, method="structure")


def _without_thin_holes(part: Any) -> Any:
    """A polygon without the holes that a crack leaves."""
    holes = shapely.polygons(shapely.get_rings(part)[1:])
    if len(holes) == 0:
        return part
    thick = ~shapely.is_empty(shapely.buffer(holes, -MOST_GAP_M / 2, quad_segs=1))
    return shapely.Polygon(part.exterior, [hole.exterior for hole in holes[thick]])


def _bays(filled: Any, polygons: Geometries) -> list[Any]:
    """The narrow bays that open to the outside between two polygons."""
    half = MOST_GAP_M / 2
    grown = shapely.make_valid(shapely.buffer(filled, half, quad_segs=2), method="structure")
    closed = shapely.make_valid(shapely.buffer(grown, -half, quad_segs=2), method="structure")
    bays = shapely.get_parts(_difference(closed, filled))
    bays = bays[shapely.get_type_id(bays) == shapely.GeometryType.POLYGON]
    # Asked by the polygons, which GEOS prepares; the other way round takes twenty times longer.
    _, touched = shapely.STRtree(bays).query(polygons, predicate="dwithin", distance=0.01)
    return list(bays[np.bincount(touched, minlength=len(bays)) > 1])


def _difference(whole: Any, part: Any) -> Any:
    """What is left of a shape; on the lattice, which takes several times longer, where floating point gives up."""
    try:
        return shapely.difference(whole, part)
    except shapely.errors.GEOSException:
        return shapely.difference(whole, part, grid_size=_STEP)
