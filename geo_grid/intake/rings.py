"""The rings of shapefile polygons put together: which is a shell, which a hole, and of which shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

#: Rings of one row whose boxes are compared pair by pair; more of them go straight to an index.
MOST_PAIRED = 500


@dataclass(frozen=True, slots=True)
class Rings:
    """Rings one after the other: coordinates (n, 2), the length of each ring (r,) and the row it belongs to (r,)."""

    coords: npt.NDArray[np.float64]
    length: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


def polygons_of(rings: Rings, shapes: npt.NDArray[Any]) -> dict[int, str]:
    """Put the polygons into `shapes`; why rows (from 1) have none.

    A row with one ring is that ring, however it turns. In other rows a clockwise ring is a shell (ESRI Shapefile
    Technical Description, 1998, p. 8), unless all turn alike: then depth decides.
    """
    if len(rings.length) == 0:
        return {}
    first = np.cumsum(rings.length) - rings.length
    last = first + rings.length - 1
    broken = {}
    for flags, reason in (
        (rings.length < 4, "a ring of fewer than three corners"),
        ((rings.coords[first] != rings.coords[last]).any(axis=1), "a ring that is not closed"),
    ):
        broken.update({int(row) + 1: reason for row in np.unique(rings.owner[flags])})
    bad = np.isin(rings.owner, np.array(list(broken), dtype=np.int64) - 1)
    kept = np.flatnonzero(~bad)
    if len(kept) == 0:
        return broken
    index = np.repeat(np.arange(len(rings.length)), rings.length)
    chosen = ~bad[index]
    built = shapely.linearrings(rings.coords[chosen], indices=np.cumsum(~bad)[index[chosen]] - 1)
    _assemble(np.asarray(built, dtype=object), rings.owner[kept], shapes)
    return broken


def _assemble(rings: npt.NDArray[Any], owner: npt.NDArray[np.int64], shapes: npt.NDArray[Any]) -> None:
    """Put a polygon of each row's rings into `shapes`."""
    count = np.bincount(owner, minlength=len(shapes))
    single = count[owner] == 1
    if single.any():
        shapes[owner[single]] = shapely.polygons(rings[single])
    for row in np.flatnonzero(count > 1):
        shapes[row] = _polygon(rings[owner == row])


def _polygon(rings: npt.NDArray[Any]) -> object:
    """One Polygon or MultiPolygon of several rings."""
    turns_left = shapely.is_ccw(rings)
    is_shell = _even_depth(rings) if turns_left.all() or not turns_left.any() else ~turns_left
    shells, holes = rings[is_shell], rings[~is_shell]
    if len(shells) == 1:
        return shapely.Polygon(shells[0], list(holes))
    owner = _shell_of(shells, holes)
    parts = [shapely.Polygon(shell, list(holes[owner == index])) for index, shell in enumerate(shells)]
    return shapely.MultiPolygon(parts)


def _even_depth(rings: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which rings lie inside an even number of others."""
    areas = shapely.polygons(rings)
    if not _nested_boxes(rings) or not shapely.is_valid(areas).all():
        return np.ones(len(rings), dtype=bool)
    tree = shapely.STRtree(areas)
    inner, outer = tree.query(areas, predicate="within")
    depth = np.bincount(inner[inner != outer], minlength=len(rings))
    return np.asarray(depth % 2 == 0)


def _nested_boxes(rings: npt.NDArray[Any]) -> bool:
    """Whether the box of any ring lies in that of another: if not, no ring lies in another."""
    if len(rings) > MOST_PAIRED:
        return True
    boxes = shapely.bounds(rings)
    low = (boxes[:, None, :2] >= boxes[None, :, :2]).all(axis=2)
    high = (boxes[:, None, 2:] <= boxes[None, :, 2:]).all(axis=2)
    return bool((low & high).sum() > len(rings))


def _shell_of(shells: npt.NDArray[Any], holes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The smallest shell around each hole; the first shell for a hole that lies in none, so that it shows invalid."""
    owner = np.zeros(len(holes), dtype=np.int64)
    if len(holes) == 0:
        return owner
    areas = shapely.polygons(shells)
    order = np.argsort(-shapely.area(areas))
    boxes, inner = shapely.bounds(areas), shapely.bounds(holes)
    for index in order:
        box = boxes[index]
        close = (inner[:, :2] >= box[:2]).all(axis=1) & (inner[:, 2:] <= box[2:]).all(axis=1)
        for hole in np.flatnonzero(close):
            if shapely.intersects_xy(areas[index], *_corners(holes[hole])).all():
                owner[hole] = index
    return owner


def _corners(ring: object) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The x and y of a ring's vertices."""
    coords = shapely.get_coordinates(ring)
    return coords[:, 0], coords[:, 1]
