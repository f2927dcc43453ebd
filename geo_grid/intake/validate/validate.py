"""The faults of layers, each with its place, its ground and the households it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.finding import Finding
from geo_grid.intake.crs import into_county
from geo_grid.intake.field_guess import guess_fields
from geo_grid.intake.fields import Noun, noun_of, values
from geo_grid.intake.geometries import ANY, check_geometries
from geo_grid.intake.grid_rows import tier_of_name
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.read import Options
from geo_grid.intake.standing import Standing
from geo_grid.intake.validate.codes import code_faults, layer_faults, parent_faults
from geo_grid.intake.validate.drawn import Drawn, GridLayer, drawn_grids, parents_of
from geo_grid.intake.validate.ground import ground_faults
from geo_grid.intake.validate.places import coordinate_faults, far_faults, household_faults
from geo_grid.intake.validate.shapes import row_faults, shape_faults
from geo_grid.intake.validate.touched import Households
from geo_grid.intake.validate.words import told
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
    """The layers by noun; a layer that cannot be placed or understood is told and left out."""
    found = _Sorted()
    for layer in layers:
        found.findings += layer.findings
        try:
            _sort(layer, options, net, found)
        except Unreadable as wrong:
            reason = str(wrong).removeprefix(f"{layer.source}: ")
            found.findings.append(told("unreadable", layer.source, reason=reason))
    return found


def _sort(layer: Layer, options: Options, net: Standing, found: _Sorted) -> None:
    """Put one layer where it belongs. Raises `Unreadable`."""
    has_tier = (options.tier or tier_of_name(layer.name)) is not None
    noun = noun_of(layer, layer.noun or options.noun, has_tier=has_tier, chosen=options.fields)
    if noun is Noun.WORKERS or not layer.has_places:
        return
    found.findings += coordinate_faults(layer, in_degrees=_is_geographic(options.crs or layer.crs))
    moved, findings = into_county(layer, net.srid, options.crs)
    found.findings += [*findings, *far_faults(moved)]
    fields = guess_fields(layer, noun, options.fields)
    if noun is Noun.GRIDS:
        found.grids.append(GridLayer(moved, fields, options.tier))
    elif noun is Noun.HOUSEHOLDS:
        found.households.append((moved, values(moved, fields.taken, "code") or [""] * len(moved)))
    else:
        found.sites.append(moved)


def _is_geographic(said: str | None) -> bool:
    """Whether a CRS is one of degrees."""
    try:
        return said is not None and CRS.from_user_input(said).is_geographic
    except CRSError:
        return False


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
        findings.append(told("unreadable", "the files", reason=str(wrong)))
    return findings


def _leaves(drawn: Drawn) -> Geometries:
    """The ground of all grids of the narrowest kind: a household in none of them lies in no grid."""
    return np.asarray(drawn.shapes[~shapely.is_missing(drawn.shapes)], dtype=object)
