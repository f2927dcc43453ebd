"""Ground that no polygon claims: narrow cracks closed, wide gaps kept for whoever was drawn around them.

A crack goes to the worst-ranked of the cells around it, so that along each shared border one of the two drawn lines
stays exactly as it was drawn. Where three or more cells meet, the crack is cut into triangles between its own corners
and each triangle goes to the worst-ranked cell at its corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo_grid.partition.clean_faces import OUTSIDE, Faces
from geo_grid.partition.lattice import Flags, Geometries, Integers, units
from geo_grid.partition.pieces import pieces

_NOBODY: frozenset[int] = frozenset()


@dataclass(slots=True)
class Filled:
    """What becomes of bare ground: `given` are (cell, polygon) of cracks, `wide` the polygons of wide gaps."""

    given: list[tuple[int, Any]] = field(default_factory=list)
    wide: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Gap:
    """One piece of bare ground: its shape, the cells along its border, and whether it is open to the outside."""

    shape: Any
    cells: frozenset[int]
    is_open: bool


def fill(faces: Faces, owner: Integers, rank: Integers, inside: Flags, gap_m: float) -> Filled:
    """How bare ground is filled.

    `owner` (f,) is the cell of each face, -1 for bare ones; `rank` (n,) orders the cells, 0 the best; `inside` (f,)
    tells which faces lie inside the drawn outline of the whole; cracks are narrower than `gap_m`.
    """
    filled = Filled()
    gaps = _gaps(faces, owner, inside)
    narrow = shapely.is_empty(shapely.buffer([gap.shape for gap in gaps], -gap_m / 2, quad_segs=2))
    corners = _Corners(faces, owner)
    for gap, is_narrow in zip(gaps, np.atleast_1d(narrow).tolist(), strict=True):
        if is_narrow and not gap.is_open and 0 < len(gap.cells) <= 2:
            filled.given.append((_worst(gap.cells, rank), gap.shape))
        elif not is_narrow or len(gap.cells) > 1:
            _fill_by_triangles(gap, corners, rank, gap_m, filled, narrow=is_narrow)
    return filled


def _worst(cells: frozenset[int], rank: Integers) -> int:
    """The worst-ranked of the cells."""
    return max(cells, key=lambda cell: (rank[cell], cell))


def _gaps(faces: Faces, owner: Integers, inside: Flags) -> list[_Gap]:
    """The pieces of bare ground, those inside the drawn outline apart from those outside."""
    bare = owner < 0
    kind = np.where(bare, np.where(inside, 1, 2), 0)
    left_kind, right_kind = faces.beside(kind)
    within = (left_kind == right_kind) & (left_kind > 0)
    count = len(owner)
    piece = pieces(count, faces.left[within], faces.right[within])
    members: dict[int, list[int]] = {}
    for face in np.flatnonzero(bare).tolist():
        members.setdefault(int(piece[face]), []).append(face)
    beside = _beside(faces, owner, kind, piece)
    return [
        _Gap(
            _joined(faces.shape[rows]), frozenset(beside.get(name, set()) - {OUTSIDE}), OUTSIDE in beside.get(name, ())
        )
        for name, rows in members.items()
    ]


def _beside(faces: Faces, owner: Integers, kind: Integers, piece: Integers) -> dict[int, set[int]]:
    """The cells, and `OUTSIDE`, along the border of each piece of bare ground."""
    found: dict[int, set[int]] = {}
    for here, there in ((faces.left, faces.right), (faces.right, faces.left)):
        rows = np.flatnonzero(here != OUTSIDE)
        rows = rows[kind[here[rows]] > 0]
        other = np.append(owner, OUTSIDE)[there[rows]]
        same = (there[rows] != OUTSIDE) & (piece[here[rows]] == piece[there[rows]])
        pairs = np.unique(np.stack([piece[here[rows]], other], axis=1)[~same], axis=0)
        for name, cell in pairs.tolist():
            found.setdefault(name, set()).add(cell)
    return found


def _joined(shapes: Geometries) -> Any:
    """Faces made one."""
    return shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)


class _Corners:
    """Which cells meet at each vertex."""

    def __init__(self, faces: Faces, owner: Integers) -> None:
        left, right = faces.beside(owner)
        ends = np.concatenate([faces.borders.low, faces.borders.low, faces.borders.high, faces.borders.high])
        cells = np.concatenate([left, right, left, right])
        pairs = np.unique(np.stack([ends, cells], axis=1)[cells >= 0], axis=0)
        self._at, self._cells, self._origin = pairs[:, 0], pairs[:, 1], faces.borders.origin

    def of(self, triangles: Geometries) -> list[tuple[frozenset[int], frozenset[int], frozenset[int]]]:
        """The cells at the three corners of each triangle."""
        coords = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
        at = units(coords) - self._origin
        packed = (at[:, 0] << 31) | at[:, 1]
        first, last = np.searchsorted(self._at, packed), np.searchsorted(self._at, packed, side="right")
        sets = [frozenset(self._cells[a:b].tolist()) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        return list(zip(sets[0::3], sets[1::3], sets[2::3], strict=True))


def _fill_by_triangles(
    gap: _Gap, corners: _Corners, rank: Integers, gap_m: float, filled: Filled, *, narrow: bool
) -> None:
    """Cut a piece of bare ground into triangles, and give each away, or keep it as part of a wide gap."""
    for part in shapely.get_parts(gap.shape):
        triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(part))
        if len(triangles) == 0:
            continue
        core = np.zeros(len(triangles), dtype=bool)
        if not narrow:
            # Opened: what a disc as wide as the largest crack can reach.
            middle = shapely.buffer(shapely.buffer(part, -gap_m / 2, quad_segs=4), gap_m / 2, quad_segs=4)
            shapely.prepare(middle)
            core = np.asarray(shapely.intersects(middle, shapely.centroid(triangles)))
        _give(triangles, _choices(triangles, core, corners.of(triangles), rank), filled)


#: What a triangle can become instead of a cell's.
_WIDE, _POCKET, _NONE = -2, -3, OUTSIDE


def _choices(triangles: Geometries, core: Flags, at: Sequence[tuple[frozenset[int], ...]], rank: Integers) -> Integers:
    """The cell that each triangle goes to, or that it stays part of a wide gap or outside."""
    choice = np.array([_choice(bool(core[row]), at[row], rank) for row in range(len(triangles))], dtype=np.int64)
    one, other, length = _sides(triangles)
    _spread(choice, one, other, into=_POCKET, of=_WIDE)
    while True:
        before = int((choice == _POCKET).sum())
        _follow(choice, one, other, length)
        if int((choice == _POCKET).sum()) == before:
            break
    choice[choice == _POCKET] = _NONE
    return choice


def _choice(is_core: bool, corners: tuple[frozenset[int], ...], rank: Integers) -> int:
    """What one triangle becomes by its own corners."""
    if is_core:
        return _WIDE
    cells = _NOBODY.union(*corners)
    if len(cells) > 1 and not _all_meet(corners):
        return _worst(cells, rank)
    bare = sum(not here for here in corners)
    return _NONE if 0 < bare < 3 else _POCKET


def _all_meet(corners: tuple[frozenset[int], ...]) -> bool:
    """Whether one cell is at all three corners: a pocket in its own line, whoever else is at one of them."""
    return bool(corners[0] & corners[1] & corners[2])


def _sides(triangles: Geometries) -> tuple[Integers, Integers, Any]:
    """The pairs of triangles that share a side, and its length."""
    coords = shapely.get_coordinates(triangles).reshape(-1, 4, 2)
    start, end = coords[:, :3].reshape(-1, 2), coords[:, 1:].reshape(-1, 2)
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    sides = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    _, place = np.unique(sides, axis=0, return_inverse=True)
    order = np.argsort(place, kind="stable")
    same = np.flatnonzero(place[order][1:] == place[order][:-1])
    one, other = order[same], order[same + 1]
    length = np.hypot(*(sides[one, 2:] - sides[one, :2]).T)
    return one // 3, other // 3, length


def _spread(choice: Integers, one: Integers, other: Integers, *, into: int, of: int) -> None:
    """Let `of` take every triangle of kind `into` that it reaches over shared sides."""
    while True:
        takes = ((choice[one] == of) & (choice[other] == into)) | ((choice[other] == of) & (choice[one] == into))
        if not takes.any():
            return
        choice[one[takes]] = of
        choice[other[takes]] = of


def _follow(choice: Integers, one: Integers, other: Integers, length: Any) -> None:
    """Let each pocket take the choice of the neighbour over its longest side that has made one."""
    pairs = [(a, b, c) for a, b, c in _both_ways(one, other, length) if choice[a] == _POCKET and choice[b] >= 0]
    best: dict[int, tuple[float, int]] = {}
    for pocket, beside, side in pairs:
        best[pocket] = max(best.get(pocket, (0.0, -1)), (side, int(choice[beside])))
    for pocket, (_, cell) in best.items():
        choice[pocket] = cell


def _both_ways(one: Integers, other: Integers, length: Any) -> Iterator[tuple[int, int, float]]:
    """Each pair seen from both sides."""
    yield from zip(one.tolist(), other.tolist(), length.tolist(), strict=True)
    yield from zip(other.tolist(), one.tolist(), length.tolist(), strict=True)


def _give(triangles: Geometries, choice: Integers, filled: Filled) -> None:
    """Join the triangles that share their fate."""
    for fate in np.unique(choice).tolist():
        shape = shapely.coverage_union_all(triangles[choice == fate])
        if fate == _WIDE:
            filled.wide += list(shapely.get_parts(shape))
        elif fate >= 0:
            filled.given.append((fate, shape))
