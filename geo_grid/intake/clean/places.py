"""Where cleaning changed anything: faces gathered into places of one kind, each with its ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.intake.clean.place import Place
from geo_grid.intake.clean.scene import Scene
from geo_grid.partition.clean import Cleaned
from geo_grid.partition.lattice import SCALE, Floats, Integers
from geo_grid.partition.pieces import pieces

#: The kinds a face can be of; 0 is ground that stays with whoever drew it.
_SAME, _CRACK, _DOUBLE, _SPECIAL, _GAP, _CRUMB, _LED = range(7)


def places_of(scene: Scene) -> list[Place]:
    """Every place where the ground does not simply stay with the one grid that was drawn around it, or that has it."""
    cleaned = scene.cleaned
    kind = _kinds(scene)
    area = shapely.area(cleaned.faces.shape)
    claim = _numbered(cleaned.claims)
    apart = np.where(kind == _DOUBLE, claim, cleaned.owner)
    piece = _pieces(cleaned, kind, apart)
    rows = np.flatnonzero(kind != _SAME)
    order = rows[np.argsort(piece[rows], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(piece[order])) + 1) if len(order) else []
    found = [_place(scene, group, int(kind[group[0]]), area) for group in groups]
    return [place for place in found if not _stood_so(scene, place)]


def _stood_so(scene: Scene, place: Place) -> bool:
    """Whether the ground is bare as it has been: whoever keeps it holds it already, to the lattice."""
    stood = scene.stood.get(place.owner) if place.kind == "gap" else None
    if stood is None:
        return False
    beyond = shapely.difference(ground_of(scene, place.faces), stood)
    return bool(shapely.area(beyond) <= shapely.length(beyond) / SCALE)


def _kinds(scene: Scene) -> Integers:
    """The kind of every face."""
    cleaned = scene.cleaned
    kind = np.zeros(len(cleaned.owner), dtype=np.int64)
    claimed = np.array([len(claims) for claims in cleaned.claims], dtype=np.int64)
    bare = claimed == 0
    kind[bare & (cleaned.owner >= 0) & (cleaned.owner < scene.cells)] = _CRACK
    kind[bare & (cleaned.owner >= scene.cells)] = _GAP
    kind[cleaned.left_out] = _GAP
    peers = [row.tier for row in scene.rows[: scene.cells]]
    for face in np.flatnonzero(claimed > 1).tolist():
        tiers = [peers[cell] for cell in cleaned.claims[face]]
        kind[face] = _DOUBLE if len(set(tiers)) < len(tiers) else _SPECIAL
    kind[cleaned.led] = _LED
    kind[cleaned.joined] = _CRUMB
    return kind


def _numbered(claims: Sequence[tuple[int, ...]]) -> Integers:
    """A number for each different set of claims."""
    numbers: dict[tuple[int, ...], int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in claims], dtype=np.int64)


def _pieces(cleaned: Cleaned, kind: Integers, apart: Integers) -> Integers:
    """The number of the connected piece of one kind that each face belongs to."""
    faces = cleaned.faces
    inner = np.flatnonzero((faces.left >= 0) & (faces.right >= 0))
    left, right = faces.left[inner], faces.right[inner]
    same = (kind[left] == kind[right]) & (apart[left] == apart[right])
    count = len(kind)
    return pieces(count, left[same], right[same])


def _place(scene: Scene, group: Integers, kind: int, area: Floats) -> Place:
    """One place, an overlap told apart from a sliver by its width."""
    cleaned = scene.cleaned
    total = float(area[group].sum())
    names = {_CRACK: "crack", _SPECIAL: "special", _GAP: "gap", _CRUMB: "crumb", _DOUBLE: "sliver", _LED: "led"}
    name = names[kind]
    if kind in (_DOUBLE, _SPECIAL):
        wide = 2 * np.sqrt(total / np.pi) > scene.thin_m and not shapely.is_empty(
            shapely.buffer(ground_of(scene, group), -scene.thin_m / 2, quad_segs=2)
        )
        name = ("overlap" if kind == _DOUBLE else "special") if wide else "sliver"
    return Place(name, group, int(cleaned.owner[group[0]]), cleaned.claims[int(group[0])], total)


def ground_of(scene: Scene, faces: Integers) -> Any:
    """The ground of some faces as one geometry."""
    shapes = scene.cleaned.faces.shape[faces]
    return shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)
