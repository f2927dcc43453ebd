"""Wider grids as drawn against what the grids in them make up: where the two differ by more than a slip of the hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo_grid.intake.clean.leading import Piece
from geo_grid.intake.clean.repair import ident
from geo_grid.intake.clean.rules import PARENT, CleaningRules
from geo_grid.intake.clean.scene import Scene
from geo_grid.partition.lattice import Geometries

#: A difference below this is not worth a question.
LEAST_M2 = 200.0


def difference_id(scene: Scene, one: Piece) -> str:
    """The id of the repair that a difference is told by."""
    row = scene.rows[one.grid]
    west, south, *_ = shapely.bounds(one.ground)
    return ident("tier", row.code, row.where, at=(float(west), float(south)))


def kept_pieces(scene: Scene, rules: CleaningRules) -> list[Piece]:
    """The differences on which somebody said that the wider grid's line leads."""
    if not any(word == PARENT for word in rules.answers.values()):
        return []
    return [one for one in differences(scene)[0] if rules.answer(difference_id(scene, one), "tier") == PARENT]


def differences(scene: Scene) -> tuple[list[Piece], dict[int, float]]:
    """The thick differences of all wider grids, and the whole area by which each one's outline changes.

    A piece that `takes` was drawn into its grid and goes with others; any other piece the grid gets undrawn.
    """
    places = np.arange(scene.cells, len(scene.rows))
    places = places[~shapely.is_missing(scene.after[places])]
    drawn, after = scene.shapes[places], scene.after[places]
    lost, won = shapely.difference(drawn, after), shapely.difference(after, drawn)
    areas = shapely.area(lost) + shapely.area(won)
    undrawn = _undrawn(scene, places, won, scene.cleaned.gap_m)
    found = [
        Piece(int(place), piece, kind)
        for kind, shapes in ((True, lost), (False, undrawn))
        for place, shape in zip(places, shapes, strict=True)
        for piece in thick(shape, scene.cleaned.gap_m)
    ]
    return found, {int(place): float(area) for place, area in zip(places, areas, strict=True) if area > 0}


def _undrawn(scene: Scene, places: Any, won: Geometries, gap_m: float) -> Geometries:
    """What grids get that no grid of their tier was drawn around: the rest is told once, where it was drawn."""
    result = np.full(len(won), None, dtype=object)
    tiers = np.array([scene.rows[int(place)].tier.rank for place in places], dtype=np.int64)
    trees = {
        int(tier): (rows := np.flatnonzero(tiers == tier), shapely.STRtree(scene.shapes[places[rows]]))
        for tier in np.unique(tiers)
    }
    for row, shape in enumerate(won):
        pieces = thick(shape, gap_m)
        if pieces:
            rows, tree = trees[int(tiers[row])]
            ground = shapely.union_all(pieces)
            near = tree.query(ground, predicate="intersects")
            result[row] = shapely.difference(ground, shapely.union_all(scene.shapes[places[rows[near]]]))
    return result


def thick(shape: Any, gap_m: float) -> list[Any]:
    """The pieces of a difference that are wider than a slip and large enough."""
    if shape is None or shapely.area(shape) < LEAST_M2:
        return []
    core = shapely.buffer(shape, -gap_m / 2, join_style="mitre")
    if shapely.is_empty(core):
        return []
    opened = shapely.buffer(core, gap_m / 2, join_style="mitre")
    return [piece for piece in shapely.get_parts(shapely.intersection(opened, shape)) if piece.area > LEAST_M2]
