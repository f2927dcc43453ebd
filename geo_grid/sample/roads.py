"""The roads of the county: from the county town to every hamlet along the edges of plots."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Floats, Ints
from geo_grid.sample.terrain import distances, graph


def trace_roads(mesh: Mesh, hub: Floats, ends: Floats) -> list[Ints]:
    """The corners along each road: from each of `ends` towards `hub` until another road is met."""
    usable = mesh.inside[mesh.edge_plots].all(axis=1)
    corners = mesh.edge_corners[usable]
    lengths = distances(mesh.corners[corners[:, 0]], mesh.corners[corners[:, 1]])
    climb = mesh.above_stream_m[mesh.edge_plots[usable]].mean(axis=1)
    wet = np.where(mesh.edge_catchment_km2[usable] > 0, 3.0, 1.0)
    known = np.unique(corners)
    tree = cKDTree(mesh.corners[known])
    start = int(known[tree.query(hub)[1]])
    costs = graph(len(mesh.corners), corners, lengths * (1.0 + climb / 25.0) * wet)
    _, towards = dijkstra(costs, indices=start, return_predecessors=True)
    roads: list[Ints] = []
    used = {start}
    for end in known[tree.query(ends)[1]].tolist():
        road = [end]
        while road[-1] not in used and towards[road[-1]] >= 0:
            used.add(road[-1])
            road.append(int(towards[road[-1]]))
        if len(road) >= 4:
            roads.append(np.array(road))
    return roads
