"""Where polygons that ought to form a partition do not: ground that several claim, none claims, or lies outside.

The edges of a partition cancel in pairs. What does not cancel is the border of the ground on which the number of
claims changes, so only those edges are noded, and each face between them is asked once who claims it. A clean map
costs one sort of its edges, whatever its size; nothing is missed, for the faces are cut by *every* change of claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from geo_grid.partition.chain import Edges, Leftover, edges_of, leftover
from geo_grid.partition.lattice import SCALE, WIDEST, Flags, Floats, Geometries, Integers, to_lattice


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of polygons that cover the same ground: their indices (k,), `left` < `right`, and that ground (k,)."""

    left: Integers
    right: Integers
    ground: Geometries

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.left)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of ground (k,) and the polygon (index) that each is told of."""

    of: Integers
    ground: Geometries

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.of)


#: Ground narrower than this is the rounding of a cut and not a fault: a hundredth of the lattice.
NARROWEST_M = 1e-5


@dataclass(frozen=True, slots=True)
class _Faces:
    """Faces (f,), their balances (f,), and the claimants that were seen inside those of a high one.

    The balance of a face is how many polygons claim it, less one where they ought to lie in a parent and that holds
    it: it is the same all over a face, for edges that do not cancel cut faces wherever it changes. Who claims the
    face may change inside it, as edges do cancel between two claimants: so `claimant` and `cut` tell each with its
    own part of `face`. `whole` tells where that part is all of the face.
    """

    ground: Geometries
    balance: Integers
    face: Integers
    claimant: Integers
    cut: Geometries
    whole: Flags


def peer_faults(polygons: Geometries, peers: Integers) -> tuple[Overlaps, Pieces]:
    """The overlaps among polygons of equal `peers` (n,), and the gaps that such polygons enclose.

    A gap is told of the peer group (`Pieces.of` holds its number). The polygons are valid and on the lattice, or None.
    """
    polygons, back = _within_reach(polygons)
    edges = edges_of(polygons)
    rest, drawn = leftover(peers[edges.owner], edges), _edges_each(edges, len(polygons))
    pairs: list[tuple[Integers, Integers, Geometries]] = []
    gaps: list[tuple[Integers, Geometries]] = []
    for group, part in _families(rest):
        faces = _faces(part, polygons, np.flatnonzero(peers == group), drawn, told=2)
        pairs.append(_pairs(faces))
        empty = faces.ground[faces.balance == 0]
        gaps.append((np.full(len(empty), group, dtype=np.int64), empty))
    return _overlaps(pairs, back), _pieces(gaps, back)


def nest_faults(polygons: Geometries, parent: Integers) -> tuple[Overlaps, Pieces, Pieces]:
    """How polygons fail to nest under their `parent` (n,), an index or -1.

    The overlaps among the children of one parent; the pieces of children outside their parent, told of the child;
    the pieces of parents that no child covers, told of the parent. Parents without children are not looked at.
    """
    polygons, back = _within_reach(polygons)
    edges = edges_of(polygons)
    children, drawn = children_of(parent), _edges_each(edges, len(polygons))
    pairs: list[tuple[Integers, Integers, Geometries]] = []
    outside: list[tuple[Integers, Geometries]] = []
    uncovered: list[tuple[Integers, Geometries]] = []
    for head, part in _families(_parents_less_children(edges, parent)):
        faces = _faces(part, polygons, children[head], drawn, told=1, head=polygons[head])
        pairs.append(_pairs(faces))
        outside.append(_beyond(faces, polygons[head], is_whole=bool(_undivided(part, drawn)[head])))
        bare = faces.ground[faces.balance < 0]
        uncovered.append((np.full(len(bare), head, dtype=np.int64), bare))
    return _overlaps(pairs, back), _pieces(outside, back), _pieces(uncovered, back)


def children_of(parent: Integers) -> dict[int, Integers]:
    """The children of each parent, by its index."""
    order = np.argsort(parent, kind="stable")
    heads, first = np.unique(parent[order], return_index=True)
    parts = np.split(order, first[1:])
    return {int(head): part for head, part in zip(heads.tolist(), parts, strict=True) if head >= 0}


def widths(ground: Geometries) -> Floats:
    """The width of each piece of ground in metres as that of a strip of its area and its outline: 2 A / P."""
    length = np.asarray(shapely.length(ground), dtype=np.float64)
    twice = 2 * np.asarray(shapely.area(ground), dtype=np.float64)
    return np.asarray(np.divide(twice, length, out=np.zeros(len(twice)), where=length > 0))


def polygonal(geoms: Geometries) -> Geometries:
    """The geometries with the lines and points of collections gone; a collection becomes a MultiPolygon."""
    geoms = np.array(geoms, dtype=object)
    for place in np.flatnonzero(shapely.get_type_id(geoms) == shapely.GeometryType.GEOMETRYCOLLECTION).tolist():
        parts = shapely.get_parts(shapely.get_parts(geoms[place]))
        geoms[place] = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return geoms


def doubles(polygons: Geometries) -> list[Integers]:
    """The indices of each set of polygons that have the same shape, however their rings are drawn."""
    there = np.flatnonzero(~shapely.is_missing(polygons))
    boxes = shapely.bounds(polygons[there])
    _, place, count = np.unique(boxes, axis=0, return_inverse=True, return_counts=True)
    twice = np.flatnonzero(count[place] > 1)
    if len(twice) == 0:
        return []
    shapes = shapely.to_wkb(shapely.normalize(polygons[there[twice]]))
    found: dict[bytes, list[int]] = {}
    for row, shape in zip(there[twice].tolist(), shapes.tolist(), strict=True):
        found.setdefault(shape, []).append(row)
    return [np.array(rows, dtype=np.int64) for rows in found.values() if len(rows) > 1]


def _parents_less_children(edges: Edges, parent: Integers) -> Leftover:
    """What the children's edges less those of their parents leave, family by family."""
    heads = np.zeros(len(parent), dtype=bool)
    heads[parent[parent >= 0]] = True
    as_child = np.flatnonzero(parent[edges.owner] >= 0)
    as_head = np.flatnonzero(heads[edges.owner])
    rows = np.concatenate([as_child, as_head])
    family = np.concatenate([parent[edges.owner[as_child]], edges.owner[as_head]])
    weight = np.where(np.arange(len(rows)) < len(as_child), 1, -1)
    taken = Edges(edges.low[rows], edges.high[rows], edges.sign[rows], edges.owner[rows], edges.origin)
    return leftover(family, taken, weight=weight)


