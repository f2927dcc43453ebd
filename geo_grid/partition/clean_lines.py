"""Borders of many polygons cut at every place where two of them meet, on the lattice, in whole numbers.

This is snap rounding (Hobby, "Practical segment intersection with finite precision output", 1999) over arrays: every
crossing is moved to its lattice point, and a segment that passes within half a unit of a lattice point in use is led
through it. It is repeated until nothing changes, so the result does not change when it is cut again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.partition.chain import Edges, unpack
from geo_grid.partition.lattice import Flags, Floats, Integers, to_metres

_SHIFT = 31
#: Rounds after which cutting is given up; natural borders need three or four.
MOST_ROUNDS = 30
#: Segments whose neighbours are looked up at a time, so that the pairs are never all in memory.
_BATCH = 100_000


class Unstable(RuntimeError):
    """The borders did not come to rest."""


@dataclass(frozen=True, slots=True)
class Borders:
    """Segments that meet only at their ends, and which polygons they bound.

    `low` and `high` (s,) are the packed ends of each segment. Per use (u,): `segment` is its place in them, `owner` the
    polygon, `sign` +1 where the polygon lies on the left when walking from low to high, -1 on the right.
    """

    low: Integers
    high: Integers
    segment: Integers
    owner: Integers
    sign: Integers
    origin: Integers

    def ends(self) -> Floats:
        """The two ends of every segment in metres (s, 2, 2)."""
        return to_metres(np.stack([unpack(self.low, self.origin), unpack(self.high, self.origin)], axis=1))


def cut(edges: Edges) -> Borders:
    """The edges of polygons, cut until they meet only at their ends. Raises `Unstable`."""
    return _cut(*_segments(edges.low, edges.high), edges.owner, edges.sign, edges.origin)


def cut_again(borders: Borders, edges: Edges) -> Borders:
    """Borders that are cut already with some more edges put in; `edges` must share the borders' origin."""
    low, high, segment = _segments(np.concatenate([borders.low, edges.low]), np.concatenate([borders.high, edges.high]))
    fresh = np.unique(segment[len(borders.low) :])
    use = np.concatenate([segment[: len(borders.low)][borders.segment], segment[len(borders.low) :]])
    owner = np.concatenate([borders.owner, edges.owner])
    sign = np.concatenate([borders.sign, edges.sign])
    return _cut(low, high, use, owner, sign, borders.origin, fresh=fresh)


def same_segments(borders: Borders, edges: Edges) -> Integers:
    """The place in the borders (m,) of edges that run along them."""
    low, high = np.concatenate([borders.low, edges.low]), np.concatenate([borders.high, edges.high])
    _, _, place = _segments(low, high)
    found = np.empty(int(place.max(initial=-1)) + 1, dtype=np.int64)
    found[place[: len(borders.low)]] = np.arange(len(borders.low))
    return np.asarray(found[place[len(borders.low) :]], dtype=np.int64)


def _segments(low: Integers, high: Integers) -> tuple[Integers, Integers, Integers]:
    """The different segments, and the place of each given one among them."""
    order = np.lexsort((high, low))
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(opens) - 1
    return low[order][opens], high[order][opens], place


def _cut(
    low: Integers,
    high: Integers,
    use: Integers,
    owner: Integers,
    sign: Integers,
    origin: Integers,
    *,
    fresh: Integers | None = None,
) -> Borders:
    """The segments cut until they are at rest; only `fresh` ones (default all) can have anything to be cut at."""
    fresh = np.arange(len(low)) if fresh is None else fresh
    for _ in range(MOST_ROUNDS):
        start, end = _spread(low), _spread(high)
        segment, at = _cuts(start, end, fresh)
        if len(segment) == 0:
            return _summed(low, high, use, owner, sign, origin)
        low, high, use, owner, sign, fresh = _split(start, end, segment, at, use, owner, sign)
    raise Unstable(f"{len(fresh)} pieces of border still move after {MOST_ROUNDS} rounds")


