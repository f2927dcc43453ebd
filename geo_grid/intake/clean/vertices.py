"""Vertices that cleaning sets on drawn lines, where others cross or touch them: counted, and how far they lie off."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.intake.clean.repair import Repair, ident
from geo_grid.intake.clean.scene import Scene
from geo_grid.partition.lattice import SCALE, Geometries

#: Beyond two units no vertex is on the line any more: it belongs to what was closed or given away, which is told apart.
_NEAR_M = 2 / SCALE
#: So many vertices are measured at most; those of the largest of the real sets are fewer.
_MOST_MEASURED = 50_000


def lattice_repair(scene: Scene) -> list[Repair]:
    """One repair for all vertices that came onto drawn lines; it is told, and below a millimetre nobody is asked."""
    fresh = _fresh(scene)
    if len(fresh) == 0:
        return []
    drawn = shapely.STRtree(shapely.boundary(scene.shapes[: scene.cells]))
    some = fresh[np.linspace(0, len(fresh) - 1, min(len(fresh), _MOST_MEASURED)).astype(np.int64)]
    _, off = drawn.query_nearest(shapely.points(some), max_distance=_NEAR_M, all_matches=False, return_distance=True)
    farthest = float(off.max(initial=0.0)) * 1000
    return [
        Repair(
            id=ident("lattice", "all"),
            kind="lattice",
            where="the files",
            says="borders got %(count)d vertices on the lattice where lines meet, at most %(most)s mm off the line",
            facts={"count": len(fresh), "most": f"{np.ceil(farthest * 100) / 100:.2f}"},
            count=len(fresh),
            accepted=True,
        )
    ]


def _fresh(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The vertices (n, 2) of cleaned cells that no drawn grid has."""
    before, after = _vertices(scene.shapes), _vertices(scene.cleaned.own[: scene.cells])
    fresh = np.setdiff1d(after, before, assume_unique=True)
    return np.column_stack([fresh.real, fresh.imag])


def _vertices(shapes: Geometries) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    """The different vertices of shapes as x + iy."""
    at = shapely.get_coordinates(shapes)
    return np.unique(at[:, 0] + 1j * at[:, 1])
