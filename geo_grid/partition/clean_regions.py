"""The ground of every owner put together from faces, and of every parent from its children's."""

from __future__ import annotations

import numpy as np

from geo_grid.partition.chain import Leftover, edges_of, leftover
from geo_grid.partition.clean_faces import Faces
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.partition.remainder import bounded_by


def regions(faces: Faces, owner: Integers, count: int) -> Geometries:
    """The MultiPolygon of each owner's faces (count,), None for one without any."""
    left, right = faces.beside(owner)
    low, high, origin = faces.borders.low, faces.borders.high, faces.borders.origin
    rows_left = np.flatnonzero((left != right) & (left >= 0))
    rows_right = np.flatnonzero((left != right) & (right >= 0))
    rows = np.concatenate([rows_left, rows_right])
    family = np.concatenate([left[rows_left], right[rows_right]])
    sign = np.concatenate([np.ones(len(rows_left), dtype=np.int64), np.full(len(rows_right), -1, dtype=np.int64)])
    return _by_family(Leftover(family, low[rows], high[rows], sign, family, origin), count)


def derived(own: Geometries, parent: Integers) -> Geometries:
    """All that each grid spans: its own ground and its children's, `parent` (n,) being the place of each one's parent.

    Parents may stand anywhere in the order; -1 is none.
    """
    count = len(own)
    depth = np.zeros(count, dtype=np.int64)
    above = parent.copy()
    while (above >= 0).any():
        depth[above >= 0] += 1
        above = np.where(above >= 0, parent[above], -1)
    result = np.asarray(own, dtype=object).copy()
    for level in range(int(depth.max(initial=0)), 0, -1):
        children = np.flatnonzero(depth == level)
        heads = np.unique(parent[children])
        edges = edges_of(np.concatenate([result[children], result[heads]]))
        family = np.concatenate([parent[children], heads])[edges.owner]
        joined = _by_family(leftover(family, edges), count)
        result[heads] = joined[heads]
    return result


def _by_family(rest: Leftover, count: int) -> Geometries:
    """The region of each family's edges."""
    order = np.argsort(rest.family, kind="stable")
    bounds = np.searchsorted(rest.family[order], np.arange(count + 1)).tolist()
    result = np.full(count, None, dtype=object)
    for family in range(count):
        rows = order[bounds[family] : bounds[family + 1]]
        if len(rows):
            part = Leftover(
                rest.family[rows], rest.low[rows], rest.high[rows], rest.count[rows], rest.owner[rows], rest.origin
            )
            result[family] = bounded_by(part)
    return result
