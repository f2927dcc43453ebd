"""Lines noded on the lattice, and the faces between them with the cells they were part of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo_grid.partition.chain import Edges, edges_of, unpack
from geo_grid.partition.lattice import SCALE, Flags, Floats, Geometries, Integers, to_metres, units

#: The owner of a face that lies in none of the cells.
NOBODY = -1
#: The lattice's step, in metres.
STEP = 1 / SCALE
_MOST_ROUNDS = 10
#: How far around a drawn line borders are noded anew, in lattice units; rounding moves nothing by as much.
_REACH = SCALE


class Unstable(ValueError):
    """Rounding the lines to the lattice does not come to rest."""


def snap_round(lines: Geometries) -> Geometries:
    """The lines as LineStrings that meet at common vertices only, every vertex on the lattice.

    GEOS's snap rounding is not idempotent (3.14: one bundle of close lines in four takes a second pass), so it is
    repeated until the segments stay the same. Raises `Unstable`.
    """
    net = shapely.union_all(np.asarray(lines, dtype=object), grid_size=STEP)
    known = segments_of(net)
    for _ in range(_MOST_ROUNDS):
        net = shapely.union_all(np.array([net], dtype=object), grid_size=STEP)
        found = segments_of(net)
        if len(found) == len(known) and bool((found == known).all()):
            return np.asarray(shapely.get_parts(net), dtype=object)
        known = found
    raise Unstable("the lines lie so close together that rounding does not come to rest")


def faces_of(lines: Geometries) -> Geometries:
    """The Polygons (f,) that noded lines bound; dangling ends bound nothing."""
    return np.asarray(shapely.get_parts(shapely.polygonize(np.asarray(lines, dtype=object))), dtype=object)


def borders_of(polygons: Geometries) -> Geometries:
    """The rings of the polygons as LineStrings (None and empty ones have none)."""
    return np.asarray(shapely.get_parts(shapely.boundary(np.asarray(polygons, dtype=object))), dtype=object)


def segments_of(lines: object) -> Integers:
    """Every undirected segment once, as sorted rows of four lattice positions: lower end, upper end (m, 4)."""
    coords, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    at = units(coords)
    same = line[:-1] == line[1:]
    start, end = at[:-1][same], at[1:][same]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    pairs = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    return np.asarray(np.unique(pairs, axis=0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Borders:
    """The undirected edges between faces: packed ends, the face on either side (NOBODY: none), lengths in metres (m,).

    `left` lies on the left of the edge run from `low` to `high`.
    """

    low: Integers
    high: Integers
    left: Integers
    right: Integers
    length_m: Floats
    origin: Integers

    def lines(self, rows: Integers | Flags) -> Geometries:
        """Those edges as LineStrings, each of two vertices."""
        ends = np.stack([unpack(self.low[rows], self.origin), unpack(self.high[rows], self.origin)], axis=1)
        return np.asarray(shapely.linestrings(to_metres(ends)), dtype=object)


@dataclass(frozen=True)
class Arrangement:
    """Faces (f,), the index of the cell each was part of (f,), and the rim's segments that rounding broke (k,)."""

    faces: Geometries
    owner: Integers
    broken: Geometries

    @cached_property
    def borders(self) -> Borders:
        """The edges between the faces."""
        return borders_between(edges_of(self.faces))

    @cached_property
    def drawn(self) -> Flags:
        """Which borders (m,) part two faces of one cell: no border before, hence a drawn one."""
        left, right = self.sides
        return np.asarray((left == right) & (left != NOBODY), dtype=np.bool_)

    @cached_property
    def sides(self) -> tuple[Integers, Integers]:
        """The cell on the left and on the right of every border (m,)."""
        owner = np.append(self.owner, NOBODY)
        return owner[self.borders.left], owner[self.borders.right]


