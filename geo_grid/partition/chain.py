"""Polygons as sums of directed edges on the lattice, which cancel exactly where two polygons share a border.

The chain of a polygon is the sum of its edges, each with the inside on its left. For valid polygons A, B and P,
chain(A) + chain(B) - chain(P) = 0 says that A and B fill P without gap or overlap, vertex for vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.partition.lattice import SCALE, WIDEST, Floats, Geometries, Integers, to_metres, units

_SHIFT = 31
_LOW = (1 << _SHIFT) - 1


class TooWide(ValueError):
    """The polygons lie further apart than a net may be wide; `says` has a place for the kilometres in `facts`."""

    says = (
        "the polygons reach over %(km)d km, and a net over 1,000 km at most: one of them is in another place or CRS,"
        " or this is a whole country, to be imported province by province"
    )

    def __init__(self, km: int) -> None:
        self.facts = {"km": km}
        super().__init__(self.says % self.facts)


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed edges, the inside of their polygon on the left.

    `low` and `high` are the packed end points in ascending order (m,), `sign` is +1 where the edge runs from low to
    high and -1 where it runs back, `owner` is the index of the polygon it belongs to, `origin` the lattice position
    that packing counts from.
    """

    low: Integers
    high: Integers
    sign: Integers
    owner: Integers
    origin: Integers


