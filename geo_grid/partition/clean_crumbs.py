"""Thin stray pieces of a cell, cut off by somebody else's line, joined to the neighbour they touch longest."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition.clean_faces import Faces
from geo_grid.partition.lattice import Flags, Floats, Geometries, Integers
from geo_grid.partition.pieces import pieces

#: Joining may cut others off; after so many rounds what is left stays.
_ROUNDS = 4


def join_crumbs(faces: Faces, owner: Integers, drawn: Geometries, cells: int, gap_m: float, zone: Integers) -> Integers:
    """Give the faces of thin stray pieces to the neighbour with the longest border, in `owner`; those faces.

    The first `cells` of the `drawn` are cells. A crumb of bare ground goes to bare ground if it can: otherwise the line
    of a cell would give way to that of a wider polygon.
    A piece that was drawn as a part of its own is no crumb: a rock in the sea, a field beyond the river. Nothing joins
    a neighbour in another zone (f,): a line that leads runs between them.
    """
    moved = []
    length = shapely.length(shapely.linestrings(faces.borders.ends()))
    for _ in range(_ROUNDS):
        piece, area = _pieces(faces, owner)
        crumbs = _crumbs(faces, owner, piece, area, drawn, gap_m)
        changed = _join(faces, owner, piece, crumbs, length, cells, zone)
        moved += changed.tolist()
        if len(changed) == 0:
            break
    return np.array(sorted(set(moved)), dtype=np.int64)


def _pieces(faces: Faces, owner: Integers) -> tuple[Integers, Floats]:
    """The piece of ground in one hand that each face belongs to, and the area of every piece."""
    left, right = faces.beside(owner)
    same = (left == right) & (faces.left >= 0) & (faces.right >= 0)
    count = len(owner)
    piece = pieces(count, faces.left[same], faces.right[same])
    piece = np.asarray(piece, dtype=np.int64)
    return piece, np.asarray(np.bincount(piece, weights=shapely.area(faces.shape)), dtype=np.float64)


def _crumbs(faces: Faces, owner: Integers, piece: Integers, area: Floats, drawn: Geometries, gap_m: float) -> Integers:
    """The pieces that are neither their owner's largest, nor wide, nor drawn so; and thin bare ones shut in."""
    count = len(area)
    hand = np.full(count, -1, dtype=np.int64)
    hand[piece] = owner
    largest = np.zeros(len(drawn) + 1)
    np.maximum.at(largest, hand, area)
    largest[-1] = np.inf
    opens = np.zeros(count, dtype=bool)
    for here, there in ((faces.left, faces.right), (faces.right, faces.left)):
        opens[piece[here[(there < 0) & (here >= 0)]]] = True
    stray = np.flatnonzero((area < largest[hand]) & ((hand >= 0) | ~opens))
    order = np.argsort(piece, kind="stable")
    first = np.searchsorted(piece[order], np.arange(count + 1))
    found = []
    for name in stray.tolist():
        shape = _shape(faces.shape[order[first[name] : first[name + 1]]])
        thin = bool(shapely.is_empty(shapely.buffer(shape, -gap_m / 2, quad_segs=2)))
        if thin and (hand[name] < 0 or not _drawn_so(shape, drawn[hand[name]])):
            found.append(name)
    return np.array(found, dtype=np.int64)


def _shape(shapes: Geometries) -> object:
    """Faces made one."""
    return shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)


def _drawn_so(shape: object, drawn: object) -> bool:
    """Whether a piece is most of a part that was drawn by itself."""
    parts = shapely.get_parts(drawn)
    around = parts[shapely.intersects(parts, shapely.point_on_surface(shape))]
    return bool((shapely.area(around) <= 2 * shapely.area(shape)).any())


def _join(
    faces: Faces,
    owner: Integers,
    piece: Integers,
    crumbs: Integers,
    length: Floats,
    cells: int,
    zone: Integers,
) -> Integers:
    """Give each crumb to the neighbour with the longest border; the faces that changed hands."""
    is_crumb = np.zeros(int(piece.max(initial=-1)) + 1, dtype=bool)
    is_crumb[crumbs] = True
    borders: dict[tuple[int, int], float] = {}
    for here, there in ((faces.left, faces.right), (faces.right, faces.left)):
        rows = np.flatnonzero((here >= 0) & (there >= 0) & (zone[here] == zone[there]))
        rows = rows[_beside_crumb(piece, is_crumb, here[rows], there[rows]) & (owner[there[rows]] >= 0)]
        for name, hand, metres in zip(
            piece[here[rows]].tolist(), owner[there[rows]].tolist(), length[rows].tolist(), strict=True
        ):
            borders[name, hand] = borders.get((name, hand), 0.0) + metres
    bare = np.zeros(len(is_crumb), dtype=bool)
    bare[piece] = owner >= cells
    best: dict[int, tuple[bool, float, int]] = {}
    for (name, hand), metres in borders.items():
        offer = (bool(bare[name]) and hand >= cells, metres, hand)
        best[name] = max(best.get(name, offer), offer)
    changed = np.flatnonzero(np.isin(piece, np.array(list(best), dtype=np.int64)))
    owner[changed] = [best[int(name)][2] for name in piece[changed]]
    return changed


def _beside_crumb(piece: Integers, is_crumb: Flags, here: Integers, there: Integers) -> Flags:
    """Whether a crumb lies on this side and something that is none on the other."""
    return np.asarray(is_crumb[piece[here]] & ~is_crumb[piece[there]], dtype=np.bool_)
