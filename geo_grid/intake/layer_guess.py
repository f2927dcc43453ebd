"""What a layer seems to hold: its noun, its tier, and its fields beside the codes and names that stand."""

from __future__ import annotations

from dataclasses import replace

from geo_grid.intake.field_guess import NOTHING_KNOWN, Known, guess_fields
from geo_grid.intake.field_map import FieldGuess
from geo_grid.intake.fields import Noun, noun_of
from geo_grid.intake.grid_rows import tier_of_name
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.read import Options
from geo_grid.intake.standing import Standing


def guess_layer(layer: Layer, options: Options, standing: Standing | None) -> FieldGuess:
    """The guess for a layer; its noun is None where nothing shows it, and then nothing else is guessed."""
    tier = options.tier or tier_of_name(layer.name)
    try:
        noun = noun_of(layer, layer.noun or options.noun, has_tier=tier is not None, chosen=options.fields)
    except Unreadable:
        return FieldGuess(None, None, unused=tuple(layer.columns))
    guess = guess_fields(layer, noun, options.fields, known_of(standing) if noun is Noun.GRIDS else NOTHING_KNOWN)
    return guess if guess.tier is not None or noun is not Noun.GRIDS else replace(guess, tier=tier)


def known_of(standing: Standing | None) -> Known:
    """The codes and names that stand."""
    if standing is None:
        return NOTHING_KNOWN
    return Known(frozenset(grid.code for grid in standing.grids), frozenset(grid.name for grid in standing.grids))
