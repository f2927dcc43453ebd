"""A drawn line among the cells of the net: noded with all it concerns, and turned back into grids' ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from geo_grid.partition import multi
from geo_grid.partition.arrange import Arrangement, Unstable, arrange, borders_of
from geo_grid.partition.chain import TooWide
from geo_grid.partition.lattice import Geometries
from geo_grid.partition.stroke import BadLine, pulled, ring, stroke
from geo_grid.redraw.moves import LEAST_SNAP_M, MOST_SNAP_M, Line
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import (
    MoveRefused,
    NotFinite,
    OutsideCounty,
    SelfCrossing,
    TooManyVertices,
    TooShort,
    UnstableGround,
)
from geo_grid.redraw.rows import Row

#: Cells this close to a drawn line are arranged with it, in metres.
NEAR_M = 0.005
_MOST_ROUNDS = 10

_BAD_LINES: dict[str, type[MoveRefused]] = {
    "not_finite": NotFinite,
    "too_many_vertices": TooManyVertices,
    "too_far": OutsideCounty,
    "too_short": TooShort,
    "self_crossing": SelfCrossing,
}


@dataclass(frozen=True)
class Patch:
    """The rows in play, by the order of their cells, and the arrangement of their ground with the drawn lines."""

    rows: tuple[Row, ...]
    found: Arrangement

    @property
    def place(self) -> dict[str, int]:
        """The index of each grid's cell."""
        return {row.code: index for index, row in enumerate(self.rows)}

    def grounds(self, owners: Sequence[str | None]) -> dict[str, Any]:
        """The ground of every owner of the faces (f,), and None for grids in play that have none left."""
        mine: dict[str, list[int]] = {row.code: [] for row in self.rows}
        for face, owner in enumerate(owners):
            if owner is not None:
                mine.setdefault(owner, []).append(face)
        return {code: united(self.found.faces[faces]) for code, faces in mine.items()}

    def owners(self) -> list[str | None]:
        """The grid that each face (f,) was part of; None for nobody's."""
        return [None if index < 0 else self.rows[index].code for index in self.found.owner.tolist()]

    def changed(self, owners: Sequence[str | None], rows: dict[str, Row | None]) -> dict[str, Row | None]:
        """`rows` (new ones without ground) with the ground of each owner, and the grids whose ground differs."""
        known = {row.code: row for row in self.rows}
        wanted = dict(rows)
        for code, ground in self.grounds(owners).items():
            row = wanted.get(code) or known.get(code)
            if row is None or (code in wanted and wanted[code] is None):
                continue
            if ground != row.own or code in rows:
                wanted[code] = replace(row, own=ground)
        return wanted


def arranged(net: Net, involved: Iterable[str], drawn: Geometries) -> Patch:
    """The cells involved and all that lie at the drawn lines, arranged with them.

    Where rounding breaks a border of the patch's rim, the cell behind it joins and the patch is made anew.
    """
    rows = {row.code: row for row in (net.row(code) for code in involved) if row.own is not None}
    rows |= {row.code: row for row in net.near(drawn, NEAR_M)}
    for _ in range(_MOST_ROUNDS):
        ordered = tuple(rows[code] for code in sorted(rows))
        with understood():
            found = arrange(cells_of(ordered), drawn)
        beyond = [row for row in net.near(found.broken) if row.code not in rows] if len(found.broken) else []
        if not beyond:
            return Patch(ordered, found)
        rows |= {row.code: row for row in beyond}
    raise UnstableGround("too_close")


def cells_of(rows: Sequence[Row]) -> Geometries:
    """The own ground of the rows as an array."""
    cells = np.empty(len(rows), dtype=object)
    cells[:] = [row.own for row in rows]
    return cells


def united(faces: Geometries) -> Any:
    """The faces of one arrangement made one MultiPolygon in normal form; None of none."""
    if len(faces) == 0:
        return None
    return multi(np.array([shapely.coverage_union_all(faces)], dtype=object))[0]


def drawn_line(net: Net, line: Line, snap_m: float) -> Any:
    """The line on the lattice, pulled to the borders of the net; raises the refusal of a line that is none."""
    with understood():
        plain = stroke(line)
    return _pulled(net, plain, snap_m)


def drawn_region(net: Net, line: Line, snap_m: float) -> Any:
    """The area in a ring on the lattice, pulled to the borders of the net; raises the refusal of what is no ring."""
    with understood():
        plain = ring(line)
    pulled_ring = _pulled(net, shapely.LineString(plain.exterior.coords), snap_m)
    region = shapely.Polygon(pulled_ring)
    return region if region.is_valid and region.area > 0 else plain


def _pulled(net: Net, line: Any, snap_m: float) -> Any:
    """The line pulled to the borders near it."""
    reach = min(max(snap_m, LEAST_SNAP_M), MOST_SNAP_M) if np.isfinite(snap_m) else LEAST_SNAP_M
    rows = net.near(np.array([line], dtype=object), reach)
    return pulled(line, borders_of(cells_of(rows)), reach) if rows else line


@contextmanager
def understood() -> Iterator[None]:
    """Turns the plane geometry's errors into refusals."""
    try:
        yield
    except BadLine as bad:
        raise _BAD_LINES[bad.kind](bad.kind, place=bad.place) from bad
    except Unstable as unstable:
        raise UnstableGround("too_close") from unstable
    except TooWide as wide:
        raise OutsideCounty("too_far") from wide
