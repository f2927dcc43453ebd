"""Which column of a layer is which of our fields, by the names people give columns and by what stands in them."""

from __future__ import annotations

from collections.abc import Mapping

from geo_grid.intake.field_map import FieldChoice, FieldGuess
from geo_grid.intake.fields import Noun, field_map
from geo_grid.intake.layer import Layer


def guess_fields(layer: Layer, noun: Noun, chosen: Mapping[str, str]) -> FieldGuess:
    """The guess for a layer that holds a noun; `chosen` (ours to theirs) is what the user said already."""
    found = field_map(layer, noun, chosen)
    choices = tuple(FieldChoice(ours, column, "certain", "by_name", "") for ours, column in found.items())
    return FieldGuess(noun.value, None, choices)
