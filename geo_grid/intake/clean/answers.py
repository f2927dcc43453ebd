"""Answers to overlaps and gaps: which there are, what each would move, and a scene in which those given hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from geo_grid.errors import BadInput
from geo_grid.grids import may_hold
from geo_grid.intake.clean.cases import Case, called_code, cases_of
from geo_grid.intake.clean.doors import Doors
from geo_grid.intake.clean.place import Place
from geo_grid.intake.clean.places import places_of
from geo_grid.intake.clean.repair import Answer
from geo_grid.intake.clean.rules import KEEP, LARGER, NEIGHBOUR, NEW, REDRAW, SMALLER, TO, CleaningRules
from geo_grid.intake.clean.scene import Scene, vanished
from geo_grid.intake.grid_rows import GridRow
from geo_grid.partition.clean_regions import derived, regions
from geo_grid.partition.lattice import Integers
from geo_grid.vocabulary import Tier

#: Neighbours of a gap that are offered by name, those with the longest borders.
_MOST_NEIGHBOURS = 4


def answered(scene: Scene, rules: CleaningRules) -> Scene:
    """The scene once every overlap and gap that somebody answered has the owner that was named.

    Raises `BadInput` for an answer that names a grid which is not beside that ground.
    """
    scene = replace(scene, places=tuple(places_of(scene)))
    given = [(case, word) for case in cases_of(scene) if (word := rules.answer(case.id, case.kind))]
    moved = _Hands(scene)
    for case, word in given:
        moved.give(case, word)
    return moved.scene()


def offers(scene: Scene, case: Case, doors: Doors) -> tuple[Answer, ...]:
    """The answers to a case, each with the households and the ground that it gives to somebody."""
    homes, area_m2 = doors.inside(case.ground), round(float(shapely.area(case.ground)), 3)
    if case.kind == "overlap":
        named = [scene.rows[cell] for cell in case.places[0].claims]
        return tuple(Answer(TO + called_code(row), _label(row), homes, area_m2) for row in named)
    words = [Answer(KEEP, "" if case.owner < 0 else _label(scene.rows[case.owner]), homes, area_m2)]
    beside = _beside(scene, case.places[0]) if len(case.places) == 1 else []
    if beside or any(_beside(scene, place) for place in case.places):
        words.append(Answer(NEIGHBOUR, "", homes, area_m2))
    rows = [scene.rows[cell] for cell in beside[:_MOST_NEIGHBOURS]]
    words += [Answer(TO + called_code(row), _label(row), homes, area_m2) for row in rows]
    return (*words, Answer(NEW, "", homes, area_m2))


def _label(row: GridRow) -> str:
    """What to call a grid among answers."""
    return f"{row.name} ({row.code})" if row.name and row.code and row.name != row.code else row.code or row.name


def _beside(scene: Scene, place: Place) -> list[int]:
    """The cells along the border of a gap, the longest border first."""
    faces = scene.cleaned.faces
    inside = np.zeros(len(scene.cleaned.owner) + 1, dtype=bool)
    inside[place.faces] = True
    owner = np.append(scene.cleaned.owner, -1)
    left, right = inside[faces.left], inside[faces.right]
    rows = np.flatnonzero(left != right)
    other = owner[np.where(left[rows], faces.right[rows], faces.left[rows])]
    metres = shapely.length(shapely.linestrings(faces.borders.ends()[rows])) if len(rows) else np.zeros(0)
    total = np.zeros(scene.cells)
    near = (other >= 0) & (other < scene.cells)
    np.add.at(total, other[near], metres[near])
    order = np.argsort(-total, kind="stable")
    return [int(cell) for cell in order if total[cell] > 0]


class _Hands:
    """Who has each face, as answers change it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._owner: Integers = scene.cleaned.owner.copy()
        self._new: list[tuple[GridRow, int]] = []

    def give(self, case: Case, word: str) -> None:
        """Put one answer into effect."""
        if word in (KEEP, REDRAW):
            return
        if case.kind == "overlap":
            self._owner[case.faces] = self._claimant(case, word)
            return
        for place in case.places:
            self._owner[place.faces] = self._taker(case, place, word)

    def _claimant(self, case: Case, word: str) -> int:
        """The cell that an answer gives an overlap to."""
        claims = list(case.places[0].claims)
        size = shapely.area(self._scene.shapes[claims])
        if word in (LARGER, SMALLER):
            return claims[int(np.argmax(size) if word == LARGER else np.argmin(size))]
        return self._named(claims, word, case)

    def _taker(self, case: Case, place: Place, word: str) -> int:
        """The place of the grid that an answer gives a gap to; a new one for NEW."""
        beside = _beside(self._scene, place)
        if word == NEW or (word == NEIGHBOUR and not beside):
            return self._made(case, place, beside) if word == NEW else place.owner
        return beside[0] if word == NEIGHBOUR else self._named(beside, word, case)

    def _named(self, cells: Sequence[int], word: str, case: Case) -> int:
        """The one among cells that an answer names."""
        for cell in cells:
            if word == TO + called_code(self._scene.rows[cell]):
                return cell
        known = ", ".join(TO + called_code(self._scene.rows[cell]) for cell in cells)
        says = "%(answer)s is no answer to %(fault)s: choose one of %(known)s"
        raise BadInput.of(says, answer=word, fault=case.id, known=known or f"{KEEP}, {NEIGHBOUR}, {NEW}")

    def _made(self, case: Case, place: Place, beside: Sequence[int]) -> int:
        """The place of a new grid for a gap, under whoever keeps the ground or beside its first neighbour."""
        above = place.owner if place.owner >= 0 else int(self._scene.tree.parent[beside[0]]) if beside else -1
        if above < 0:
            says = "a new grid for %(fault)s would have no parent: give it to a neighbour, or leave it"
            raise BadInput.of(says, fault=case.id)
        holder = self._scene.rows[above]
        narrowest = max((row.tier for row in self._scene.rows[: self._scene.cells]), key=lambda tier: tier.rank)
        ours = Tier.MICRO if narrowest is Tier.SPECIAL else narrowest
        tier = ours if may_hold(holder.tier, ours) else Tier.SPECIAL
        name = f"{holder.name or holder.code} +{len(self._new) + 1}"
        self._new.append((GridRow("", name[:100], tier, holder.code, None, case.id), above))
        return len(self._scene.rows) + len(self._new) - 1

    def scene(self) -> Scene:
        """The scene with the answers in effect."""
        scene = self._scene
        if (self._owner == scene.cleaned.owner).all():
            return scene
        count = len(scene.rows) + len(self._new)
        own = regions(scene.cleaned.faces, self._owner, count)
        scene.tree.parent = np.append(scene.tree.parent, [above for _, above in self._new]).astype(np.int64)
        fresh = own[len(scene.rows) :]
        made = [replace(row, geom=shape) for (row, _), shape in zip(self._new, fresh, strict=True)]
        had = ~shapely.is_missing(scene.cleaned.own)
        lost = [scene.rows[cell] for cell in range(scene.cells) if had[cell] and own[cell] is None]
        return replace(
            scene,
            rows=[*scene.rows, *made],
            drawn=np.concatenate([scene.drawn, fresh]),
            shapes=np.concatenate([scene.shapes, fresh]),
            cleaned=replace(scene.cleaned, owner=self._owner, own=own),
            after=derived(own, scene.tree.parent),
            lost=[*scene.lost, *(vanished(row) for row in lost)],
        )
