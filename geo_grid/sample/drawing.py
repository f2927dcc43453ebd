"""From plots to polygons: the borders of an allotment drawn, roughened, put on the lattice and checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo_grid.sample.borders import (
    Borders,
    Chains,
    Strokes,
    as_lines,
    chain_up,
    cut_corners,
    enclose,
    smooth_corners,
    spread_points,
    to_lattice,
)
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Geometries, Ints, Warp

POINT_EVERY_M = 20.0
FEWEST_POINTS, MOST_POINTS = 30, 200
CLOSEST_POINTS_M = 8.0


@dataclass(frozen=True)
class Ground:
    """How places of the flat plan come to lie on the ground: roughened in the country, straight in the towns."""

    warp: Warp
    lots: cKDTree
    origin: Floats
    """(2,) easting and northing of the plan's (0, 0)"""

    def place(self, xy: Floats) -> Floats:
        """Where plan places (n, 2) lie, in metres of the county's CRS, not yet on the lattice."""
        away, _ = self.lots.query(xy)
        return np.asarray(xy + np.clip((away - 70.0) / 420.0, 0.0, 1.0)[:, None] * self.warp.at(xy) + self.origin)


def draw_borders(mesh: Mesh, owner: Ints, ground: Ground) -> Borders:
    """The borders between owners; a line that would cross another is drawn without smoothing."""
    chains = chain_up(mesh, owner)
    town_edge = (mesh.town[mesh.edge_plots] >= 0).any(axis=1)
    straight = np.zeros(len(mesh.corners), dtype=bool)
    straight[mesh.edge_corners[town_edge]] = True
    corners = smooth_corners(mesh, chains, straight)
    count = len(chains.owners)
    in_town = np.bincount(chains.chain, straight[chains.corner], minlength=count)
    bent = in_town < 0.5 * np.bincount(chains.chain, minlength=count)
    for _ in range(6):
        lines = _draw(chains, corners, bent, ground)
        faulty = _crossing(lines)
        if not faulty.any():
            return Borders(lines, chains.owners)
        bent = bent & ~faulty
        freed = chains.corner[np.isin(chains.chain, np.flatnonzero(faulty))]
        corners[freed] = mesh.corners[freed]
    raise ValueError("borders still cross after they were straightened")


def _draw(chains: Chains, corners: Floats, bent: Flags, ground: Ground) -> Geometries:
    """The chains as lines on the lattice."""
    strokes = cut_corners(Strokes(corners[chains.corner], chains.chain), bent)
    strokes = spread_points(strokes, _points_along(strokes, bent))
    return as_lines(Strokes(to_lattice(ground.place(strokes.xy)), strokes.line))


def _points_along(strokes: Strokes, bent: Flags) -> Ints:
    """How many steps each line is drawn in: 30 to 200, fewer only where they would come too close."""
    step = strokes.xy[1:] - strokes.xy[:-1]
    same = strokes.line[1:] == strokes.line[:-1]
    length = np.bincount(strokes.line[1:][same], np.sqrt((step * step).sum(axis=1))[same], minlength=len(bent))
    fewest = np.minimum(FEWEST_POINTS, length / CLOSEST_POINTS_M)
    points = np.clip(length / POINT_EVERY_M, fewest, MOST_POINTS)
    return np.where(bent, np.maximum(np.ceil(points), 4), 0).astype(np.int64)


def _crossing(lines: Geometries) -> Flags:
    """Which lines cross themselves or another line."""
    faulty = ~shapely.is_simple(lines)
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    faulty[one[one != other]] = True
    return np.asarray(faulty)


def outline_grids(borders: Borders, ancestors: Ints) -> Geometries:
    """The polygon of every grid of one tier.

    Parameters
    ----------
    ancestors
        (grids + 1,) for each grid, the grid of the tier that it lies in (−1: none); the last entry is −1.
    """
    return enclose(borders, ancestors[borders.owners], len(ancestors) - 1)
