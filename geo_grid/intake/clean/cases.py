"""Faults that somebody can answer one by one: wide overlaps and wide gaps, each with an id that lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.intake.clean.place import Place
from geo_grid.intake.clean.places import ground_of
from geo_grid.intake.clean.repair import ident
from geo_grid.intake.clean.scene import Scene
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition.lattice import Integers

#: Gaps that stay outside, told one by one; the rest is told as a whole.
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One overlap, the gaps that one grid keeps, or one gap (the last case: all smaller ones) that stays outside.

    `owner` is the place of the grid that has the ground unless somebody answers, -1 for none; `names` go into the id.
    """

    kind: str
    names: tuple[str, ...]
    places: tuple[Place, ...]
    owner: int
    ground: Any

    @property
    def id(self) -> str:
        """The id of its repair."""
        west, south, *_ = shapely.bounds(self.ground)
        return ident(self.kind, *self.names, at=(float(west), float(south)))

    @property
    def faces(self) -> Integers:
        """All its faces."""
        return np.concatenate([place.faces for place in self.places])


def called_code(row: GridRow) -> str:
    """What an answer calls a grid: its code, or its row where it has none yet."""
    return row.code or row.where


def cases_of(scene: Scene) -> list[Case]:
    """Every case of a scene: overlaps, gaps that stay outside, gaps that a grid keeps."""
    overlaps = [_overlap(scene, place) for place in scene.places if place.kind == "overlap"]
    kept: dict[int, list[Place]] = defaultdict(list)
    for place in scene.places:
        if place.kind == "gap":
            kept[place.owner].append(place)
    outside = sorted(kept.pop(-1, []), key=lambda place: -place.area_m2)
    left = [_case(scene, ("outside",), [place]) for place in outside[:MOST_TOLD]]
    rest = outside[MOST_TOLD:]
    left += [_case(scene, ("outside", "rest"), rest)] if rest else []
    keepers = [(scene.rows[owner], places) for owner, places in sorted(kept.items())]
    return [*overlaps, *left, *(_case(scene, (row.code, row.where), places) for row, places in keepers)]


def _overlap(scene: Scene, place: Place) -> Case:
    """The case of one overlap."""
    names = tuple(scene.rows[cell].code for cell in place.claims)
    return Case("overlap", names, (place,), place.owner, ground_of(scene, place.faces))


def _case(scene: Scene, names: tuple[str, ...], places: Sequence[Place]) -> Case:
    """The case of gaps in one hand."""
    ground = ground_of(scene, np.concatenate([place.faces for place in places]))
    return Case("gap", names, tuple(places), places[0].owner, ground)
