"""An estimate of what an import will do to ground and households, from its files, in seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo_grid.checks.finding import errors_in
from geo_grid.intake.clean.estimate import Estimate, estimated
from geo_grid.intake.clean.step import nests_already, places_of_doors
from geo_grid.intake.coordinates import with_points
from geo_grid.intake.crs import into_county
from geo_grid.intake.fields import Noun, noun_of
from geo_grid.intake.grid_rows import drawn_rows, tier_of_name
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.read import Options
from geo_grid.intake.standing import Standing


def estimate(layers: Sequence[Layer], options: Options, standing: Standing) -> Estimate | None:
    """What the layers will do, nearly; None where findings come first, or nothing is to be mended."""
    try:
        grids, doors = _placed(layers, options, standing.srid)
        rows, findings = drawn_rows(grids, options.fields, options.tier)
    except Unreadable:
        return None
    if not rows or errors_in(findings) or (not standing.grids and nests_already(rows)):
        return None
    places = np.concatenate([standing.doors.at, *map(places_of_doors, doors)])
    return estimated(rows, options.repairs, standing, places)


def _placed(layers: Sequence[Layer], options: Options, srid: int) -> tuple[list[Layer], list[Layer]]:
    """The layers of grids and of households, in the county's CRS."""
    grids: list[Layer] = []
    doors: list[Layer] = []
    for layer in layers:
        has_tier = (options.tier or tier_of_name(layer.name)) is not None
        noun = noun_of(layer, layer.noun or options.noun, has_tier=has_tier, chosen=options.fields)
        placed = with_points(layer, options.fields, noun) if noun is Noun.HOUSEHOLDS else layer
        if noun in (Noun.GRIDS, Noun.HOUSEHOLDS) and placed.has_places:
            (grids if noun is Noun.GRIDS else doors).append(into_county(placed, srid, options.crs)[0])
    return grids, doors