def _families(rest: Leftover) -> Iterator[tuple[int, Leftover]]:
    """The edges left, family by family; the families are sorted apart once and not searched for one by one."""
    order = np.argsort(rest.family, kind="stable")
    heads, first = np.unique(rest.family[order], return_index=True)
    ends = np.append(first, len(order))[1:]
    for head, start, end in zip(heads.tolist(), first.tolist(), ends.tolist(), strict=True):
        rows = order[start:end]
        yield (
            int(head),
            Leftover(
                rest.family[rows], rest.low[rows], rest.high[rows], rest.count[rows], rest.owner[rows], rest.origin
            ),
        )


def _edges_each(edges: Edges, count: int) -> Integers:
    """How many edges each polygon has (count,)."""
    return np.asarray(np.bincount(edges.owner, minlength=count), dtype=np.int64)


def _undivided(rest: Leftover, drawn: Integers) -> Flags:
    """Which polygons have all their `drawn` edges (n,) left: a face lies in one of these, or not, as a whole.

    Only an edge that was cancelled can run through a face.
    """
    alone = np.abs(rest.count) == 1
    return np.asarray(np.bincount(rest.owner[alone], minlength=len(drawn)) == drawn, dtype=np.bool_)


def _beyond(faces: _Faces, head: Any, *, is_whole: bool) -> tuple[Integers, Geometries]:
    """The claimants of ground outside the parent, and that ground."""
    inside = shapely.point_on_surface(faces.cut)
    shapely.prepare(head)
    # One point tells of a part that is a face, unless the parent shares edges with somebody, or the point is on one.
    sure = faces.whole & is_whole
    asked = np.flatnonzero(~(sure & shapely.contains_properly(head, inside)))
    beyond = faces.cut[asked].copy()
    unsure = np.flatnonzero(~sure[asked] | shapely.intersects(head, inside[asked]))
    beyond[unsure] = shapely.difference(beyond[unsure], head)
    beyond = polygonal(beyond)
    real = widths(beyond) > NARROWEST_M
    return faces.claimant[asked[real]], beyond[real]


def _faces(
    rest: Leftover, polygons: Geometries, rows: Integers, drawn: Integers, *, told: int, head: Any = None
) -> _Faces:
    """The faces that the edges bound, and who of the polygons at `rows` claims those with a balance of `told` and more.

    `drawn` (n,) is how many edges each polygon has, `head` the parent that ought to hold the polygons.
    """
    noded = shapely.get_parts(shapely.unary_union(rest.paths()))
    ground = np.asarray(shapely.get_parts(shapely.polygonize(noded)), dtype=object)
    ground = ground[widths(ground) > NARROWEST_M]
    balance = _claims(ground, polygons[rows])
    if head is not None:
        balance -= _claims(ground, np.array([head], dtype=object))
    asked = np.flatnonzero(balance >= told)
    near, place = shapely.STRtree(ground[asked]).query(polygons[rows], predicate="intersects")
    cut, whole = _cut(ground[asked], place, polygons[rows], near, _undivided(rest, drawn)[rows])
    real = np.flatnonzero(widths(cut) > NARROWEST_M)
    real = real[np.lexsort((near[real], place[real]))]
    return _Faces(ground, balance, asked[place[real]], rows[near[real]], cut[real], whole[real])


