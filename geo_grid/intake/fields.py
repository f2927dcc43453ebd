"""Which column of a file is which of our fields, by the names that people give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from geo_grid.errors import BadInput
from geo_grid.intake.field_guess import guess_fields, named_columns
from geo_grid.intake.field_names import KNOWN, Noun, forms, plain
from geo_grid.intake.layer import Layer, Unreadable

__all__ = ["KNOWN", "Noun", "check_choices", "field_map", "noun_of", "values"]

#: A field that only this noun has, so that seeing it settles what the layer holds.
_TELLING = {
    Noun.WORKERS: ("role",),
    Noun.GRIDS: ("tier", "parent"),
    Noun.HOUSEHOLDS: ("persons", "contact"),
    Noun.RISK_SITES: ("kind",),
    Noun.FACILITIES: ("level",),
}


def field_map(layer: Layer, noun: Noun, chosen: Mapping[str, str]) -> dict[str, str]:
    """The column of each of our fields that the layer has; `chosen` (ours to theirs) takes the place of guesses.

    Columns are found by the names people give them, else by what stands in them where that is likely.
    """
    return guess_fields(layer, noun, chosen).taken


def noun_of(layer: Layer, said: str | None, *, has_tier: bool, chosen: Mapping[str, str]) -> Noun:
    """What the layer holds, by its fields and the kind of its geometries. Raises `Unreadable` when it does not show."""
    if said is not None:
        return Noun(said)
    maps = {noun: named_columns(layer, noun, _own(chosen, noun)) for noun in Noun}
    kinds = _geometry_kinds(layer)
    if kinds and (has_tier or "parent" in maps[Noun.GRIDS]):
        return Noun.GRIDS
    order: tuple[Noun, ...] = (Noun.HOUSEHOLDS, Noun.RISK_SITES, Noun.FACILITIES, Noun.GRIDS)
    if not kinds and "x" in maps[Noun.HOUSEHOLDS]:
        order = (Noun.WORKERS, *order[:3])
    elif not kinds:
        # Tables of these speak of what stands: see `intake.standing_shapes`.
        order = (Noun.WORKERS, Noun.GRIDS, Noun.HOUSEHOLDS, Noun.RISK_SITES)
    elif "Polygon" in kinds:
        order = (Noun.GRIDS, Noun.RISK_SITES)
    for noun in order:
        if any(field in maps[noun] for field in _TELLING[noun]):
            return noun
    if "Polygon" in kinds and ("code" in maps[Noun.GRIDS] or "name" in maps[Noun.GRIDS]):
        return Noun.GRIDS
    if "Polygon" in kinds and {"code", "name"} & set(field_map(layer, Noun.GRIDS, _own(chosen, Noun.GRIDS))):
        return Noun.GRIDS
    if _are_households(kinds, maps[Noun.HOUSEHOLDS]):
        return Noun.HOUSEHOLDS
    names = "、".join(list(layer.columns)[:12]) or "none"
    raise Unreadable(
        layer.source,
        "its fields (%(fields)s) do not show what it holds: name them with --field ours=theirs",
        fields=names,
    )


def check_choices(layers: Sequence[Layer], chosen: Mapping[str, str]) -> None:
    """Raises `BadInput` for a choice that names no field of ours, or a column that no layer has."""
    ours = {field for fields in KNOWN.values() for field in fields}
    columns = {plain(column): column for layer in layers for column in layer.columns}
    for field, theirs in chosen.items():
        if field not in ours:
            known = ", ".join(sorted(ours))
            raise BadInput.of(
                "there is no field %(field)s of ours: --field takes one of %(known)s", field=field, known=known
            )
        if not any(form in columns for form in forms(theirs)):
            there = ", ".join(columns.values())
            raise BadInput.of(
                "there is no field %(theirs)s in the files to be %(field)s: they have %(there)s",
                theirs=theirs,
                field=field,
                there=there,
            )


def values(layer: Layer, fields: Mapping[str, str], ours: str) -> list[str] | None:
    """The texts of one of our fields, None when the layer has no such column."""
    column = fields.get(ours)
    return None if column is None else [text.strip() for text in layer.columns[column]]


def _are_households(kinds: set[str], named: Mapping[str, str]) -> bool:
    """Whether rows without a telling field are households: points with addresses, or codes called a household's."""
    if kinds:
        return "Point" in kinds and {"code", "address"} <= set(named)
    own, any_code = (
        {form for name in KNOWN[noun]["code"] for form in forms(name)} for noun in (Noun.HOUSEHOLDS, Noun.FACILITIES)
    )
    return plain(named.get("code", "")) in own - any_code


def _own(chosen: Mapping[str, str], noun: Noun) -> dict[str, str]:
    """The part of a user's choices that the noun knows."""
    return {ours: theirs for ours, theirs in chosen.items() if ours in KNOWN[noun]}


def _geometry_kinds(layer: Layer) -> set[str]:
    """Which of Point, LineString and Polygon the layer holds; empty for a table."""
    if layer.geometry is None:
        return {"Point"} if layer.points is not None else set()
    kinds = {0: "Point", 4: "Point", 1: "LineString", 2: "LineString", 5: "LineString", 3: "Polygon", 6: "Polygon"}
    present = {int(kind) for kind in set(shapely.get_type_id(layer.geometry).tolist())}
    return {kinds.get(kind, "Point") for kind in present if kind >= 0} or {"Polygon"}
