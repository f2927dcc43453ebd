"""Tables without shapes that speak of what stands: each row gets the shape that its code has in the county."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.layer import Layer, nothing

#: What can be named, moved in the tree or described again in a spreadsheet, which has no room for its shape.
SPOKEN_OF = (Noun.GRIDS, Noun.HOUSEHOLDS, Noun.RISK_SITES)

#: Why a row has no shape, for translating.
NEW_HERE = "nothing stands under its code, and a table without shapes can only speak of what stands"


def speaks_of_standing(layer: Layer, noun: Noun) -> bool:
    """Whether the layer is a table of things that may stand with their shapes."""
    return noun in SPOKEN_OF and not layer.has_places


def with_standing_shapes(
    layer: Layer,
    noun: Noun,
    chosen: Mapping[str, str],
    srid: int,
    shapes_of: Callable[[Iterable[str]], Mapping[str, Any]],
) -> Layer:
    """The table with the shapes that stand, in the county's CRS; rows without one are told in `broken`.

    `shapes_of` gives the standing shapes by their codes. A table without codes stays as it is.
    """
    codes = values(layer, field_map(layer, noun, chosen), "code")
    if codes is None:
        return layer
    standing = shapes_of(set(codes))
    geometry = nothing(len(layer))
    for row, code in enumerate(codes):
        geometry[row] = standing.get(code)
    broken = {row + 1: NEW_HERE for row, code in enumerate(codes) if code not in standing}
    return replace(layer, geometry=geometry, crs=f"EPSG:{srid}", crs_told=True, broken=broken)