def _spread(packed: Integers) -> Integers:
    """Packed points as columns (m, 2), counted from the origin."""
    return np.stack([packed >> _SHIFT, packed & ((1 << _SHIFT) - 1)], axis=1)


def _cuts(start: Integers, end: Integers, fresh: Integers) -> tuple[Integers, Integers]:
    """Where segments are to be cut: the segment (c,) and the lattice point (c, 2)."""
    if len(fresh) == 0:
        return fresh, np.zeros((0, 2), dtype=np.int64)
    least, most = np.minimum(start, end), np.maximum(start, end)
    near = _meeting(least, most, fresh)
    tree = shapely.STRtree(_boxes(least[near], most[near], 0.0))
    found = []
    for first in range(0, len(fresh), _BATCH):
        batch = fresh[first : first + _BATCH]
        one, other = tree.query(_boxes(least[batch], most[batch], 1.0))
        left, right = batch[one], near[other]
        crossed = _crossings(start, end, left, right)
        found += [crossed, _touches(start, end, left, right), _touches(start, end, right, left)]
        found.append(_through(start, end, tree, near, np.unique(crossed[1], axis=0)))
    segment = np.concatenate([part[0] for part in found])
    at = np.concatenate([part[1] for part in found])
    own_end = (at == start[segment]).all(axis=1) | (at == end[segment]).all(axis=1)
    return segment[~own_end], at[~own_end]


def _meeting(least: Integers, most: Integers, fresh: Integers) -> Integers:
    """The segments whose box meets the box around the fresh ones."""
    if len(fresh) == len(least):
        return np.arange(len(least))
    low, high = least[fresh].min(axis=0) - 1, most[fresh].max(axis=0) + 1
    return np.flatnonzero((most >= low).all(axis=1) & (least <= high).all(axis=1))


def _boxes(least: Integers, most: Integers, around: float) -> Any:
    """A diagonal for each segment's box, widened on all sides; an index looks at boxes only."""
    return shapely.linestrings(np.stack([least - around, most + around], axis=1).astype(np.float64))


def _turn(a: Integers, b: Integers, c: Integers) -> Integers:
    """Twice the area of the triangles a, b, c (m,), positive where they turn left; exact."""
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])


