"""Walking over the mesh: neighbours of plots, costs between them, pieces they fall into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo_grid.sample.drawing import Ground
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Ints
from geo_grid.sample.seeds import nearest_seed
from geo_grid.sample.terrain import distances, graph


@dataclass(frozen=True)
class Neighbours:
    """For every plot the plots beside it, in rows of one flat array."""

    start: Ints
    beside: Ints

    def of(self, plot: int) -> list[int]:
        """The plots beside `plot`, ascending."""
        return [int(other) for other in self.beside[self.start[plot] : self.start[plot + 1]]]


def find_neighbours(mesh: Mesh) -> Neighbours:
    """The neighbours of every plot of the mesh."""
    pairs = np.concatenate([mesh.edge_plots, mesh.edge_plots[:, ::-1]])
    pairs = np.unique(pairs, axis=0)
    start = np.searchsorted(pairs[:, 0], np.arange(len(mesh.sites) + 1))
    return Neighbours(start, pairs[:, 1])


def plot_areas_m2(mesh: Mesh, ground: Ground) -> Floats:
    """The area of each plot on the roughened ground: the triangles between its site and its edges.

    Borders are drawn with more points than these corners, so that the grid's area will be near it, not equal.
    """
    areas = np.zeros(len(mesh.sites))
    corners, sites = ground.place(mesh.corners), ground.place(mesh.sites)
    for side in (0, 1):
        plot = mesh.edge_plots[:, side]
        turn = np.sign(_twice_areas(mesh.sites[plot], mesh.corners, mesh.edge_corners))
        areas += np.bincount(plot, 0.5 * turn * _twice_areas(sites[plot], corners, mesh.edge_corners), len(areas))
    return areas


def _twice_areas(apex: Floats, corners: Floats, edges: Ints) -> Floats:
    """Twice the signed areas of the triangles between points and edges."""
    one, other = corners[edges[:, 0]] - apex, corners[edges[:, 1]] - apex
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def valley_costs(mesh: Mesh, usable: Flags) -> csr_array:
    """What it costs people to get from plot to plot: metres, more in the hills, and more over a river."""
    metres, climb, crossing, edges = _steps(mesh, usable)
    return graph(len(mesh.sites), edges, metres * (1.0 + climb / 60.0) + 85.0 * crossing)


def plot_costs(mesh: Mesh, usable: Flags) -> csr_array:
    """Steps from plot to plot, about 1 each whatever the plots' size, more over a river."""
    metres, climb, crossing, edges = _steps(mesh, usable)
    size = mesh.size_m[edges].mean(axis=1)
    return graph(len(mesh.sites), edges, metres / size * (1.0 + climb / 250.0) + np.minimum(0.35 * crossing, 2.5))


def _steps(mesh: Mesh, usable: Flags) -> tuple[Floats, Floats, Floats, Ints]:
    kept = usable[mesh.edge_plots].all(axis=1)
    edges = mesh.edge_plots[kept]
    metres = distances(mesh.sites[edges[:, 0]], mesh.sites[edges[:, 1]])
    return metres, mesh.above_stream_m[edges].mean(axis=1), np.sqrt(mesh.edge_catchment_km2[kept]), edges


def pieces(mesh: Mesh, label: Ints) -> tuple[Ints, Ints]:
    """The connected piece that each plot is in, going only between plots of one label, and how many plots it has."""
    same = mesh.edge_plots[label[mesh.edge_plots[:, 0]] == label[mesh.edge_plots[:, 1]]]
    piece = connected_components(graph(len(label), same, np.ones(len(same))))[1].astype(np.int64)
    return piece, np.bincount(piece)[piece]


def spill_over(mesh: Mesh, label: Ints, usable: Flags) -> Ints:
    """The labels, every usable plot with none (−1) given that of the nearest labelled plot."""
    labelled = np.flatnonzero((label >= 0) & usable)
    position, _ = nearest_seed(plot_costs(mesh, usable), labelled)
    empty = (label < 0) & usable & (position >= 0)
    return np.where(empty, label[labelled[position]], label)
