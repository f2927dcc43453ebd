"""Wide gaps shared out among the wider polygons drawn around them, the narrowest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo_grid.partition.lattice import SCALE, Geometries, Integers, to_lattice

#: Overlays on the lattice always come to an end.
_STEP = 1 / SCALE


@dataclass(frozen=True, slots=True)
class Bare:
    """A wide gap: its shape, the wider polygon that has most of it (or k, outside), and the pieces of the others."""

    shape: Any
    mainly: int
    pieces: list[tuple[int, Any]] = field(default_factory=list)


def share_out(gaps: list[Any], around: Geometries, level: Integers, gap_m: float) -> list[Bare]:
    """The gaps with their owners; pieces thinner than `gap_m` are slips of a line and stay with the main one."""
    if not gaps:
        return []
    tree = shapely.STRtree(around) if len(around) else None
    return [_shared(gap, tree, around, level, gap_m) for gap in gaps]


def _shared(gap: Any, tree: Any, around: Geometries, level: Integers, gap_m: float) -> Bare:
    """One gap shared out."""
    rest, taken = gap, []
    near = tree.query(gap, predicate="intersects") if tree is not None else np.zeros(0, dtype=np.int64)
    for index in sorted(near.tolist(), key=lambda index: (-int(level[index]), index)):
        piece = _areal(shapely.intersection(rest, around[index], grid_size=_STEP))
        if _is_thin(piece, gap_m):
            continue
        taken.append((index, piece))
        rest = _areal(shapely.difference(rest, around[index], grid_size=_STEP))
        if _is_thin(rest, gap_m):
            rest = None
            break
    if rest is not None:
        taken.append((len(around), rest))
    if not taken:
        return Bare(gap, _largest(gap, near, around, level))
    mainly = max(taken, key=lambda one: float(one[1].area))[0]
    pieces = [(index, _polygons(shape)) for index, shape in taken if index != mainly and index < len(around)]
    return Bare(gap, mainly, [(index, shape) for index, shape in pieces if shape is not None])


def _largest(gap: Any, near: Integers, around: Geometries, level: Integers) -> int:
    """The narrowest of the wider polygons that hold a place inside a thin gap; k, outside, for none."""
    inside = shapely.point_on_surface(gap)
    holders = [index for index in near.tolist() if shapely.intersects(around[index], inside)]
    return max(holders, key=lambda index: (int(level[index]), -index), default=len(around))


def _is_thin(shape: Any, gap_m: float) -> bool:
    """Whether no disc as wide as a slip fits into a shape."""
    if 2 * np.sqrt(shapely.area(shape) / np.pi) < gap_m:
        return True
    return bool(shapely.is_empty(shapely.buffer(shape, -gap_m / 2, quad_segs=2)))


def _areal(shape: Any) -> Any:
    """The polygonal part: an overlay on the lattice takes no shape of mixed dimensions, and can make one."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _polygons(shape: Any) -> Any:
    """The polygonal part, valid and on the lattice; None when nothing is left."""
    valid = shapely.make_valid(to_lattice(np.array([shape], dtype=object))[0], method="structure")
    parts = shapely.get_parts(valid)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.multipolygons(parts) if len(parts) else None
