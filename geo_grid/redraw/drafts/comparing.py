"""Two drafts side by side, or a draft and the net in force: the grids that differ, their figures and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from sqlalchemy import Connection

from geo_grid.access import Actor
from geo_grid.redraw.drafts.desk import read_draft, sheet_of
from geo_grid.redraw.drafts.model import ComparedMap, Comparison, Difference
from geo_grid.redraw.drafts.replay import replay
from geo_grid.redraw.sheet import GridEffect, Preview
from geo_grid.vocabulary import LEAF_TIERS

#: Crumbs between two lines that mean the same one: narrower than a metre, in degrees.
_CRUMB = 0.5 / 111_200
_LEAVES = frozenset(tier.code for tier in LEAF_TIERS)
_SWAPPED = {"new": "gone", "gone": "new"}


def compare(conn: Connection, a: int, b: int | None, actor: Actor) -> Comparison:
    """Where two drafts leave grids differently; `b` None compares with the net in force."""
    first = sheet_of(conn, replay(conn, read_draft(conn, a, actor).standing))
    second = None if b is None else sheet_of(conn, replay(conn, read_draft(conn, b, actor).standing))
    mine, yours = _by_code(first), _by_code(second)
    grids = tuple(
        effect for code in sorted({*mine, *yours}) if (effect := _apart(mine.get(code), yours.get(code))) is not None
    )
    differences = tuple(Difference(one.code, one.after, one.before) for one in grids)
    households, persons = _households_apart(first, second)
    codes = {one.code for one in grids}
    return Comparison(differences, first, second, grids, households, persons, lambda: _drawn(first, second, codes))


def _apart(one: GridEffect | None, other: GridEffect | None) -> GridEffect | None:
    """A grid as the second side leaves it, then as the first does; None where both leave it alike."""
    if other is None:
        assert one is not None  # noqa: S101 - a grid is here because one side changes it
        return one if one.before != one.after or one.change in {"name", "parent"} else None
    if one is None:
        change = _SWAPPED.get(other.change, other.change)
        found = replace(other, change=change, before=other.after, after=other.before)
        return found if found.before != found.after or change in {"name", "parent"} else None
    if one.after == other.after and (one.name, one.parent) == (other.name, other.parent):
        return None
    return replace(one, change=_change(one, other), before=other.after)


def _change(one: GridEffect, other: GridEffect) -> str:
    """What sets two effects on one grid apart."""
    if one.after is None or other.after is None:
        return "gone" if one.after is None else "new"
    shapes = [(side.after.area_m2, side.after.perimeter_m) for side in (one, other) if side.after is not None]
    if shapes[0] != shapes[1]:
        return "derived" if one.change == other.change == "derived" else "ground"
    if one.parent != other.parent:
        return "parent"
    return "name" if one.name != other.name else "derived"


def _by_code(sheet: Preview | None) -> dict[str, GridEffect]:
    """The effects of a sheet by grid."""
    return {} if sheet is None else {effect.code: effect for effect in sheet.grids}


def _households_apart(first: Preview, second: Preview | None) -> tuple[int, int]:
    """How many households, with how many persons, lie in another grid on one side than on the other."""
    mine = {door.code: door for door in first.households}
    yours = {} if second is None else {door.code: door for door in second.households}
    apart = []
    for code in {*mine, *yours}:
        one, other = mine.get(code), yours.get(code)
        if one is None or other is None or one.target != other.target:
            apart.append(one or other)
    return len(apart), sum(door.persons or 0 for door in apart if door is not None)


def _drawn(first: Preview, second: Preview | None, codes: set[str]) -> ComparedMap:
    """Both sides of the grids that differ, and the ground that belongs to different leaves."""
    a = _side(first, second, codes)
    b = _side(second, first, codes)
    return ComparedMap(_collection(a), _collection(b), _collection(_ground(a, b)))


def _side(sheet: Preview | None, other: Preview | None, codes: set[str]) -> list[Mapping[str, Any]]:
    """The grids as a side leaves them: what it changes, and what only the other side changes as the net has it."""
    mine = set(_by_code(sheet))
    own = [] if sheet is None else sheet.map.after["features"]
    live = [] if other is None else other.map.before["features"]
    return [
        *(feature for feature in own if feature["id"] in codes),
        *(feature for feature in live if feature["id"] in codes - mine),
    ]


def _ground(a: list[Mapping[str, Any]], b: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The ground that lies in another leaf on the first side than on the second; `source` is the second side's."""
    ours, theirs = _leaves(a), _leaves(b)
    found = []
    for code, ground in ours.items():
        same = theirs.get(code)
        moved = ground if same is None else shapely.difference(ground, same)
        found += [
            _piece(source, code, shapely.intersection(moved, other))
            for source, other in theirs.items()
            if source != code and other.intersects(moved)
        ]
        found.append(_piece("", code, shapely.difference(moved, shapely.union_all(list(theirs.values())))))
    taken = shapely.union_all(list(ours.values()))
    found += [_piece(code, "", shapely.difference(ground, taken)) for code, ground in theirs.items()]
    return [one for one in found if one is not None]


def _leaves(features: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The shapes of the leaves among features, by code."""
    return {
        str(feature["id"]): shape(feature["geometry"])
        for feature in features
        if feature["properties"]["tier"] in _LEAVES and feature.get("geometry")
    }


def _piece(source: str, target: str, ground: Any) -> dict[str, Any] | None:
    """A piece of ground as a feature; None for crumbs."""
    parts = [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    wide = [part for part in parts if part.area > _CRUMB * part.length / 2]
    if not wide:
        return None
    geometry = mapping(shapely.multipolygons(wide))
    return {"type": "Feature", "properties": {"source": source, "target": target}, "geometry": geometry}


def _collection(features: list[Any]) -> dict[str, Any]:
    """Features as a collection."""
    return {"type": "FeatureCollection", "features": features}
