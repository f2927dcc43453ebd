"""The faults of layers, each with its place, its ground and the households it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.finding import Finding
from geo_grid.intake.coordinates import with_points
from geo_grid.intake.crs import into_county
from geo_grid.intake.crs_readings import is_degrees
from geo_grid.intake.crs_reference import Reference, reference_among, reference_of
from geo_grid.intake.crs_weigh import guess_crs
from geo_grid.intake.field_guess import guess_fields
from geo_grid.intake.fields import Noun, noun_of, values
from geo_grid.intake.geometries import ANY, check_geometries
from geo_grid.intake.grid_rows import tier_of_name
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.layer_told import columns_told
from geo_grid.intake.read import Options
from geo_grid.intake.standing import Standing
from geo_grid.intake.standing_shapes import speaks_of_standing, with_standing_shapes
from geo_grid.intake.validate.codes import code_faults, layer_faults, parent_faults
from geo_grid.intake.validate.drawn import Drawn, GridLayer, drawn_grids, parents_of
from geo_grid.intake.validate.ground import ground_faults
from geo_grid.intake.validate.places import coordinate_faults, far_faults, household_faults
from geo_grid.intake.validate.shapes import row_faults, shape_faults
from geo_grid.intake.validate.touched import Households
from geo_grid.intake.validate.words import WORDS, told
from geo_grid.intake.width import told_too_wide
from geo_grid.partition.chain import TooWide
from geo_grid.partition.lattice import Floats, Geometries


@dataclass
class _Sorted:
    """The layers by what they hold, in the county's CRS, and what was found on the way."""

    grids: list[GridLayer] = field(default_factory=list)
    households: list[tuple[Layer, list[str]]] = field(default_factory=list)
    sites: list[Layer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def validate(layers: Sequence[Layer], options: Options | None, net: Standing) -> list[Finding]:
    """Every fault of the layers, against one another and against what stands; nothing is written or repaired.

    The findings are in lon/lat. `gather` makes few of many.
    """
    given = _sorted(layers, options or Options(), net)
    households = Households(_doors(given, net))
    findings = given.findings
    if given.grids:
        drawn = drawn_grids(given.grids, net.grids)
        findings += _grid_faults(given.grids, drawn, households)
        leaves = _leaves(drawn)
    else:
        leaves = np.array([grid.own for grid in net.grids if grid.own is not None], dtype=object)
    for layer, codes in given.households:
        findings += household_faults(layer, codes, leaves)
    for layer in given.sites:
        findings += check_geometries(layer, ANY, "a geometry")
    return in_degrees(findings, net.srid)


def _sorted(layers: Sequence[Layer], options: Options, net: Standing) -> _Sorted:
    """The layers by noun, grids first; a layer that cannot be placed or understood is told and left out."""
    found = _Sorted()
    nouns = [(layer, noun) for layer in layers if (noun := _noun(layer, options, found)) is not None]
    reference = reference_of(net)
    for layer, noun in nouns:
        if noun is Noun.GRIDS:
            _place(layer, noun, options, reference, net, found)
    if not net.grids:
        drawn = reference_among([one.layer for one in found.grids])
        reference = replace(reference, ground=drawn.ground)
    for layer, noun in nouns:
        if noun is not Noun.GRIDS:
            _place(layer, noun, options, reference, net, found)
    return found


def _noun(layer: Layer, options: Options, found: _Sorted) -> Noun | None:
    """What a layer with places holds; None where it has none, and where it does not show, which is told."""
    found.findings += layer.findings
    has_tier = (options.tier or tier_of_name(layer.name)) is not None
    try:
        noun = noun_of(layer, layer.noun or options.noun, has_tier=has_tier, chosen=options.fields)
    except Unreadable:
        names = "、".join(list(layer.columns)[:12])
        found.findings.append(told("noun_unknown", layer.source, fields=names))
        return None
    found.findings += columns_told(layer, noun, options.fields)
    if noun is Noun.GRIDS:
        return noun
    has_places = noun is not Noun.WORKERS and _with_places(layer, noun, options).has_places
    return noun if has_places else None


def _with_places(layer: Layer, noun: Noun, options: Options) -> Layer:
    """The layer, with points where it is a table of coordinates."""
    return layer if noun is Noun.GRIDS else with_points(layer, options.fields, noun)


def _place(layer: Layer, noun: Noun, options: Options, reference: Reference, net: Standing, found: _Sorted) -> None:
    """Put one layer where it belongs, in the county's CRS; what cannot be placed is told."""
    layer = _with_places(layer, noun, options)
    if speaks_of_standing(layer, noun):
        standing = {grid.code: grid.geom for grid in net.grids if grid.geom is not None}
        moved = with_standing_shapes(layer, noun, options.fields, net.srid, lambda _: standing)
        if moved.has_places:
            found.grids.append(GridLayer(moved, guess_fields(layer, noun, options.fields), options.tier))
        return
    guess = guess_crs(layer, net.srid, reference, options.crs)
    crs = options.crs or (layer.crs if guess.chosen is None or layer.crs_told else guess.chosen.crs)
    found.findings += [*guess.findings, *coordinate_faults(layer, in_degrees=is_degrees(crs))]
    if crs is None:
        return
    try:
        moved, findings = into_county(layer, net.srid, None if crs == layer.crs else crs)
    except Unreadable as wrong:
        hint = WORDS["unreadable"][1]
        found.findings.append(Finding.of("unreadable", layer.source, wrong.says, hint, facts=wrong.facts))
        return
    found.findings += [*findings, *far_faults(moved)]
    fields = guess_fields(layer, noun, options.fields)
    if noun is Noun.GRIDS:
        found.grids.append(GridLayer(moved, fields, options.tier))
    elif noun is Noun.HOUSEHOLDS:
        found.households.append((moved, values(moved, fields.taken, "code") or [""] * len(moved)))
    else:
        found.sites.append(moved)


def _doors(given: _Sorted, net: Standing) -> Floats:
    """The points of the households in the files, and of those that stand and are not in them."""
    codes = {code for _, texts in given.households for code in texts}
    kept = [row for row, code in enumerate(net.doors.codes) if code not in codes]
    points = [net.doors.at[kept]]
    for layer, _ in given.households:
        shapes = layer.shapes()
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        points.append(shapely.get_coordinates(shapely.point_on_surface(shapes[there])))
    return np.concatenate(points)


def _grid_faults(layers: Sequence[GridLayer], drawn: Drawn, households: Households) -> list[Finding]:
    """Everything that is wrong with the grids."""
    findings: list[Finding] = []
    for place, layer in enumerate(layers):
        rows = np.flatnonzero(drawn.source == place)
        findings += layer_faults(layer, rows, drawn)
        findings += row_faults(layer.layer, drawn, rows, households)
    findings += code_faults(drawn, households)
    parent, lost = parents_of(drawn)
    findings += parent_faults(drawn, parent, lost, households)
    findings += shape_faults(drawn, households)
    try:
        findings += ground_faults(drawn, parent, households)
    except TooWide as wrong:
        findings.append(told_too_wide(wrong))
    return findings


def _leaves(drawn: Drawn) -> Geometries:
    """The ground of all grids of the narrowest kind: a household in none of them lies in no grid."""
    return np.asarray(drawn.shapes[~shapely.is_missing(drawn.shapes)], dtype=object)
