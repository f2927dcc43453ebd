"""Cells cut along a drawn line: which stretches of it cut, and into which pieces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.partition.arrange import Arrangement, arrange
from geo_grid.partition.lattice import Geometries
from geo_grid.partition.stroke import lengthened

#: An end of a line that stops short of a border by no more than this is carried on to it.
SHORT_END_M = 5.0
SMALLEST_M2 = 10.0
NARROWEST_M = 2.0


@dataclass(frozen=True, slots=True)
class Stretches:
    """The edges of a line that cut, and which of the cells (k,) they cut."""

    lines: Geometries
    cut: np.ndarray


def stretches(cells: Geometries, line: shapely.LineString) -> Stretches:
    """The stretches of the line between two pieces of one of the cells; what dangles or runs outside falls away."""
    found = arrange(cells, np.array([_to_the_border(cells, line)], dtype=object))
    rows = np.flatnonzero(found.drawn)
    cut = np.zeros(len(cells), dtype=bool)
    cut[found.sides[0][rows]] = True
    return Stretches(found.borders.lines(rows), cut)


def pieces(found: Arrangement, cell: int) -> list[list[int]]:
    """The faces of a cell, by index, grouped into the pieces that the drawn edges part, the largest first.

    Slivers join the piece beside them; parts of the cell that no drawn edge touches stay with the largest piece.
    """
    mine = np.flatnonzero(found.owner == cell)
    rows = np.flatnonzero(found.drawn & (found.sides[0] == cell))
    left, right, length = found.borders.left[rows], found.borders.right[rows], found.borders.length_m[rows]
    touched = np.unique(np.concatenate([left, right]))
    group = {int(face): int(face) for face in touched}
    slim = [int(face) for face in touched if is_sliver(found.faces[face])]
    for face in sorted(slim, key=lambda f: float(shapely.area(found.faces[f]))):
        beside = np.concatenate([right[left == face], left[right == face]])
        border = np.concatenate([length[left == face], length[right == face]])
        roots = np.array([_root(group, int(other)) for other in beside])
        other = roots != _root(group, face)
        if other.any():
            names, place = np.unique(roots[other], return_inverse=True)
            group[_root(group, face)] = int(names[np.argmax(np.bincount(place, weights=border[other]))])
    by_root: dict[int, list[int]] = {}
    for face in touched:
        by_root.setdefault(_root(group, int(face)), []).append(int(face))
    found_pieces = sorted(by_root.values(), key=lambda faces: -float(shapely.area(found.faces[faces]).sum()))
    rest = [int(face) for face in mine if int(face) not in group]
    if not found_pieces:
        return [mine.tolist()]
    return [found_pieces[0] + rest, *found_pieces[1:]]


def width_m(shape: object) -> float:
    """How wide an area is on the whole: twice its area by its perimeter."""
    length = float(shapely.length(shape))
    return 2 * float(shapely.area(shape)) / length if length else 0.0


def is_sliver(shape: object) -> bool:
    """Whether an area is too small or too narrow to be meant."""
    return float(shapely.area(shape)) < SMALLEST_M2 or width_m(shape) < NARROWEST_M


def gap_m(cells: Geometries, line: shapely.LineString) -> tuple[float, tuple[float, float]] | None:
    """How far the end of the line that stops deepest inside a cell is from its border, and that end; None: no such."""
    ends = shapely.points(shapely.get_coordinates(line)[[0, -1]])
    found = [
        (float(shapely.distance(end, shapely.boundary(cell))), (float(end.x), float(end.y)))
        for end in ends
        for cell in cells
        if shapely.contains_properly(cell, end)
    ]
    return max(found) if found else None


def _to_the_border(cells: Geometries, line: shapely.LineString) -> shapely.LineString:
    """The line with each end that stops inside a cell, short of its border, carried on."""
    if line.is_closed:
        return line
    ends = shapely.points(shapely.get_coordinates(line)[[0, -1]])
    inside = [bool(shapely.contains_properly(cells, end).any()) for end in ends]
    if not any(inside):
        return line
    return lengthened(line, first_m=SHORT_END_M * inside[0], last_m=SHORT_END_M * inside[1])


def _root(group: dict[int, int], face: int) -> int:
    """The face that stands for the group of `face`."""
    while group[face] != face:
        face = group[face]
    return face
