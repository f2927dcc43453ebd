"""Where the borders of a net meet: the places at which its rings are cut into runs that neighbours share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.partition.chain import packed_vertices
from geo_grid.partition.lattice import Flags, Geometries, Integers


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cuts of shapes: how many each has (n,), and places of vertices, counted over all rings of a shape (m,)."""

    counts: Integers
    places: Integers


@dataclass(frozen=True, slots=True)
class CutRings:
    """The rings of shapes side by side.

    `vertices` (v,) are packed, counting from `origin`, `first` and `last` (r,) the places of each ring's ends, `part`
    (r,) the polygon and `owner` (r,) the shape it belongs to, `found` (m,) the places of the cuts in ascending order;
    every ring has one.
    """

    vertices: Integers
    origin: Integers
    first: Integers
    last: Integers
    part: Integers
    owner: Integers
    found: Integers


def cut_rings(shapes: Geometries) -> CutRings:
    """The rings of Polygons and MultiPolygons, cut at the vertices at which the borders of all of them part or end.

    A vertex between whose two neighbours every ring passes is none. A ring on which nothing meets is cut at its least
    vertex, so that whoever shares it whole cuts it there too. Raises `TooWide`.
    """
    return _rings_of(shapes, None)


def _rings_of(shapes: Geometries, cut: CutRings | None) -> CutRings:
    """The rings of shapes, cut where their borders meet, or where those of `cut` do."""
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    length = shapely.get_num_coordinates(rings).astype(np.int64)
    vertices, origin = packed_vertices(shapely.get_coordinates(rings), None if cut is None else cut.origin)
    last = np.cumsum(length) - 1
    first = last - length + 1
    if cut is None:
        meets = _meetings(vertices, first, last)
    else:
        meets = np.isin(vertices, cut.vertices[cut.found])
        meets[last] = False
    count = np.add.reduceat(meets, first, dtype=np.int64) if len(first) else first
    for index in np.flatnonzero(count == 0).tolist():
        meets[first[index] + np.argmin(vertices[first[index] : last[index] + 1])] = True
    return CutRings(vertices, origin, first, last, part, owner[part], np.flatnonzero(meets))


def cuts_of(shapes: Geometries) -> Cuts:
    """The places at which the rings of the shapes are cut (`cut_rings`)."""
    return cuts_in(cut_rings(shapes), len(shapes))


def cuts_in(rings: CutRings, count: int) -> Cuts:
    """The places at which rings of `count` shapes are cut."""
    shape = rings.owner[np.searchsorted(rings.last, rings.found)]
    start = np.zeros(count, dtype=np.int64)
    start[rings.owner[::-1]] = rings.first[::-1]
    return Cuts(np.bincount(shape, minlength=count), rings.found - start[shape])


def cuts_like(shapes: Geometries, rings: CutRings) -> Cuts:
    """The places at which the rings of shapes that are bounded by parts of the borders of `rings` are cut there too."""
    return cuts_in(_rings_of(shapes, rings), len(shapes))


def joined(one: Cuts, other: Cuts) -> Cuts:
    """The cuts of the shapes of both, one after the other."""
    return Cuts(np.concatenate([one.counts, other.counts]), np.concatenate([one.places, other.places]))


def _meetings(vertices: Integers, first: Integers, last: Integers) -> Flags:
    """At which vertices (n,) of closed rings not all rings come from and go to the same two; never at a `last` one."""
    meets = np.zeros(len(vertices), dtype=bool)
    if len(vertices) == 0:
        return meets
    low, high = np.empty_like(vertices), np.empty_like(vertices)
    np.minimum(vertices[:-2], vertices[2:], out=low[1:-1])
    np.maximum(vertices[:-2], vertices[2:], out=high[1:-1])
    low[first] = np.minimum(vertices[last - 1], vertices[first + 1])
    high[first] = np.maximum(vertices[last - 1], vertices[first + 1])
    inner = np.ones(len(vertices), dtype=bool)
    inner[last] = False
    rows = np.flatnonzero(inner)
    rows = rows[np.argsort(vertices[rows])]
    at, low, high = vertices[rows], low[rows], high[rows]
    opens = np.ones(len(rows), dtype=bool)
    opens[1:] = at[1:] != at[:-1]
    differs = ~opens
    differs[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    parting = np.logical_or.reduceat(differs, np.flatnonzero(opens))
    meets[rows] = parting[np.cumsum(opens) - 1]
    return meets