def edges_of(polygons: Geometries, *, origin: Integers | None = None) -> Edges:
    """The directed edges of an array of Polygons and MultiPolygons (None and empty ones have no edges).

    Rings are turned by their role (shell or hole), not by how they were drawn. Raises `TooWide`.
    """
    parts, part_owner = shapely.get_parts(np.asarray(polygons, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    packed, origin = packed_vertices(coords, origin)
    inside_left = turns(packed, np.searchsorted(ring, np.arange(len(ring_part))), ring_part)
    start, end = packed[:-1], packed[1:]
    kept = np.flatnonzero((ring[:-1] == ring[1:]) & (start != end))
    start, end, ring = start[kept], end[kept], ring[kept]
    sign = np.where(start < end, inside_left[ring], -inside_left[ring])
    owner = part_owner[ring_part[ring]]
    return Edges(np.minimum(start, end), np.maximum(start, end), sign, np.asarray(owner, dtype=np.int64), origin)


def packed_vertices(coords: Floats, origin: Integers | None = None) -> tuple[Integers, Integers]:
    """Each coordinate (n, 2) as one number (n,), and the lattice position that is counted from. Raises `TooWide`."""
    at = units(coords)
    if origin is None:
        origin = at.min(axis=0) if len(at) else np.zeros(2, dtype=np.int64)
    at -= origin
    if len(at) and (at.min() < 0 or at.max() >= WIDEST):
        raise TooWide(round(float((at.max(axis=0) - np.minimum(at.min(axis=0), 0)).max()) / SCALE / 1000))
    return (at[:, 0] << _SHIFT) | at[:, 1], origin


def turns(packed: Integers, first: Integers, ring_part: Integers) -> Integers:
    """+1 for each ring drawn with its polygon's inside on the left, -1 for the others (r,).

    Rings lie side by side, each from `first` (r,) on; `ring_part` (r,) is the polygon of each.
    """
    count = len(ring_part)
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    length = np.diff(first, append=len(packed))
    x, y = packed >> _SHIFT, packed & _LOW
    x -= np.repeat(x[first], length)
    y -= np.repeat(y[first], length)
    cross = np.zeros(len(packed), dtype=np.int64)
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[first[1:] - 1] = 0
    # Sums wrap at 64 bits on the way, but twice the area of any ring fits, so the result is exact.
    turn = np.where(np.add.reduceat(cross, first) > 0, 1, -1)
    is_shell = np.ones(count, dtype=bool)
    is_shell[1:] = ring_part[1:] != ring_part[:-1]
    return np.where(is_shell, turn, -turn)


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a sum of edges leaves: per edge its family, its packed ends, its coefficient (never 0) and one owner."""

    family: Integers
    low: Integers
    high: Integers
    count: Integers
    owner: Integers
    origin: Integers

    def __len__(self) -> int:
        """The number of edges left."""
        return len(self.low)

    def lines(self) -> Geometries:
        """Each edge as a LineString in metres, run in the direction that leaves the inside on the left."""
        start = np.where(self.count > 0, self.low, self.high)
        end = np.where(self.count > 0, self.high, self.low)
        ends = np.stack([unpack(start, self.origin), unpack(end, self.origin)], axis=1)
        return np.asarray(shapely.linestrings(to_metres(ends)), dtype=object)

    def paths(self) -> Geometries:
        """The edges joined to LineStrings that end only where more than two edges meet, or close.

        A loop over plain lists takes a fifth of the time of GEOS's line merging.
        """
        start = np.where(self.count > 0, self.low, self.high)
        end = np.where(self.count > 0, self.high, self.low)
        nodes, place = np.unique(np.concatenate([start, end]), return_inverse=True)
        tail, head = place[: len(start)], place[len(start) :]
        leaving, arriving = np.bincount(tail, minlength=len(nodes)), np.bincount(head, minlength=len(nodes))
        passes = ((leaving == 1) & (arriving == 1)).tolist()
        onward = np.empty(len(nodes), dtype=np.int64)
        onward[tail] = head
        walks = _walks(tail.tolist(), head.tolist(), onward.tolist(), passes)
        at = to_metres(unpack(nodes, self.origin))
        return np.array([shapely.linestrings(at[walk]) for walk in walks], dtype=object)

    def of(self, family: int) -> Leftover:
        """The part that belongs to one family."""
        here = self.family == family
        return Leftover(
            self.family[here], self.low[here], self.high[here], self.count[here], self.owner[here], self.origin
        )


def _walks(tail: list[int], head: list[int], onward: list[int], passes: list[bool]) -> list[list[int]]:
    """The nodes along each path: first the paths between nodes where edges meet, then what is left, which closes."""
    walks = []
    seen = [False] * len(onward)
    for first, second in [pair for pair in zip(tail, head, strict=True) if not passes[pair[0]]]:
        walk, node = [first, second], second
        while passes[node]:
            seen[node] = True
            node = onward[node]
            walk.append(node)
        walks.append(walk)
    for first in tail:
        if passes[first] and not seen[first]:
            walk, node = [first], onward[first]
            seen[first] = True
            while node != first:
                seen[node] = True
                walk.append(node)
                node = onward[node]
            walks.append([*walk, first])
    return walks


def unpack(packed: Integers, origin: Integers) -> Integers:
    """The lattice positions (m, 2) of packed points."""
    return np.stack([packed >> _SHIFT, packed & _LOW], axis=1) + origin


def leftover(family: Integers, edges: Edges, *, weight: Integers | None = None) -> Leftover:
    """The edges that do not cancel within their family, exactly.

    `family` (m,) names the sum each edge goes into, `weight` (m,) multiplies its sign.
    """
    sign = edges.sign if weight is None else edges.sign * weight
    order = _grouping(family, edges.low, edges.high)
    family, low, high = family[order], edges.low[order], edges.high[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (family[1:] != family[:-1]) | (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    first = np.flatnonzero(opens)
    count = np.add.reduceat(sign[order], first) if len(first) else np.zeros(0, dtype=np.int64)
    stays = np.flatnonzero(count)
    kept = first[stays]
    return Leftover(family[kept], low[kept], high[kept], count[stays], edges.owner[order][kept], edges.origin)


def _grouping(family: Integers, low: Integers, high: Integers) -> Integers:
    """An order that puts equal edges of one family side by side.

    Sorting by one mixed 64-bit key is several times faster than a lexsort. Should two different edges ever share a
    key they might not come out grouped, so that case is looked for and sorted in full.
    """
    with np.errstate(over="ignore"):
        key = (low.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (high.view(np.uint64) << np.uint64(1))
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key + family.astype(np.uint64)) * np.uint64(0x94D049BB133111EB)
    order = np.argsort(key)
    key = key[order]
    same = key[1:] == key[:-1]
    differs = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    differs |= family[order][1:] != family[order][:-1]
    if (same & differs).any():
        order = np.lexsort((high, low, family))
    return np.asarray(order, dtype=np.int64)
