"""Polygons drawn on their own made one partition by stated rules: the best-ranked line wins, verbatim.

The rules are those of the authority method: an overlap goes to the best-ranked claimant, a crack to the worst-ranked
neighbour, a wide gap to the narrowest wider polygon drawn around it, and what is outside all of them stays outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo_grid.partition.chain import Edges, edges_of
from geo_grid.partition.clean_crumbs import join_crumbs
from geo_grid.partition.clean_faces import Faces, faces_between
from geo_grid.partition.clean_gaps import Held, fill
from geo_grid.partition.clean_lines import Borders, cut, cut_again
from geo_grid.partition.clean_regions import regions
from geo_grid.partition.clean_remainders import Bare, share_out
from geo_grid.partition.clean_rim import enclosed
from geo_grid.partition.clean_widths import default_gap_m, widths
from geo_grid.partition.clean_zones import Fence, zones_of
from geo_grid.partition.lattice import Floats, Geometries, Integers


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn, valid and on the lattice.

    `cells` (n,) are to become the partition, `rank` (n,) orders them, 0 the best, and `peers` (n,) tells which of them
    ought not to overlap (cells of another kind may: a school over courtyards). `around` (k,) are the wider polygons
    that may own bare ground, `level` (k,) their tier, the widest lowest. `fences` keep ground for some cells, whoever
    was drawn there; `beyond` are the cells that may have ground outside all fences (None: all of them).
    """

    cells: Geometries
    rank: Integers
    peers: Integers
    around: Geometries
    level: Integers
    fences: Sequence[Fence] = ()
    beyond: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A partition, and what was done to reach it.

    `own` (n + k,) is the ground of every cell and of every wider polygon, None for none. `faces` are those of the last
    arrangement, `owner` (f,) who has each now (its place in `own`, -1 outside), `claims` of each the cells it was drawn
    in. `bare` are the wide gaps, `left_out` the faces of those that stay outside; `joined` the faces of stray pieces
    that went to a neighbour; `led` those that a fence keeps from the best-ranked cell drawn around them.
    """

    own: Geometries
    faces: Faces
    owner: Integers
    claims: list[tuple[int, ...]]
    bare: list[Bare]
    left_out: Integers
    joined: Integers
    gap_m: float
    widths: Floats = field(default_factory=lambda: np.zeros(0))
    led: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def clean(drawn: Drawn, gap_m: float | None = None) -> Cleaned:
    """The partition that the drawn polygons mean, cracks closed up to `gap_m` (default: measured)."""
    count, wider = len(drawn.cells), len(drawn.around)
    tops = drawn.around[drawn.level == drawn.level.min()] if wider else drawn.cells
    # Past the cells: the wider polygons, the rim, everything that bare ground is given to, then the fences.
    first_fence = 2 * count + 3 * wider + 2
    lines = np.full(first_fence + len(drawn.fences), None, dtype=object)
    lines[:count], lines[count + wider] = drawn.cells, enclosed(tops)
    lines[first_fence:] = [fence.shape for fence in drawn.fences]
    faces = faces_between(cut(edges_of(lines)))
    claims = _cells_only(faces, count)
    zones = zones_of(faces.claims, first_fence, drawn.fences, drawn.beyond)
    first_drawn = _best(claims, drawn.rank)
    owner = _best(zones.kept(claims), drawn.rank)
    found = widths(faces.shape[_disputed(claims, first_drawn, drawn.peers)])
    gap_m = default_gap_m(found) if gap_m is None else gap_m
    inside = np.array([count + wider in all_of for all_of in faces.claims], dtype=bool)
    filled = fill(faces, Held(owner, first_drawn >= 0, inside, zones, wider > 0), drawn.rank, gap_m)
    bare = share_out(filled.wide, drawn.around, drawn.level, gap_m)
    faces = faces_between(cut_again(faces.borders, _answers(filled.given, bare, count, wider, faces.borders)))
    claims = _cells_only(faces, count)
    zones = zones_of(faces.claims, first_fence, drawn.fences, drawn.beyond)
    owner = _final(faces, zones.kept(claims), drawn)
    first_drawn = _best(claims, drawn.rank)
    led = np.flatnonzero((first_drawn >= 0) & (owner != first_drawn))
    joined = join_crumbs(faces, owner, np.concatenate([drawn.cells, drawn.around]), count, gap_m, zones.of)
    own = regions(faces, owner, count + wider)
    left_out = _left_out(faces, owner, count, wider)
    return Cleaned(own, faces, owner, claims, bare, left_out, joined, gap_m, found, led)


def _left_out(faces: Faces, owner: Integers, count: int, wider: int) -> Integers:
    """The faces of wide gaps that stay outside."""
    outside = 2 * (count + wider) + 1 + wider
    bare = np.flatnonzero(owner < 0).tolist()
    return np.array([face for face in bare if outside in faces.claims[face]], dtype=np.int64)


def _cells_only(faces: Faces, count: int) -> list[tuple[int, ...]]:
    """The claims of cells, those of anything else left out."""
    return [
        all_of if not all_of or all_of[-1] < count else tuple(c for c in all_of if c < count) for all_of in faces.claims
    ]


def _best(claims: list[tuple[int, ...]], rank: Integers) -> Integers:
    """The best-ranked claimant of each face, -1 for none."""
    order = rank.tolist()
    best = [min(cells, key=order.__getitem__) if len(cells) > 1 else cells[0] if cells else -1 for cells in claims]
    return np.array(best, dtype=np.int64)


def _disputed(claims: list[tuple[int, ...]], owner: Integers, peers: Integers) -> Integers:
    """The faces claimed by nobody, or by several who ought not to overlap."""
    kinds = peers.tolist()
    several = [
        row for row, cells in enumerate(claims) if len(cells) > 1 and len({kinds[c] for c in cells}) < len(cells)
    ]
    return np.array(sorted([*several, *np.flatnonzero(owner < 0).tolist()]), dtype=np.int64)


def _answers(given: list[tuple[int, Any]], bare: list[Bare], count: int, wider: int, borders: Borders) -> Edges:
    """What bare ground was given to, as polygons among the others: cracks, pieces of wide gaps, wide gaps whole."""
    first = count + wider + 1
    shapes = [shape for _, shape in given]
    owners = [first + cell for cell, _ in given]
    for gap in bare:
        shapes += [gap.shape, *(shape for _, shape in gap.pieces)]
        owners += [first + count + wider + gap.mainly, *(first + count + piece for piece, _ in gap.pieces)]
    edges = edges_of(np.array(shapes, dtype=object), origin=borders.origin)
    owner = np.array(owners, dtype=np.int64)[edges.owner] if owners else edges.owner
    return Edges(edges.low, edges.high, edges.sign, owner, edges.origin)


def _final(faces: Faces, claims: list[tuple[int, ...]], drawn: Drawn) -> Integers:
    """Who has each face: a claimant, else the cell a crack was given to, else who owns the gap."""
    count, wider = len(drawn.cells), len(drawn.around)
    first = count + wider + 1
    owner = _best(claims, drawn.rank)
    level = drawn.level.tolist()
    for face in np.flatnonzero(owner < 0).tolist():
        answers = [claim - first for claim in faces.claims[face] if claim >= first]
        cracks = [answer for answer in answers if answer < count]
        pieces = [answer - count for answer in answers if count <= answer < count + wider]
        mainly = [answer - count - wider for answer in answers if count + wider <= answer < count + 2 * wider]
        if cracks:
            owner[face] = cracks[0]
        elif pieces:
            owner[face] = count + max(pieces, key=level.__getitem__)
        elif mainly:
            owner[face] = count + mainly[0]
    return owner
