"""An estimate of what an import will do to ground and households, from its files, in seconds."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geo_grid.checks.finding import errors_in
from geo_grid.intake.clean.estimate import Estimate, estimated
from geo_grid.intake.clean.step import homes, nests_already
from geo_grid.intake.coordinates import with_points
from geo_grid.intake.crs import into_county
from geo_grid.intake.fields import Noun, noun_of
from geo_grid.intake.grid_rows import GridRow, drawn_rows, tier_of_name
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.read import Options
from geo_grid.intake.retire.grids import surrounded
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
    places, leaving = homes(standing, doors, options.fields), _leaving(rows, options, standing)
    return estimated(rows, options.repairs, standing, places, leaving)


def _leaving(rows: Sequence[GridRow], options: Options, standing: Standing) -> set[str]:
    """The codes of the standing grids that are to be retired."""
    words = options.retiring
    tiers, given = {row.tier for row in rows}, {row.code for row in rows}
    missing = [grid for grid in standing.grids if grid.tier in tiers and grid.code not in given]
    if not missing or not words.touches("grids"):
        return set()
    west, south, east, north = shapely.bounds([grid.geom for grid in missing]).T
    middles = zip(((west + east) / 2).tolist(), ((south + north) / 2).tolist(), strict=True)
    inside = surrounded(rows, dict(zip([grid.code for grid in missing], middles, strict=True)))
    named = [(grid, grid.code in inside) for grid in missing]
    return {grid.code for grid, here in named if words.takes("grids", grid.tier.code, grid.code, within=here)}


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