def _crossings(start: Integers, end: Integers, left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """The lattice points nearest to where the insides of two segments cross, told of both."""
    once = left != right
    left, right = left[once], right[once]
    a, b, c, d = start[left], end[left], start[right], end[right]
    from_c, from_d = _turn(a, b, c), _turn(a, b, d)
    cross = (np.sign(from_c) * np.sign(from_d) < 0) & (np.sign(_turn(c, d, a)) * np.sign(_turn(c, d, b)) < 0)
    left, right, c, d = left[cross], right[cross], c[cross], d[cross]
    share = from_c[cross] / (from_c[cross] - from_d[cross]).astype(np.float64)
    at = c + np.rint((d - c) * share[:, None]).astype(np.int64)
    return np.concatenate([left, right]), np.concatenate([at, at])


def _through(start: Integers, end: Integers, tree: Any, near: Integers, at: Integers) -> tuple[Integers, Integers]:
    """The segments that pass through the lattice square of a new crossing, whoever crosses there.

    Left out, two lines that run closer together than a unit would be knotted to each other step by step.
    """
    point, row = tree.query(_boxes(at, at, 1.0))
    segment, at = near[row], at[point]
    passes = _passes(start[segment], end[segment], at)
    return segment[passes], at[passes]


def _touches(start: Integers, end: Integers, segment: Integers, other: Integers) -> tuple[Integers, Integers]:
    """The ends of the other segments whose lattice square a segment passes through."""
    segment = np.concatenate([segment, segment])
    at = np.concatenate([start[other], end[other]])
    passes = _passes(start[segment], end[segment], at)
    return segment[passes], at[passes]


def _passes(start: Integers, end: Integers, at: Integers) -> Flags:
    """Whether each segment passes within half a unit, in x and in y, of a lattice point that is not its end."""
    inside = (at >= np.minimum(start, end)).all(axis=1) & (at <= np.maximum(start, end)).all(axis=1)
    inside &= (at != start).any(axis=1) & (at != end).any(axis=1)
    rows = np.flatnonzero(inside)
    run = end[rows] - start[rows]
    reach = np.abs(run).sum(axis=1)
    # The line passes the square of half-width 1/2 when |turn| ≤ (|dx| + |dy|) / 2; the half-open side is left out.
    passes = np.zeros(len(at), dtype=bool)
    passes[rows] = 2 * np.abs(_turn(start[rows], end[rows], at[rows])) < reach
    return passes


def _split(
    start: Integers, end: Integers, segment: Integers, at: Integers, use: Integers, owner: Integers, sign: Integers
) -> tuple[Integers, Integers, Integers, Integers, Integers, Integers]:
    """The table with segments cut at points; last the segments that are new."""
    count = len(start)
    touched = np.unique(segment)
    whole = np.ones(count, dtype=bool)
    whole[touched] = False
    parent, first, last = _pieces(start, end, segment, at, touched)
    back = first > last
    low = np.concatenate([_pack(start[whole]), np.where(back, last, first)])
    high = np.concatenate([_pack(end[whole]), np.where(back, first, last)])
    flip = np.concatenate([np.ones(int(whole.sum()), dtype=np.int64), np.where(back, -1, 1)])
    parent = np.concatenate([np.flatnonzero(whole), parent])
    is_new = np.arange(len(parent)) >= int(whole.sum())
    low, high, place = _segments(low, high)
    order, row = _joined(parent, use, count)
    return low, high, place[order], owner[row], sign[row] * flip[order], np.unique(place[is_new])


def _pieces(
    start: Integers, end: Integers, segment: Integers, at: Integers, touched: Integers
) -> tuple[Integers, Integers, Integers]:
    """Each touched segment's pieces in order: the segment, and the packed points the piece runs from and to."""
    every = np.concatenate([segment, touched, touched])
    points = np.concatenate([at, start[touched], end[touched]])
    run = end[every] - start[every]
    along = ((points - start[every]).astype(np.float64) * run).sum(axis=1)
    along[len(segment) : len(segment) + len(touched)] = -np.inf
    along[len(segment) + len(touched) :] = np.inf
    order = np.lexsort((along, every))
    every, packed = every[order], _pack(points[order])
    kept = (every[1:] == every[:-1]) & (packed[1:] != packed[:-1])
    return every[:-1][kept], packed[:-1][kept], packed[1:][kept]


def _pack(at: Integers) -> Integers:
    """Points (m, 2) packed into one number each."""
    return (at[:, 0] << _SHIFT) | at[:, 1]


def _joined(parent: Integers, use: Integers, count: int) -> tuple[Integers, Integers]:
    """Every pair of a piece and a use of the segment it came from: the piece's and the use's place."""
    order = np.argsort(parent, kind="stable")
    pieces = np.bincount(parent, minlength=count)
    first = np.cumsum(pieces) - pieces
    times = pieces[use]
    row = np.repeat(np.arange(len(use)), times)
    step = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return order[first[use[row]] + step], row


def _summed(low: Integers, high: Integers, use: Integers, owner: Integers, sign: Integers, origin: Integers) -> Borders:
    """The table with each polygon's uses of one segment added up, those that cancel gone, and bare segments gone."""
    order = np.lexsort((owner, use))
    use, owner, sign = use[order], owner[order], sign[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (np.diff(use) != 0) | (np.diff(owner) != 0)
    first = np.flatnonzero(opens)
    total = np.add.reduceat(sign, first) if len(first) else sign
    use, owner = use[first][total != 0], owner[first][total != 0]
    used, place = np.unique(use, return_inverse=True)
    return Borders(low[used], high[used], place, owner, total[total != 0], origin)