def borders_between(edges: Edges) -> Borders:
    """The edges of polygons that do not overlap, each once with the polygon on either side."""
    order = np.lexsort((edges.sign, edges.high, edges.low))
    low, high, sign, owner = edges.low[order], edges.high[order], edges.sign[order], edges.owner[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    place = np.cumsum(opens) - 1
    left = np.full(int(opens.sum()), NOBODY, dtype=np.int64)
    right = left.copy()
    left[place[sign > 0]] = owner[sign > 0]
    right[place[sign < 0]] = owner[sign < 0]
    low, high = low[opens], high[opens]
    span = to_metres(unpack(high, edges.origin) - unpack(low, edges.origin))
    return Borders(low, high, left, right, np.hypot(span[:, 0], span[:, 1]), edges.origin)


def arrange(cells: Geometries, drawn: Geometries) -> Arrangement:
    """The faces into which the drawn lines cut the cells; neighbours get the vertices where a line meets them.

    `broken` holds segments of the cells' common rim that are no longer there as they were: a cell beside one that is
    not among `cells` must join them, and the arrangement be made anew. Raises `Unstable`.
    """
    cells = np.asarray(cells, dtype=object)
    net = node_into(segments_of(borders_of(cells)), drawn)
    faces = faces_of(net)
    return Arrangement(faces, owners_of(faces, cells), _broken(cells, net))


def node_into(borders: Integers, drawn: Geometries) -> Geometries:
    """The borders (m, 4) and the drawn lines noded together.

    Borders already meet at common vertices, so only those near a drawn line are rounded anew. Raises `Unstable`.
    """
    if len(drawn) == 0:
        return _joined(borders, borders[:0])
    west, south, east, north = units(shapely.total_bounds(drawn)) + np.array([-_REACH, -_REACH, _REACH, _REACH])
    x, y = borders[:, 0::2], borders[:, 1::2]
    near = (x.max(axis=1) >= west) & (x.min(axis=1) <= east) & (y.max(axis=1) >= south) & (y.min(axis=1) <= north)
    noded = snap_round(np.concatenate([_as_lines(borders[near]), np.asarray(drawn, dtype=object)]))
    return np.concatenate([_joined(borders[~near], borders[near]), noded])


def _joined(segments: Integers, others: Integers) -> Geometries:
    """Segments (m, 4) joined to LineStrings that end where not just two meet, or others end; or that close.

    Polygonizing a few long lines takes a fraction of the time that it takes for many short ones.
    """
    count = len(segments)
    if count == 0:
        return np.zeros(0, dtype=object)
    nodes, place = np.unique(segments.reshape(-1, 2), axis=0, return_inverse=True)
    place = place.reshape(-1)
    degree = np.bincount(place)
    meets = np.isin(_node_keys(nodes), _node_keys(others.reshape(-1, 2)))
    by_node = np.argsort(place, kind="stable") // 2
    first = np.cumsum(degree) - degree
    both = by_node[first] + by_node[np.minimum(first + 1, len(by_node) - 1)]
    walks = _walks(place.reshape(-1, 2).tolist(), ((degree == 2) & ~meets).tolist(), both.tolist())
    at = to_metres(nodes)
    owner = np.repeat(np.arange(len(walks)), [len(walk) for walk in walks])
    return np.asarray(shapely.linestrings(at[np.concatenate(walks)], indices=owner), dtype=object)


def _node_keys(nodes: Integers) -> Integers:
    """One number for each place (n, 2), the same for the same place."""
    with np.errstate(over="ignore"):
        return np.asarray(nodes[:, 0] * np.int64(0x9E3779B97F4A7C1) + nodes[:, 1], dtype=np.int64)


def _walks(ends: list[list[int]], passes: list[bool], both: list[int]) -> list[list[int]]:
    """The nodes along each path of edges: first the paths between nodes where others meet, then what closes.

    `both` is the sum of the two edges at a node that is passed: it gives the one that leads on.
    """
    seen = [False] * len(ends)

    def walk_from(edge: int, node: int) -> list[int]:
        walk = [node]
        while True:
            seen[edge] = True
            one, other = ends[edge]
            node = other if node == one else one
            walk.append(node)
            edge = both[node] - edge
            if not passes[node] or seen[edge]:
                return walk

    walks = [
        walk_from(edge, node) for edge, pair in enumerate(ends) for node in pair if not passes[node] and not seen[edge]
    ]
    walks += [walk_from(edge, pair[0]) for edge, pair in enumerate(ends) if not seen[edge]]
    return walks


def _as_lines(segments: Integers) -> Geometries:
    """Segments (m, 4) as LineStrings."""
    return np.asarray(shapely.linestrings(to_metres(segments).reshape(-1, 2, 2)), dtype=object)


def owners_of(faces: Geometries, cells: Geometries) -> Integers:
    """The index of the cell (f,) that holds the inside of each face, NOBODY where none does."""
    owner = np.full(len(faces), NOBODY, dtype=np.int64)
    if len(faces) == 0:
        return owner
    inside = shapely.point_on_surface(faces)
    face, cell = shapely.STRtree(np.asarray(cells, dtype=object)).query(inside, predicate="intersects")
    owner[face[::-1]] = cell[::-1]
    return owner


def _broken(cells: Geometries, net: Geometries) -> Geometries:
    """The segments that only one cell draws and the net has no more."""
    pairs = borders_between(edges_of(cells))
    rim = np.flatnonzero((pairs.left == NOBODY) | (pairs.right == NOBODY))
    ends = np.hstack([unpack(pairs.low[rim], pairs.origin), unpack(pairs.high[rim], pairs.origin)])
    return pairs.lines(rim[~np.isin(_keys(ends), _keys(segments_of(net)))])


def _keys(segments: Integers) -> Integers:
    """One number for each segment (m, 4), the same for the same segment."""
    factors = np.array(
        [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], dtype=np.uint64
    )
    with np.errstate(over="ignore"):
        return np.asarray((segments.astype(np.uint64) * factors).sum(axis=1).view(np.int64), dtype=np.int64)
