"""Ground that no polygon claims: narrow cracks closed, wide gaps kept for whoever was drawn around them.

A crack goes to the worst-ranked of the cells around it, so that along each shared border one of the two drawn lines
stays exactly as it was drawn. Where three or more cells meet, the crack is cut into triangles between its own corners
and each triangle goes to the worst-ranked cell at its corners. Along the rim of the whole the outer line stays: what a
wider polygon was drawn around goes to the cells beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo_grid.partition.clean_faces import OUTSIDE, Faces
from geo_grid.partition.clean_zones import Zones
from geo_grid.partition.lattice import Flags, Geometries, Integers, units
from geo_grid.partition.pieces import pieces

_NOBODY: frozenset[int] = frozenset()
#: The cells at the three corners of a triangle.
_Meeting = tuple[frozenset[int], frozenset[int], frozenset[int]]


@dataclass(slots=True)
class Filled:
    """What becomes of bare ground: `given` are (cell, polygon) of cracks, `wide` the polygons of wide gaps."""

    given: list[tuple[int, Any]] = field(default_factory=list)
    wide: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds each face (f,): the `owner`, -1 for bare ones; whether any cell was drawn there; its zone.

    `inside` tells which faces lie inside the drawn outline of the whole, `has_wider` whether wider polygons drew it.
    """

    owner: Integers
    drawn: Flags
    inside: Flags
    zones: Zones
    has_wider: bool


@dataclass(frozen=True, slots=True)
class _Gap:
    """One piece of bare ground: its shape, the cells along its border, whether it is open to the outside, its zone.

    `bare` is what of it nobody was drawn around; `is_rim` tells that a wider polygon was, up to the outside.
    """

    shape: Any
    cells: frozenset[int]
    is_open: bool
    is_rim: bool
    zone: int
    bare: Any


def fill(faces: Faces, held: Held, rank: Integers, gap_m: float) -> Filled:
    """How bare ground is filled.

    `rank` (n,) orders the cells, 0 the best; cracks are narrower than `gap_m`. Ground of a zone goes to cells that are
    admitted to it; what others were drawn around there is filled however wide it is.
    """
    filled = Filled()
    gaps = _gaps(faces, held)
    narrow = shapely.is_empty(shapely.buffer([gap.bare for gap in gaps], -gap_m / 2, quad_segs=2))
    corners = _Corners(faces, held.owner)
    for gap, is_narrow in zip(gaps, np.atleast_1d(narrow).tolist(), strict=True):
        leads = held.zones.leads(gap.zone)
        rim = gap.is_rim and not leads
        if is_narrow and 0 < len(gap.cells) <= (1 if rim else 2) and (leads or rim or not gap.is_open):
            filled.given.append((_worst(gap.cells, rank), gap.shape))
        elif not is_narrow or len(gap.cells) > 1:
            walled = _Walls(gap, held.zones) if leads else None
            _fill_by_triangles(gap, corners, rank, gap_m, filled, narrow=is_narrow, walled=walled)
    return filled


def _worst(cells: frozenset[int], rank: Integers) -> int:
    """The worst-ranked of the cells."""
    return max(cells, key=lambda cell: (rank[cell], cell))


def _gaps(faces: Faces, held: Held) -> list[_Gap]:
    """The pieces of bare ground, those inside the drawn outline apart from those outside, and every zone by itself."""
    bare = held.owner < 0
    kind = np.where(bare, np.where(held.inside, 1, 2) + 2 * held.zones.of, 0)
    left_kind, right_kind = faces.beside(kind)
    within = (left_kind == right_kind) & (left_kind > 0)
    count = len(kind)
    piece = pieces(count, faces.left[within], faces.right[within])
    members: dict[int, list[int]] = {}
    for face in np.flatnonzero(bare).tolist():
        members.setdefault(int(piece[face]), []).append(face)
    beside = _beside(faces, held, kind, piece)
    return [_gap(faces, held, rows, frozenset(beside.get(name, ()))) for name, rows in members.items()]


def _gap(faces: Faces, held: Held, rows: list[int], beside: frozenset[int]) -> _Gap:
    """The gap of some faces."""
    zone = int(held.zones.of[rows[0]])
    shape = _joined(faces.shape[rows])
    never = [row for row in rows if not held.drawn[row]]
    bare = shape if len(never) == len(rows) else _joined(faces.shape[never]) if never else shapely.Polygon()
    is_open = OUTSIDE in beside
    is_rim = is_open and held.has_wider and bool(held.inside[rows[0]])
    return _Gap(shape, held.zones.those(zone, beside - {OUTSIDE}), is_open, is_rim, zone, bare)


