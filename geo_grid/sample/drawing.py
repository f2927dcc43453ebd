"""From plots to polygons: the borders of an allotment drawn, roughened, put on the lattice and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
)
from geo_grid.sample.lattice import to_lattice
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Geometries, Ints, Warp

POINT_EVERY_M = 16.0
FEWEST_POINTS, MOST_POINTS = 30, 200
CLOSEST_POINTS_M = 8.0
ATTEMPTS = 8


@dataclass(frozen=True)
class Ground:
    """How places of the flat plan come to lie on the ground: roughened in the country, straight in the towns."""

    warp: Warp
    lots: cKDTree
    origin: Floats
    """(2,) easting and northing of the plan's (0, 0)"""

    calm: Floats
    """(n, 2) plan places around which nothing is roughened, because lines crossed there"""

    def place(self, xy: Floats) -> Floats:
        """Where plan places (n, 2) lie, in metres of the county's CRS, on the lattice.

        They are rounded before they are moved to the origin, whose metres are whole: rounding errors of the large
        northings would else show in the lattice on processors that multiply and add in one step.
        """
        away, _ = self.lots.query(xy)
        strength = np.clip((away - 70.0) / 420.0, 0.0, 1.0)
        if len(self.calm):
            away, _ = cKDTree(self.calm).query(xy)
            strength = np.minimum(strength, np.clip((away - 60.0) / 360.0, 0.0, 1.0))
        return np.asarray(to_lattice(xy + strength[:, None] * self.warp.at(xy)) + self.origin)


def draw_borders(mesh: Mesh, owner: Ints, ground: Ground) -> tuple[Borders, Ground]:
    """The borders between owners, none crossing another, with the ground calmed where they would have crossed."""
    chains = chain_up(mesh, owner)
    town_edge = (mesh.town[mesh.edge_plots] >= 0).any(axis=1)
    straight = np.zeros(len(mesh.corners), dtype=bool)
    straight[mesh.edge_corners[town_edge]] = True
    corners = smooth_corners(mesh, chains, straight)
    count = len(chains.owners)
    in_town = np.bincount(chains.chain, straight[chains.corner], minlength=count)
    bent = in_town < 0.5 * np.bincount(chains.chain, minlength=count)
    before = np.full(count, None, dtype=object)
    for _ in range(ATTEMPTS):
        lines = _draw(chains, corners, bent, ground)
        faulty = _crossing(lines, ~shapely.equals_exact(lines, before))
        if not faulty.any():
            return Borders(lines, chains.owners), ground
        before = lines.copy()
        before[faulty] = None
        freed = chains.corner[np.isin(chains.chain, np.flatnonzero(faulty))]
        ground = replace(ground, calm=np.concatenate([ground.calm, corners[freed]]))
        corners[freed] = mesh.corners[freed]
    raise ValueError("borders still cross after they were straightened")


def _draw(chains: Chains, corners: Floats, bent: Flags, ground: Ground) -> Geometries:
    """The chains as lines on the lattice."""
    strokes = cut_corners(Strokes(corners[chains.corner], chains.chain), bent)
    strokes = spread_points(strokes, _points_along(strokes, bent))
    return as_lines(Strokes(ground.place(strokes.xy), strokes.line))


def _points_along(strokes: Strokes, bent: Flags) -> Ints:
    """How many steps each line is drawn in: 30 to 200, fewer only where they would come too close."""
    step = strokes.xy[1:] - strokes.xy[:-1]
    same = strokes.line[1:] == strokes.line[:-1]
    length = np.bincount(strokes.line[1:][same], np.sqrt((step * step).sum(axis=1))[same], minlength=len(bent))
    fewest = np.minimum(FEWEST_POINTS, length / CLOSEST_POINTS_M)
    points = np.clip(length / POINT_EVERY_M, fewest, MOST_POINTS)
    return np.where(bent, np.maximum(np.ceil(points), 4), 0).astype(np.int64)


def _crossing(lines: Geometries, suspect: Flags) -> Flags:
    """Which lines cross themselves or another line, when only the suspect ones can do so."""
    suspects = np.flatnonzero(suspect)
    faulty = np.zeros(len(lines), dtype=bool)
    faulty[suspects] = ~shapely.is_simple(lines[suspects])
    one, other = shapely.STRtree(lines).query(lines[suspects], predicate="crosses")
    one = suspects[one]
    # A ring has no ends: GEOS calls it crossed by a line that only touches it at the node where it was closed.
    at_node = shapely.is_closed(lines[one]) | shapely.is_closed(lines[other])
    met = shapely.intersection(lines[one], lines[other])
    at_node &= shapely.equals(met, shapely.get_point(lines[one], 0)) | shapely.equals(
        met, shapely.get_point(lines[other], 0)
    )
    faulty[one[~at_node]] = True
    faulty[other[~at_node]] = True
    return np.asarray(faulty)


def outline_grids(borders: Borders, ancestors: Ints) -> Geometries:
    """The polygon of every grid of one tier.

    Parameters
    ----------
    ancestors
        (grids + 1,) for each grid, the grid of the tier that it lies in (−1: none); the last entry is −1.
    """
    return enclose(borders, ancestors[borders.owners], len(ancestors) - 1)
