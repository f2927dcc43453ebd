"""The borders of a neighbourhood as arcs with a grid on either side: for dragging an edge, and for snapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.errors import BadInput
from geo_grid.partition import edges_of
from geo_grid.partition.arrange import borders_between
from geo_grid.partition.chain import unpack
from geo_grid.partition.lattice import to_metres
from geo_grid.redraw.ground import cells_of
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import Row
from geo_grid.redraw.wire import from_lonlat, to_lonlat
from geo_grid.vocabulary import Tier

#: No editor shows more cells than this at once.
MOST_CELLS = 1500


@dataclass(frozen=True, slots=True)
class Arc:
    """A stretch of border (n, 2) in longitude and latitude, with the grid on its left and right ('' none).

    `level` is the widest tier whose border it is.
    """

    left: str
    right: str
    level: Tier
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Arcs:
    """The arcs of a neighbourhood; their ends are nodes, which an editor keeps fixed."""

    arcs: tuple[Arc, ...]

    def to_json(self) -> Mapping[str, Any]:
        """The arcs and nodes as plain values."""
        nodes = sorted({place for arc in self.arcs for place in (arc.line[0], arc.line[-1])})
        return {
            "arcs": [
                {"left": arc.left, "right": arc.right, "level": arc.level.code, "line": [list(at) for at in arc.line]}
                for arc in self.arcs
            ],
            "nodes": [list(at) for at in nodes],
        }


def arcs_of(
    net: Net, srid: int, *, codes: Sequence[str] = (), box: Sequence[float] | None = None, tier: Tier | None = None
) -> Arcs:
    """The borders of the grids' ground with what lies around them, or of all in a box of degrees.

    Left and right are grids of `tier`, or the owners of the ground; borders inside one grid of the tier are left out.
    """
    if box is not None:
        west, south, east, north = box
        corners = from_lonlat([(west, south), (east, south), (east, north), (west, north)], srid)
        if not np.isfinite(corners).all():
            raise BadInput("the box is no place on Earth: give west, south, east, north in degrees")
        around = net.near(np.array([shapely.Polygon(corners)], dtype=object))
    else:
        owned = [row for code in codes for row in net.subtree(code) if row.own is not None]
        around = net.near(cells_of(owned)) if owned else []
    if len(around) > MOST_CELLS:
        raise BadInput(f"that is {len(around)} grids: look closer, at most {MOST_CELLS} are shown at once")
    return Arcs(tuple(_arcs(net, around, srid, tier)))


def _arcs(net: Net, rows: Sequence[Row], srid: int, tier: Tier | None) -> list[Arc]:
    """The arcs between the rows' cells."""
    if not rows:
        return []
    chains = [[row, *net.ancestors(row.code)] for row in rows]
    names = [_shown(chain, tier) for chain in chains]
    borders = borders_between(edges_of(cells_of(rows)))
    grouped: dict[tuple[int, int], list[tuple[int, int]]] = {}
    columns = (borders.left, borders.right, borders.low, borders.high)
    for left, right, low, high in zip(*(column.tolist() for column in columns), strict=True):
        # Every edge between two cells is run with the same one on its left.
        if left > right:
            grouped.setdefault((left, right), []).append((low, high))
        else:
            grouped.setdefault((right, left), []).append((high, low))
    nodes = _nodes(borders.low, borders.high, borders.left, borders.right)
    found = []
    for (left, right), edges in sorted(grouped.items()):
        mine, other = ("" if side < 0 else names[side] for side in (left, right))
        if mine == other and tier is not None:
            continue
        level = _level(None if left < 0 else chains[left], None if right < 0 else chains[right])
        for path in _paths(edges, nodes):
            at = to_lonlat(to_metres(unpack(np.array(path, dtype=np.int64), borders.origin)), srid)
            found.append(Arc(mine, other, level, tuple((float(x), float(y)) for x, y in at)))
    return found


def _shown(chain: Sequence[Row], tier: Tier | None) -> str:
    """The grid of the chain that is of the tier, or the nearest above it; the first without a tier."""
    if tier is None:
        return chain[0].code
    return next((row.code for row in chain if row.tier.rank <= tier.rank), chain[-1].code)


def _level(left: Sequence[Row] | None, right: Sequence[Row] | None) -> Tier:
    """The widest tier in which the two sides lie in different grids."""
    if left is None or right is None:
        return Tier.TOTAL
    mine, yours = ({row.tier: row.code for row in chain} for chain in (left, right))
    return next((tier for tier in Tier if mine.get(tier) != yours.get(tier)), Tier.MICRO)


def _nodes(low: Any, high: Any, left: Any, right: Any) -> set[int]:
    """The places where borders of different pairs of cells meet."""
    pair = np.maximum(left, right) * (1 << 32) + np.minimum(left, right)
    at, owner = np.concatenate([low, high]), np.concatenate([pair, pair])
    order = np.argsort(at, kind="stable")
    at, owner = at[order], owner[order]
    starts = np.flatnonzero(np.diff(at, prepend=at[0] - 1))
    least, most = np.minimum.reduceat(owner, starts), np.maximum.reduceat(owner, starts)
    count = np.diff(np.append(starts, len(at)))
    return set(at[starts][(least != most) | (count != 2)].tolist())


def _paths(edges: Sequence[tuple[int, int]], nodes: set[int]) -> list[list[int]]:
    """Directed edges joined to paths that end at nodes, or close."""
    onward: dict[int, list[int]] = {}
    for start, end in edges:
        onward.setdefault(start, []).append(end)
    paths = []
    for start in [*sorted(nodes & onward.keys()), *sorted(onward)]:
        while onward.get(start):
            path = [start, onward[start].pop()]
            while path[-1] not in nodes and path[-1] != start and onward.get(path[-1]):
                path.append(onward[path[-1]].pop())
            paths.append(path)
    return paths
