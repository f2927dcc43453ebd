"""The ground that parents own themselves: what is left of each when its children are taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo_grid.partition.chain import Edges, Leftover, edges_of, leftover
from geo_grid.partition.cuts import CutRings, cut_rings
from geo_grid.partition.lattice import Flags, Geometries, Integers
from geo_grid.partition.runs import runs_of


@dataclass(frozen=True, slots=True)
class Nest:
    """How a tree of polygons nests.

    `own` (n,) holds each polygon's own ground as a MultiPolygon, or None where its children fill it; `sound` (n,)
    tells the families that nest exactly; `faults` holds the edges that spoil the others, `faults.family` being the
    index of the parent and `faults.owner` that of one polygon drawing the edge. `rings` are those of all polygons, cut
    where their borders meet, if all families nest.
    """

    own: Geometries
    sound: Flags
    faults: Leftover
    rings: CutRings | None = None


def nest(geoms: Geometries, parent: Integers, *, heads: Integers | None = None) -> Nest:
    """The own ground of every polygon under its parent (index, -1 for none).

    A family is sound when the chain of parent minus children is the chain of a valid region. That single equation
    leaves no room for an overlap, a child outside its parent, or a border without common vertices. Only the families
    of `heads` are looked at, if given. The polygons must be valid, on the lattice and in normal form (`multi`).
    """
    geoms = np.asarray(geoms, dtype=object)
    looked_at = np.zeros(len(geoms), dtype=bool)
    looked_at[parent[parent >= 0]] = True
    if heads is not None:
        chosen = np.zeros(len(geoms), dtype=bool)
        chosen[heads] = True
        looked_at &= chosen
    rings = cut_rings(geoms)
    runs = runs_of(rings)
    if runs is not None:
        found = _nest_of(geoms, looked_at, runs.left(*_members(runs.owner, parent, looked_at)))
        if not len(found.faults):
            return replace(found, rings=rings)
    # Faults are told by their edges, one by one.
    edges = edges_of(geoms)
    return _nest_of(geoms, looked_at, _left_by_edges(edges, *_members(edges.owner, parent, looked_at)))


def _nest_of(geoms: Geometries, looked_at: Flags, rest: Leftover) -> Nest:
    """How a tree nests of whose looked-at families those edges are left."""
    own = np.array([None] * len(geoms), dtype=object)
    own[~looked_at] = geoms[~looked_at]
    sound = np.ones(len(geoms), dtype=bool)
    for head, part in _by_family(rest):
        own[head] = bounded_by(part)
    heads_left = np.unique(rest.family)
    regions = edges_of(own[heads_left], origin=rest.origin) if len(heads_left) else None
    faults = _mismatch(rest, regions, heads_left)
    sound[faults.family] = False
    own[~sound] = None
    return Nest(own, sound, faults)


def outline(geoms: Geometries) -> tuple[Geometries, Leftover]:
    """The one region that the polygons fill together as a (1,) array, and the edges that spoil it (none if exact)."""
    edges = edges_of(np.asarray(geoms, dtype=object))
    whole = leftover(np.zeros(len(edges.low), dtype=np.int64), edges)
    region = np.array([bounded_by(whole)], dtype=object)
    back = edges_of(region, origin=edges.origin)
    return region, _mismatch(whole, back, np.zeros(1, dtype=np.int64))


def region(geoms: Geometries, weight: Integers) -> object:
    """The MultiPolygon in normal form whose border is the weighted sum of the polygons' borders; None for no border.

    Weights of +1 and -1 add and take away ground; the sum must bound a valid region.
    """
    edges = edges_of(np.asarray(geoms, dtype=object))
    rest = leftover(np.zeros(len(edges.low), dtype=np.int64), edges, weight=weight[edges.owner])
    return bounded_by(rest) if len(rest) else None


def cancels(geoms: Geometries, weight: Integers) -> bool:
    """Whether the weighted sum of the polygons' borders is empty: the ground added is the ground taken away."""
    edges = edges_of(np.asarray(geoms, dtype=object))
    return len(leftover(np.zeros(len(edges.low), dtype=np.int64), edges, weight=weight[edges.owner])) == 0


def multi(geoms: Geometries) -> Geometries:
    """Each Polygon or MultiPolygon as a MultiPolygon in normal form, so that equal ground has equal bytes."""
    geoms = np.asarray(geoms, dtype=object)
    single = shapely.get_type_id(geoms) == shapely.GeometryType.POLYGON
    result = geoms.copy()
    if single.any():
        index = np.arange(int(single.sum()))
        result[single] = shapely.multipolygons(geoms[single], indices=index)
    return np.asarray(shapely.normalize(result), dtype=object)


def _members(owner: Integers, parent: Integers, looked_at: Flags) -> tuple[Integers, Integers, Integers]:
    """The sums of looked-at parents less their children: of each member its family, its row in `owner`, its weight."""
    above = parent[owner]
    as_child = (above >= 0) & looked_at[above]
    as_parent = looked_at[owner]
    rows = np.concatenate([np.flatnonzero(as_parent), np.flatnonzero(as_child)])
    family = np.concatenate([owner[as_parent], above[as_child]])
    weight = np.where(np.arange(len(rows)) < int(as_parent.sum()), 1, -1)
    return family, rows, weight


def _left_by_edges(edges: Edges, family: Integers, rows: Integers, weight: Integers) -> Leftover:
    """What those members leave."""
    taken = Edges(edges.low[rows], edges.high[rows], edges.sign[rows], edges.owner[rows], edges.origin)
    return leftover(family, taken, weight=weight)


def _by_family(rest: Leftover) -> list[tuple[int, Leftover]]:
    """The edges left, family by family."""
    return [(int(family), rest.of(int(family))) for family in np.unique(rest.family)]


def bounded_by(rest: Leftover) -> object:
    """The MultiPolygon that the edges bound, inside on their left; None when they bound nothing."""
    faces = shapely.get_parts(shapely.polygonize(rest.paths()))
    faces = faces[_holds_left_side(faces, rest)]
    if len(faces) == 0:
        return None
    return shapely.normalize(shapely.multipolygons(faces))


def _holds_left_side(faces: Geometries, rest: Leftover) -> Flags:
    """Which faces lie on the left of the edges around them; one edge of each is enough to tell."""
    around = edges_of(faces, origin=rest.origin)
    rows = np.flatnonzero(np.diff(around.owner, prepend=-1))
    order = np.lexsort((rest.high, rest.low))
    low, high, count = rest.low[order], rest.high[order], rest.count[order]
    first = np.searchsorted(low, around.low[rows])
    last = np.searchsorted(low, around.low[rows], side="right")
    kept = np.zeros(len(faces), dtype=bool)
    for row, start, end in zip(rows.tolist(), first.tolist(), last.tolist(), strict=True):
        same = high[start:end] == around.high[row]
        kept[around.owner[row]] = bool((count[start:end][same] == around.sign[row]).any())
    return kept


def _mismatch(rest: Leftover, regions: Edges | None, heads: Integers) -> Leftover:
    """The edges by which the leftover and the regions built from it differ, per family."""
    if regions is None:
        return rest
    family = np.concatenate([rest.family, heads[regions.owner]])
    both = Edges(
        np.concatenate([rest.low, regions.low]),
        np.concatenate([rest.high, regions.high]),
        np.concatenate([rest.count, -regions.sign]),
        np.concatenate([rest.owner, heads[regions.owner]]),
        rest.origin,
    )
    return leftover(family, both)
