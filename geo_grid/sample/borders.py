"""The common borders of grids: each drawn once, wiggly in the country, straight in town; polygons from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Geometries, Ints

#: How far corners go towards the middle of their neighbours, step by step; every other step goes back again.
SMOOTHING = (0.5, -0.35, 0.5, -0.35)


@dataclass(frozen=True)
class Borders:
    """Border lines between nodes, each with the grid that holds the ground on either side (−1: outside)."""

    lines: Geometries
    """(n,) LineStrings on the lattice"""
    owners: Ints
    """(n, 2)"""


@dataclass(frozen=True)
class Chains:
    """Runs of mesh edges from node to node: their corners one after the other."""

    corner: Ints
    """(total,) corners of all chains"""
    chain: Ints
    """(total,) which chain each corner is in"""
    owners: Ints
    """(chains, 2) owners on the two sides"""


def chain_up(mesh: Mesh, owner: Ints) -> Chains:
    """The edges between plots of different owners, joined to chains that meet only at their ends."""
    pair = np.sort(owner[mesh.edge_plots], axis=1)
    kept = pair[:, 0] != pair[:, 1]
    ends, pair = mesh.edge_corners[kept], pair[kept]
    degree = np.bincount(ends.ravel(), minlength=len(mesh.corners))
    incident = np.argsort(ends.ravel(), kind="stable") // 2
    first = np.concatenate([[0], np.cumsum(degree)])
    is_node = (degree > 0) & (degree != 2)
    walk = _Walk(ends.tolist(), incident.tolist(), first.tolist(), is_node.tolist(), [False] * len(ends))
    runs: list[list[int]] = []
    of_run: list[int] = []
    starts = np.flatnonzero(is_node[ends].any(axis=1)).tolist()
    for edge in starts + list(range(len(ends))):
        if not walk.used[edge]:
            runs.append(walk.follow(edge))
            of_run.append(edge)
    lengths = np.array([len(run) for run in runs])
    return Chains(
        corner=np.concatenate([np.array(run, dtype=np.int64) for run in runs]),
        chain=np.repeat(np.arange(len(runs)), lengths),
        owners=pair[of_run],
    )


@dataclass
class _Walk:
    """A walk along edges, marking those that were used."""

    ends: list[list[int]]
    incident: list[int]
    first: list[int]
    is_node: list[bool]
    used: list[bool]

    def follow(self, edge: int) -> list[int]:
        """The corners from a node along `edge` to the next node; round and back when there is none."""
        start, at = self.ends[edge]
        if self.is_node[at] and not self.is_node[start]:
            start, at = at, start
        self.used[edge] = True
        run = [start, at]
        while not self.is_node[at] and at != start:
            here = self.incident[self.first[at] : self.first[at + 1]]
            following = [each for each in here if not self.used[each]]
            if not following:
                break
            edge = following[0]
            self.used[edge] = True
            one, other = self.ends[edge]
            at = other if one == at else one
            run.append(at)
        return run


def smooth_corners(mesh: Mesh, chains: Chains, straight: Flags) -> Floats:
    """The mesh's corners, those on borders drawn towards their neighbours along the border; `straight` ones stay.

    Source: G. Taubin, Curve and surface smoothing without shrinkage, 1995.
    """
    same = chains.chain[1:] == chains.chain[:-1]
    one, other = chains.corner[:-1][same], chains.corner[1:][same]
    count = len(mesh.corners)
    degree = np.bincount(one, minlength=count) + np.bincount(other, minlength=count)
    moves = (degree >= 2) & ~straight
    xy = mesh.corners.copy()
    for pull in SMOOTHING:
        middle = np.stack(
            [
                np.bincount(one, xy[other, axis], minlength=count) + np.bincount(other, xy[one, axis], minlength=count)
                for axis in (0, 1)
            ],
            axis=1,
        )
        xy[moves] += pull * (middle[moves] / degree[moves, None] - xy[moves])
    return xy


@dataclass(frozen=True)
class Strokes:
    """Ragged lines: points one after the other with the number of the line that each is in."""

    xy: Floats
    line: Ints

    def bounds(self, count: int) -> tuple[Ints, Ints]:
        """The first and one-past-last row of each of `count` lines."""
        return np.searchsorted(self.line, np.arange(count)), np.searchsorted(self.line, np.arange(count), side="right")


def cut_corners(strokes: Strokes, bent: Flags) -> Strokes:
    """The lines with every inner corner cut off twice over (Chaikin), those not `bent` unchanged; ends stay.

    Source: G. Chaikin, An algorithm for high-speed curve generation, 1974.
    """
    count = len(bent)
    for _ in range(2):
        first, last = strokes.bounds(count)
        row = np.arange(len(strokes.xy))
        begins, ends = row == first[strokes.line], row == last[strokes.line] - 1
        turning = bent[strokes.line] & ~begins & ~ends
        before, after = np.roll(strokes.xy, 1, axis=0), np.roll(strokes.xy, -1, axis=0)
        low = np.where(turning[:, None], 0.75 * strokes.xy + 0.25 * before, strokes.xy)
        high = 0.75 * strokes.xy + 0.25 * after
        xy = np.stack([low, high], axis=1).reshape(-1, 2)
        kept = np.stack([np.ones(len(row), dtype=bool), turning], axis=1).ravel()
        strokes = Strokes(xy[kept], strokes.line.repeat(2)[kept])
    return strokes


def spread_points(strokes: Strokes, points: Ints) -> Strokes:
    """The lines with `points` steps each, evenly along them; a line with 0 keeps its own points."""
    count = len(points)
    first, last = strokes.bounds(count)
    step = strokes.xy[1:] - strokes.xy[:-1]
    length = np.sqrt((step * step).sum(axis=1))
    length[strokes.line[1:] != strokes.line[:-1]] = 1.0
    along = np.concatenate([[0.0], np.cumsum(length)])
    kept = np.where(points > 0, points + 1, last - first)
    line = np.repeat(np.arange(count), kept)
    begin = np.concatenate([[0], np.cumsum(kept)[:-1]])
    number = np.arange(len(line)) - begin[line]
    from_, to = along[first[line]], along[last[line] - 1]
    place = np.where(points[line] > 0, from_ + (to - from_) * (number / np.maximum(points[line], 1)), 0.0)
    own = points[line] == 0
    place[own] = along[(first[line] + number)[own]]
    xy = np.stack([np.interp(place, along, strokes.xy[:, axis]) for axis in (0, 1)], axis=1)
    xy[begin] = strokes.xy[first]
    xy[begin + kept - 1] = strokes.xy[last - 1]
    return Strokes(xy, line)


def as_lines(strokes: Strokes) -> Geometries:
    """The lines as geometries, points that fell together dropped."""
    repeated = np.zeros(len(strokes.xy), dtype=bool)
    repeated[1:] = (strokes.xy[1:] == strokes.xy[:-1]).all(axis=1) & (strokes.line[1:] == strokes.line[:-1])
    return np.asarray(shapely.linestrings(strokes.xy[~repeated], indices=strokes.line[~repeated]))


def enclose(borders: Borders, label: Ints, count: int) -> Geometries:
    """The polygon of each of `count` grids: what its borders enclose.

    Parameters
    ----------
    label
        (n, 2) the grid on either side of each border line (−1: none); lines with the same on both are left out.
    """
    kept = label[:, 0] != label[:, 1]
    lines = np.concatenate([borders.lines[kept], borders.lines[kept]])
    grid = np.concatenate([label[kept, 0], label[kept, 1]])
    lines, grid = lines[grid >= 0], grid[grid >= 0]
    order = np.argsort(grid, kind="stable")
    present, compact = np.unique(grid[order], return_inverse=True)
    outlines = shapely.multilinestrings(lines[order], indices=compact)
    answer = np.full(count, None, dtype=object)
    answer[present] = shapely.normalize(shapely.build_area(outlines))
    return answer
