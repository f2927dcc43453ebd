"""Lines of wider grids that lead: where the narrower grids follow them, instead of being followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.errors import BadInput
from geo_grid.intake.clean.tree import Tree
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition import multi, to_lattice
from geo_grid.partition.clean import Drawn, clean
from geo_grid.partition.clean_zones import Fence
from geo_grid.partition.lattice import SCALE, Geometries
from geo_grid.vocabulary import Tier

_STEP = 1 / SCALE


class NoLead(BadInput):
    """The tier that is to lead has no grid in the files or near them."""

    def __init__(self, lead: Tier) -> None:
        self.says = "there is no grid of the tier %(lead)s whose lines could lead: choose a tier that the files hold"
        self.said_with = {"lead": lead.code}
        super().__init__(self.says % self.said_with)


@dataclass(frozen=True, slots=True)
class Piece:
    """Ground on which the line of a wider grid (its place) leads: only grids in it get it, or none of them does."""

    grid: int
    ground: Any
    takes: bool


@dataclass(frozen=True, slots=True)
class Led:
    """The wider shapes as far as lines that lead allow, and the fences those make."""

    around: Geometries
    fences: Sequence[Fence] = ()
    beyond: frozenset[int] | None = None


def led_by_tier(lead: Tier, rows: Sequence[GridRow], shapes: Geometries, tree: Tree, cells: int) -> Led:
    """The fences that the grids of one tier make, once they are a partition among themselves.

    A special grid that belongs under none of them is cut out of them, as it is out of any other.
    """
    leaders = [place for place in range(cells, len(rows)) if rows[place].tier is lead]
    if not leaders:
        raise NoLead(lead)
    wider = [place for place in range(cells, len(rows)) if rows[place].tier.rank < lead.rank]
    level = np.array([rows[place].tier.rank for place in wider], dtype=np.int64)
    count = len(leaders)
    drawn = Drawn(shapes[leaders], np.arange(count), np.zeros(count, dtype=np.int64), shapes[wider], level)
    region = dict(zip(leaders, clean(drawn).own[:count], strict=True))
    above = [_above(place, tree, region) for place in range(len(rows))]
    free = frozenset(cell for cell in range(cells) if above[cell] < 0)
    guests = frozenset(cell for cell in free if rows[cell].tier is Tier.SPECIAL)
    around = shapes[cells:].copy()
    for place in range(cells, len(rows)):
        if above[place] >= 0:
            around[place - cells] = _within(shapes[place], region[above[place]], is_leader=above[place] == place)
    fences = [
        Fence(shape, guests | {cell for cell in range(cells) if above[cell] == leader})
        for leader, shape in region.items()
        if shape is not None
    ]
    return Led(around, fences, free)


def led_by_pieces(pieces: Sequence[Piece], shapes: Geometries, tree: Tree, cells: int) -> Led:
    """The fences that single pieces of ground make, on each of which one wider grid's line leads."""
    around, fences = shapes[cells:].copy(), []
    for piece in pieces:
        ground = _areal(shapely.make_valid(to_lattice(multi(np.array([piece.ground], dtype=object)))[0]))
        under = [_is_under(place, piece.grid, tree) for place in range(len(shapes))]
        admitted = frozenset(cell for cell in range(cells) if under[cell]) if piece.takes else frozenset[int]()
        fences.append(Fence(ground, admitted))
        for place in range(cells, len(shapes)):
            kept = under[place] == piece.takes or (_is_under(piece.grid, place, tree) and place != piece.grid)
            if not kept:
                around[place - cells] = _without(around[place - cells], ground)
    return Led(around, fences)


def ancestor_of(place: int, tier: Tier | None, rows: Sequence[GridRow], tree: Tree) -> int:
    """The place of the grid of a tier above (or at) a place; of the widest one where there is none of that tier."""
    while rows[place].tier is not tier and tree.parent[place] >= 0:
        place = int(tree.parent[place])
    return place


def _above(place: int, tree: Tree, leaders: dict[int, Any]) -> int:
    """The leader above (or at) a place, -1 for none."""
    while place >= 0 and place not in leaders:
        place = int(tree.parent[place])
    return place


def _is_under(place: int, above: int, tree: Tree) -> bool:
    """Whether a grid is another one, or belongs under it."""
    while place >= 0 and place != above:
        place = int(tree.parent[place])
    return place >= 0


def _within(shape: Any, region: Any, *, is_leader: bool) -> Any:
    """What of a wider grid lies in the region of the one that leads it; that grid itself is the region."""
    if region is None:
        return shapely.MultiPolygon()
    return region if is_leader else _areal(shapely.intersection(shape, region, grid_size=_STEP))


def _without(shape: Any, ground: Any) -> Any:
    """A wider grid without some ground."""
    return _areal(shapely.difference(shape, ground, grid_size=_STEP))


def _areal(shape: Any) -> Any:
    """The polygonal part, valid and on the lattice."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    whole = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return shapely.make_valid(to_lattice(np.array([whole], dtype=object))[0], method="structure")
