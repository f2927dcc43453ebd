"""The 1/1024 m lattice that every vertex and every point of the net lies on."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

#: An array of shapely geometries or of None.
Geometries: TypeAlias = npt.NDArray[Any]
Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

#: Lattice units in a metre. A power of two, so that every lattice point is a float64 exactly and a CHECK can hold it.
SCALE = 1024

#: No two coordinates of one county may lie further apart, so that the integer products below fit 63 bits.
WIDEST = 2**30


def units(coords: npt.ArrayLike) -> Integers:
    """The nearest lattice position of each coordinate, in whole units of 1/1024 m; the shape is kept."""
    return np.asarray(np.rint(np.asarray(coords, dtype=np.float64) * SCALE), dtype=np.int64)


def to_metres(positions: npt.ArrayLike) -> Floats:
    """The coordinates, in metres, of lattice positions given in whole units."""
    return np.asarray(positions, dtype=np.float64) / SCALE


def snap(coords: npt.ArrayLike) -> Floats:
    """Each coordinate moved to the lattice, in metres."""
    return np.asarray(np.rint(np.asarray(coords, dtype=np.float64) * SCALE) / SCALE, dtype=np.float64)


def to_lattice(geoms: Geometries) -> Geometries:
    """The geometries in two dimensions with every vertex on the lattice and no vertex twice in a row.

    Each vertex moves by itself, so what shared a vertex before still shares it afterwards.
    """
    snapped = shapely.transform(shapely.force_2d(geoms), snap)
    return np.asarray(shapely.remove_repeated_points(snapped, 0.0), dtype=object)


def is_on_lattice(geoms: Geometries) -> Flags:
    """Whether every coordinate of each geometry is finite and on the lattice; True for None."""
    geoms = np.asarray(geoms, dtype=object)
    coords, owner = shapely.get_coordinates(geoms, return_index=True)
    on = np.isfinite(coords).all(axis=1) & (snap(coords) == coords).all(axis=1)
    off = np.bincount(owner[~on], minlength=len(geoms))
    return np.asarray(off == 0, dtype=np.bool_)