def _cut(
    faces: Geometries, place: Integers, polygons: Geometries, near: Integers, undivided: Flags
) -> tuple[Geometries, Flags]:
    """What of each face (at `place`) the polygon (at `near`) claims, None for nothing; and where that is all of it.

    Where no edge of the polygon can run through a face, one point inside it tells, unless that lies on an edge.
    """
    shapely.prepare(polygons)
    inside = shapely.point_on_surface(faces)[place]
    whole = undivided[near] & shapely.contains_properly(polygons[near], inside)
    touched = ~undivided[near] | shapely.intersects(polygons[near], inside)
    cut = np.full(len(place), None, dtype=object)
    cut[whole] = faces[place[whole]]
    rows = np.flatnonzero(touched & ~whole)
    cut[rows] = polygonal(shapely.intersection(faces[place[rows]], polygons[near[rows]]))
    return cut, whole


def _claims(faces: Geometries, polygons: Geometries) -> Integers:
    """How many of the polygons claim each face, on average over it (f,).

    One point inside tells, unless it lies on the border between two claimants: then the shares of ground do.
    """
    inside = shapely.STRtree(shapely.point_on_surface(faces))
    within = np.bincount(inside.query(polygons, predicate="contains_properly")[1], minlength=len(faces))
    met = np.bincount(inside.query(polygons, predicate="intersects")[1], minlength=len(faces))
    unclear = np.flatnonzero(within != met)
    if len(unclear):
        near, place = shapely.STRtree(faces[unclear]).query(polygons, predicate="intersects")
        shared = shapely.area(shapely.intersection(faces[unclear[place]], polygons[near]))
        total = np.bincount(place, weights=shared, minlength=len(unclear))
        within[unclear] = np.rint(total / shapely.area(faces[unclear]))
    return np.asarray(within, dtype=np.int64)


def _pairs(faces: _Faces) -> tuple[Integers, Integers, Geometries]:
    """Each pair that claims ground of one face together, once for every such face: the two (sorted), the ground."""
    left, right = [], []
    for face in np.flatnonzero(faces.balance >= 1).tolist():
        start, end = np.searchsorted(faces.face, [face, face + 1])
        one, other = _couples(int(end - start))
        left.append(start + one)
        right.append(start + other)
    one, other = _joined(left), _joined(right)
    ground = np.where(faces.whole[one], faces.cut[other], faces.cut[one])
    both = np.flatnonzero(~faces.whole[one] & ~faces.whole[other])
    ground[both] = polygonal(shapely.intersection(faces.cut[one[both]], faces.cut[other[both]]))
    real = widths(ground) > NARROWEST_M
    return faces.claimant[one[real]], faces.claimant[other[real]], ground[real]


@lru_cache(maxsize=64)
def _couples(count: int) -> tuple[Integers, Integers]:
    """The places of each pair among `count` in a row."""
    return np.triu_indices(count, k=1)


def _overlaps(pairs: list[tuple[Integers, Integers, Geometries]], back: float) -> Overlaps:
    """The pairs with all their common ground in one geometry each."""
    left, right = _joined([pair[0] for pair in pairs]), _joined([pair[1] for pair in pairs])
    ground = _shapes([pair[2] for pair in pairs])
    both, place = np.unique(np.column_stack([left, right]), axis=0, return_inverse=True)
    order = np.argsort(place, kind="stable")
    ground, place = ground[order], place[order]
    first: Flags = np.ones(len(place), dtype=bool)
    first[1:] = place[1:] != place[:-1]
    alone = np.bincount(place, minlength=len(both)) == 1
    shared = ground[first] if len(place) else ground
    for pair in np.flatnonzero(~alone).tolist():
        shared[pair] = shapely.union_all(ground[place == pair])
    return Overlaps(both[:, 0], both[:, 1], _scaled(shared, back))


def _pieces(parts: list[tuple[Integers, Geometries]], back: float) -> Pieces:
    """All pieces together."""
    return Pieces(_joined([part[0] for part in parts]), _scaled(_shapes([part[1] for part in parts]), back))


def _within_reach(polygons: Geometries) -> tuple[Geometries, float]:
    """The polygons, and 1; a map wider than edges can be packed for is made smaller, and the factor leads back.

    A map of 2,000 km is then looked at on a lattice of 4 mm: no county is that wide, but a country is a fair file.
    """
    polygons = np.asarray(polygons, dtype=object)
    west, south, east, north = shapely.total_bounds(polygons)
    wide = max(east - west, north - south) * SCALE
    if not wide >= WIDEST:
        return polygons, 1.0
    back = 4.0 ** np.ceil(np.log(wide / WIDEST * 1.01) / np.log(4.0))
    smaller = to_lattice(_scaled(polygons, 1 / back))
    bad = ~shapely.is_missing(smaller) & ~shapely.is_valid(smaller)
    smaller[bad] = polygonal(shapely.make_valid(smaller[bad], method="structure", keep_collapsed=False))
    return smaller, float(back)


def _scaled(geoms: Geometries, factor: float) -> Geometries:
    """The geometries with all coordinates multiplied."""
    if factor == 1.0:
        return geoms
    return np.asarray(shapely.transform(geoms, lambda at: at * factor), dtype=object)


def _joined(arrays: list[Integers]) -> Integers:
    """The arrays one after the other."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def _shapes(arrays: list[Geometries]) -> Geometries:
    """The arrays of geometries one after the other."""
    return np.concatenate([np.zeros(0, dtype=object), *arrays])
