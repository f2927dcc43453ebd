"""Sums of directed edges taken run by run: what cancels whole is never looked at edge by edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_grid.partition.chain import Leftover, turns
from geo_grid.partition.cuts import CutRings
from geo_grid.partition.lattice import Flags, Integers


@dataclass(frozen=True, slots=True)
class Runs:
    """Directed runs of edges, from one cut of a ring to the next.

    A run has `length` (k,) edges from the vertex at `start` (k,) on; after the place `last` (k,) of its ring it goes
    on at `first` (k,). Runs that share an edge are the same or each other's reverse: `one` and `other` (k,) name them,
    being the first edge of the run or of its reverse, and `ahead` (k,) tells which. `sign` (k,) is +1 where the inside
    of its polygon lies on the left, `owner` (k,) the polygon's index.
    """

    vertices: Integers
    origin: Integers
    start: Integers
    length: Integers
    first: Integers
    last: Integers
    one: Integers
    other: Integers
    ahead: Flags
    sign: Integers
    owner: Integers

    def left(self, family: Integers, rows: Integers, weight: Integers) -> Leftover:
        """The edges that do not cancel within their family, exactly, as `leftover` gives them.

        The runs of `rows` (q,) go into the sums of `family` (q,) `weight` (q,) times.
        """
        one, other = self.one[rows], self.other[rows]
        count = self.sign[rows] * weight * np.where(self.ahead[rows], 1, -1)
        order = np.lexsort((other, one, family))
        family, one, other, rows = family[order], one[order], other[order], rows[order]
        opens = np.ones(len(order), dtype=bool)
        opens[1:] = (family[1:] != family[:-1]) | (one[1:] != one[:-1]) | (other[1:] != other[:-1])
        first = np.flatnonzero(opens)
        total = np.add.reduceat(count[order], first) if len(first) else np.zeros(0, dtype=np.int64)
        stays = np.flatnonzero(total)
        return self._edges(family[first[stays]], rows[first[stays]], total[stays])

    def _edges(self, family: Integers, rows: Integers, count: Integers) -> Leftover:
        """The edges of some runs, each `count` (s,) times in the direction of the run or its reverse that names it."""
        length = self.length[rows]
        run = np.repeat(np.arange(len(rows)), length)
        place = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length) + self.start[rows][run]
        last = self.last[rows][run]
        place = np.where(place < last, place, place - last + self.first[rows][run])
        here, there = self.vertices[place], self.vertices[place + 1]
        along = np.where(self.ahead[rows], count, -count)[run]
        low, high = np.minimum(here, there), np.maximum(here, there)
        return Leftover(
            family[run], low, high, np.where(here < there, along, -along), self.owner[rows][run], self.origin
        )


def runs_of(rings: CutRings) -> Runs | None:
    """The runs of the rings of valid polygons; None where a vertex stands twice in a row or a ring turns back."""
    vertices, start = rings.vertices, rings.found
    if len(start) == 0 or (np.delete(vertices[1:] == vertices[:-1], rings.last[:-1])).any():
        return None
    ring = np.searchsorted(rings.last, start)
    first, last = rings.first[ring], rings.last[ring]
    stop = np.append(start[1:], 0)
    ends = np.append(ring[1:] != ring[:-1], True)
    opening = start[np.searchsorted(start, first)]
    stop[ends] = opening[ends] + (last - first)[ends]
    length = stop - start
    stop = np.where(stop > last, stop - last + first, stop)
    ahead = vertices[start], vertices[start + 1]
    back = vertices[stop], vertices[stop - 1]
    forward = (ahead[0] < back[0]) | ((ahead[0] == back[0]) & (ahead[1] < back[1]))
    if ((ahead[0] == back[0]) & (ahead[1] == back[1])).any():
        return None
    inside_left = turns(vertices, rings.first, rings.part)
    return Runs(
        vertices,
        rings.origin,
        start,
        length,
        first,
        last,
        np.where(forward, ahead[0], back[0]),
        np.where(forward, ahead[1], back[1]),
        forward,
        inside_left[ring],
        rings.owner[ring],
    )