def _beside(faces: Faces, held: Held, kind: Integers, piece: Integers) -> dict[int, set[int]]:
    """The cells, and `OUTSIDE`, along the border of each piece of bare ground; a line that leads is a wall."""
    found: dict[int, set[int]] = {}
    zone = held.zones.of
    for here, there in ((faces.left, faces.right), (faces.right, faces.left)):
        rows = np.flatnonzero(here != OUTSIDE)
        rows = rows[kind[here[rows]] > 0]
        other = np.append(held.owner, OUTSIDE)[there[rows]]
        same = (there[rows] != OUTSIDE) & (piece[here[rows]] == piece[there[rows]])
        wall = (there[rows] != OUTSIDE) & (other < 0) & (zone[here[rows]] != zone[there[rows]])
        pairs = np.unique(np.stack([piece[here[rows]], other], axis=1)[~same & ~wall], axis=0)
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

    def of(self, triangles: Geometries) -> list[_Meeting]:
        """The cells at the three corners of each triangle."""
        coords = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
        at = units(coords) - self._origin
        packed = (at[:, 0] << 31) | at[:, 1]
        first, last = np.searchsorted(self._at, packed), np.searchsorted(self._at, packed, side="right")
        sets = [frozenset(self._cells[a:b].tolist()) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        return list(zip(sets[0::3], sets[1::3], sets[2::3], strict=True))


class _Walls:
    """The lines that lead around a gap: its triangles know only cells admitted to the zone, and none is left over."""

    def __init__(self, gap: _Gap, zones: Zones) -> None:
        self._gap, self._zones = gap, zones
        shapely.prepare(gap.bare)

    def inside(self, at: _Meeting) -> _Meeting:
        """The cells at the corners of a triangle that may have it."""
        one, two, three = (self._zones.those(self._gap.zone, here) for here in at)
        return one, two, three

    def forced(self, triangles: Geometries, *, narrow: bool) -> Flags:
        """Which triangles go to a cell in any case: those of a crack, and those that somebody was drawn around."""
        if narrow:
            return np.ones(len(triangles), dtype=bool)
        return ~np.asarray(shapely.intersects(self._gap.bare, shapely.centroid(triangles)), dtype=bool)


def _fill_by_triangles(
    gap: _Gap,
    corners: _Corners,
    rank: Integers,
    gap_m: float,
    filled: Filled,
    *,
    narrow: bool,
    walled: _Walls | None = None,
) -> None:
    """Cut a piece of bare ground into triangles, and give each away, or keep it as part of a wide gap."""
    for part in shapely.get_parts(gap.shape):
        triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(part))
        if len(triangles) == 0:
            continue
        core = np.zeros(len(triangles), dtype=bool)
        if not narrow:
            # Opened: what a disc as wide as the largest crack can reach.
            ground = part if walled is None else gap.bare
            middle = shapely.buffer(shapely.buffer(ground, -gap_m / 2, quad_segs=4), gap_m / 2, quad_segs=4)
            shapely.prepare(middle)
            core = np.asarray(shapely.intersects(middle, shapely.centroid(triangles)))
        at, forced = corners.of(triangles), np.ones(len(triangles), dtype=bool) if narrow and gap.is_rim else None
        if walled is not None:
            at, forced = [walled.inside(one) for one in at], walled.forced(triangles, narrow=narrow)
            core &= ~forced
        _give(triangles, _choices(triangles, core, at, rank, forced), filled)


#: What a triangle can become instead of a cell's.
_WIDE, _POCKET, _NONE = -2, -3, OUTSIDE


def _choices(
    triangles: Geometries, core: Flags, at: Sequence[_Meeting], rank: Integers, forced: Flags | None
) -> Integers:
    """The cell that each triangle goes to, or that it stays part of a wide gap or outside.

    `forced` ones go to a cell in any case; None where no line leads.
    """
    must = np.zeros(len(triangles), dtype=bool) if forced is None else forced
    led = forced is not None
    rows = zip(core.tolist(), at, must.tolist(), strict=True)
    choice = np.array([_choice(wide, here, rank, led=led, forced=goes) for wide, here, goes in rows], dtype=np.int64)
    one, other, length = _sides(triangles)
    _spread(choice, one, other, into=_POCKET, of=_WIDE)
    while True:
        before = int((choice == _POCKET).sum())
        _follow(choice, one, other, length)
        if int((choice == _POCKET).sum()) == before:
            break
    choice[choice == _POCKET] = _NONE
    return choice


def _choice(is_core: bool, corners: _Meeting, rank: Integers, *, led: bool, forced: bool) -> int:
    """What one triangle becomes by its own corners; where a line leads, ground up to it is never left outside."""
    if is_core:
        return _WIDE
    cells = _NOBODY.union(*corners)
    between = (led or len(cells) > 1) and not _all_meet(corners)
    if cells and (forced or between):
        return _worst(cells, rank)
    bare = sum(not here for here in corners)
    return _NONE if 0 < bare < 3 and not led else _POCKET


def _all_meet(corners: _Meeting) -> bool:
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
