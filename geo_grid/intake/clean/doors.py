"""Households under drawn and under cleaned grids: whose they were first, and whose they are then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.intake.clean.scene import Scene
from geo_grid.partition import locate
from geo_grid.partition.lattice import Flags, Floats, Geometries, Integers


@dataclass(frozen=True, slots=True)
class Doors:
    """The households at `at` (h, 2): the place of the first drawn cell that holds each, and of its grid then.

    -1 stands for none; `face` is the face of the arrangement that each moved household lies in.
    """

    at: Floats
    before: Integers
    after: Integers
    face: Integers

    @property
    def moved(self) -> Flags:
        """Which households end in another grid than the first drawn around them."""
        return np.asarray(self.before != self.after, dtype=np.bool_)

    def inside(self, shape: Any) -> int:
        """How many households lie in a shape."""
        if shape is None or len(self.at) == 0:
            return 0
        west, south, east, north = shapely.bounds(shape)
        near = (self.at >= (west, south)).all(axis=1) & (self.at <= (east, north)).all(axis=1)
        shapely.prepare(shape)
        return int(shapely.intersects_xy(shape, self.at[near]).sum())

    def by_face(self, count: int) -> Integers:
        """How many moved households each face holds (count,)."""
        return np.bincount(self.face[self.face >= 0], minlength=count)


def doors_in(scene: Scene, at: Floats) -> Doors:
    """The households in a scene."""
    own = scene.cleaned.own
    there = np.flatnonzero(~shapely.is_missing(own))
    found = locate(at, own[there])
    after = np.where(found >= 0, there[found], -1) if len(there) else found
    before = first_around(scene.shapes[: scene.cells], at)
    face = np.full(len(at), -1, dtype=np.int64)
    moved = np.flatnonzero(before != after)
    if len(moved):
        point, hit = shapely.STRtree(scene.cleaned.faces.shape).query(shapely.points(at[moved]), predicate="intersects")
        face[moved[point[::-1]]] = hit[::-1]
    return Doors(at, before, after, face)


def first_around(cells: Geometries, at: Floats) -> Integers:
    """The best-ranked cell that holds each point (h,), -1 for none."""
    none = len(cells)
    first = np.full(len(at), none, dtype=np.int64)
    if len(at) and none:
        cell, point = shapely.STRtree(shapely.points(at)).query(cells, predicate="intersects")
        np.minimum.at(first, point, cell)
    return np.where(first == none, -1, first)
