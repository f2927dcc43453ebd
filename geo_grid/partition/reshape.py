"""A line drawn anew beside a border: what changes side so that the line becomes the border.

Both sides of every drawn edge must end up on different sides. Faces linked by drawn edges form a component, which has
two solutions at most; the one that moves less ground is taken. One rule covers bulges, lines that weave across the
border, overshooting ends, and lines that take in whole cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.partition.arrange import Arrangement, borders_of, faces_of, node_into, owners_of, segments_of
from geo_grid.partition.lattice import Flags, Geometries, Integers

#: The sides: the area in play, its partner, everything else.
MINE, PARTNER, REST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Shift:
    """Ground that changes side: `given` leaves the area in play, `gained` comes to it; `edges` are its drawn edges."""

    given: Geometries
    gained: Geometries
    edges: Geometries
    undecided: object | None


def shift(mine: object, partner: object | None, line: shapely.LineString) -> Shift:
    """What changes side between `mine` and its partner (None: all around it) when the line becomes their border.

    `undecided` is a line of drawn edges for which no side can be told (None: none).
    """
    walls = np.array([mine] if partner is None else [mine, partner], dtype=object)
    net = node_into(segments_of(borders_of(walls)), np.array([line], dtype=object))
    faces = faces_of(net)
    owner = owners_of(faces, walls)
    owner[owner < 0] = REST
    coarse = Arrangement(faces, owner, np.zeros(0, dtype=object))
    moved, undecided = _decided(coarse, has_partner=partner is not None)
    borders = coarse.borders
    around = np.append(moved, False)
    rows = _drawn_rows(coarse)
    kept = rows[around[borders.left[rows]] != around[borders.right[rows]]]
    lost = borders.lines(undecided) if len(undecided) else None
    return Shift(
        faces[moved & (owner == MINE)],
        faces[moved & (owner != MINE)],
        borders.lines(kept),
        None if lost is None else shapely.multilinestrings(lost),
    )


def _drawn_rows(coarse: Arrangement) -> Integers:
    """The edges with the same side on both hands; the open plane is a face of the rest."""
    side = np.append(coarse.owner, REST)
    return np.flatnonzero(side[coarse.borders.left] == side[coarse.borders.right])


def _decided(coarse: Arrangement, *, has_partner: bool) -> tuple[Flags, Integers]:
    """Which faces change side, and the drawn edges for which neither solution is one."""
    count = len(coarse.faces)
    side = np.append(coarse.owner, REST)
    borders = coarse.borders
    rows = _drawn_rows(coarse)
    # The open plane is the face -1; here it is the last one.
    ends = np.stack([borders.left[rows], borders.right[rows]], axis=1) % (count + 1)
    linked: dict[int, list[int]] = {}
    for a, b in ends.tolist():
        linked.setdefault(a, []).append(b)
        linked.setdefault(b, []).append(a)
    movable = _movable(coarse, has_partner=has_partner)
    area = np.append(shapely.area(coarse.faces), 0.0)
    moved = np.zeros(count, dtype=bool)
    odd: set[int] = set()
    for component, colour in _components(linked):
        members = np.array(component)
        choices = []
        if colour is not None:
            for shade in (0, 1):
                chosen = members[np.array(colour) == shade]
                if len(chosen) and movable[chosen].all():
                    choices.append((float(area[chosen].sum()), chosen))
        if choices:
            moved[min(choices, key=lambda choice: choice[0])[1]] = True
        elif side[members[0]] != REST or not has_partner:
            odd.update(component)
    undecided = rows[np.array([int(a) in odd for a in ends[:, 0]], dtype=bool)] if len(rows) else rows
    return moved, undecided


def _components(linked: dict[int, list[int]]) -> list[tuple[list[int], list[int] | None]]:
    """Each set of linked faces with its two colours; None for the colours when two do not do."""
    found: list[tuple[list[int], list[int] | None]] = []
    seen: dict[int, int] = {}
    for first in linked:
        if first in seen:
            continue
        seen[first] = 0
        order, fits = [first], True
        for face in order:
            for other in linked[face]:
                if other not in seen:
                    seen[other] = 1 - seen[face]
                    order.append(other)
                elif seen[other] == seen[face]:
                    fits = False
        found.append((order, [seen[face] for face in order] if fits else None))
    return found


def _movable(coarse: Arrangement, *, has_partner: bool) -> Flags:
    """Which faces (the open plane last) may change side: those that touch the side they would go to over a wall."""
    count = len(coarse.faces)
    side = np.append(coarse.owner, REST)
    left, right = coarse.borders.left % (count + 1), coarse.borders.right % (count + 1)
    towards = np.array([PARTNER, MINE, REST]) if has_partner else np.array([REST, MINE, MINE])
    movable = np.zeros(count + 1, dtype=bool)
    movable[left[side[right] == towards[side[left]]]] = True
    movable[right[side[left] == towards[side[right]]]] = True
    if has_partner:
        movable[side == REST] = False
    movable[count] = False
    return movable
