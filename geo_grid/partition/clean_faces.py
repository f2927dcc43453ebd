"""The faces that cut borders enclose: what each is bounded by, and which polygons lay claim to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.partition.chain import edges_of
from geo_grid.partition.clean_lines import Borders, same_segments
from geo_grid.partition.lattice import Geometries, Integers

#: The face that is everything around.
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces between borders.

    `shape` (f,) are polygons; `left` and `right` (s,) the face on either side of each segment when walking from its low
    to its high end, `OUTSIDE` where there is none; `claims` (f,) the polygons that each face lies in, in ascending
    order.
    """

    borders: Borders
    shape: Geometries
    left: Integers
    right: Integers
    claims: Sequence[tuple[int, ...]]

    def beside(self, value: Integers) -> tuple[Integers, Integers]:
        """What `value` (f,) says left and right of each segment; -1 outside."""
        padded = np.append(value, -1)
        return padded[self.left], padded[self.right]


def faces_between(borders: Borders) -> Faces:
    """The faces between borders, each with its claims."""
    shape = shapely.get_parts(shapely.polygonize(shapely.linestrings(borders.ends())))
    around = edges_of(shape, origin=borders.origin)
    place = same_segments(borders, around)
    left = np.full(len(borders.low), OUTSIDE, dtype=np.int64)
    right = left.copy()
    forward = around.sign > 0
    left[place[forward]] = around.owner[forward]
    right[place[~forward]] = around.owner[~forward]
    return Faces(borders, shape, left, right, _claims(borders, left, right, len(shape)))


def _claims(borders: Borders, left: Integers, right: Integers, count: int) -> list[tuple[int, ...]]:
    """The polygons that each face lies in, found by walking from face to face and crossing one segment each time."""
    outside = count
    one, other = np.where(left < 0, outside, left), np.where(right < 0, outside, right)
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    # Loaded here: it takes half a second from the start of every program, and few mend drawings.
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    graph = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(count + 1, count + 1))
    order, before = breadth_first_order(graph, outside)
    pair = np.concatenate([one, other]) * (count + 1) + np.concatenate([other, one])
    pairs, first = np.unique(pair, return_index=True)
    step = np.searchsorted(pairs, before[order[1:]].astype(np.int64) * (count + 1) + order[1:])
    crossed = first[step]
    uses = np.argsort(borders.segment, kind="stable")
    bounds = np.searchsorted(borders.segment[uses], np.arange(len(borders.low) + 1))
    owner, sign = borders.owner[uses].tolist(), borders.sign[uses].tolist()
    inside: list[dict[int, int]] = [{}] * (count + 1)
    width = len(left)
    for face, back, at in zip(order[1:].tolist(), before[order[1:]].tolist(), crossed.tolist(), strict=True):
        # The first half of the pairs runs from left to right: what lies on the left is left behind.
        segment, turn = (at, -1) if at < width else (at - width, 1)
        held = dict(inside[back])
        for use in range(bounds[segment], bounds[segment + 1]):
            held[owner[use]] = held.get(owner[use], 0) + turn * sign[use]
            if not held[owner[use]]:
                del held[owner[use]]
        inside[face] = held
    return [tuple(sorted(held)) for held in inside[:count]]
