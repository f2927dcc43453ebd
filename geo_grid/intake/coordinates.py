"""Tables that hold two coordinates in columns, as layers of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.intake.fields import Noun, field_map, noun_of
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.partition.lattice import Floats

#: Why a row of a table of coordinates has no place, for translating.
NO_COORDINATES = "its two coordinates are no numbers"
#: The nouns whose rows can lie at two coordinates.
AT_POINTS = (Noun.HOUSEHOLDS, Noun.RISK_SITES, Noun.FACILITIES)


def with_points(layer: Layer, chosen: Mapping[str, str], noun: Noun) -> Layer:
    """A table with coordinates in columns as a layer of points; any other layer as it is.

    Degrees are lon/lat unless somebody says otherwise. Of metres a table never says in which CRS they are.
    """
    fields = field_map(layer, noun, chosen) if noun in AT_POINTS and not layer.has_places else {}
    if not {"x", "y"} <= set(fields):
        return layer
    geometry: npt.NDArray[Any] = np.full(len(layer), None, dtype=object)
    broken = {}
    for row, (x, y) in enumerate(zip(layer.columns[fields["x"]], layer.columns[fields["y"]], strict=True)):
        try:
            geometry[row] = shapely.Point(float(x), float(y))
        except ValueError:
            broken[row + 1] = NO_COORDINATES
    said = layer.crs or ("OGC:CRS84" if _are_degrees(shapely.get_coordinates(geometry)) else None)
    return replace(layer, geometry=geometry, crs=said, broken=broken)


def placed_by_columns(layer: Layer, chosen: Mapping[str, str], noun: str | None) -> Layer:
    """The layer with points from its columns where it shows what it holds, or somebody said so; else as it is."""
    if layer.has_places:
        return layer
    try:
        return with_points(layer, chosen, noun_of(layer, layer.noun or noun, has_tier=False, chosen=chosen))
    except Unreadable:
        return layer


def _are_degrees(at: Floats) -> bool:
    """Whether most of the coordinates (n, 2) are as small as degrees; a few are slips of the hand."""
    return len(at) == 0 or float((np.abs(at) <= 180).all(axis=1).mean()) > 0.5
