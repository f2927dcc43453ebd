"""From a layer's CRS to the county's, and onto the lattice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.crs_way import parsed, way_into
from geo_grid.intake.crs_zones import named_zone, well_inside
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.partition import to_lattice
from geo_grid.partition.lattice import Floats, snap

if TYPE_CHECKING:
    from pyproj import CRS

#: No coordinate of a projected CRS is larger; what a projection cannot reach comes out as infinite.
FARTHEST_M = 1e8

#: What to do where nobody publishes the shift between two datums: once somebody has named the CRS, and before.
_NO_SHIFT = "the shift from %(crs)s to EPSG:%(srid)d is not known: positions may be off by 100 m and more"
_SHIFT_KNOWN = (
    "give three or more control points (--crs 'points:x,y>X,Y;…'), or have it transformed by who has the parameters"
)
_SHIFT_UNKNOWN = (
    "give control points (--crs 'points:x,y>X,Y;…'), have it transformed, or accept the error by naming the CRS (--crs)"
)
#: What this file says, for translating.
SENTENCES = (_NO_SHIFT, _SHIFT_KNOWN, _SHIFT_UNKNOWN)


def into_county(layer: Layer, srid: int, crs: str | None) -> tuple[Layer, list[Finding]]:
    """The layer in the county's CRS and on the lattice, and what to say about the way there.

    `crs` is the user's word and wins over the file's. Raises `Unreadable` when nothing says what the CRS is.
    """
    if not layer.has_places:
        return layer, []
    said = crs or layer.crs
    if said is None:
        raise Unreadable(layer.source, "the file does not say its CRS (no .prj): say it with --crs, as --crs EPSG:4546")
    findings: list[Finding] = []
    if not _same(said, srid):
        layer, findings = _transformed(layer, said, srid, told=crs is not None or layer.crs_told)
    layer = _sound(layer)
    _check_place(layer, srid)
    return replace(layer, crs=f"EPSG:{srid}"), findings


def county_crs(srid: int) -> CRS:
    """The county's CRS."""
    from pyproj import CRS

    return CRS.from_epsg(srid)


@lru_cache(maxsize=64)
def _same(said: str, srid: int) -> bool:
    """Whether the text names the county's own CRS."""
    if said == f"EPSG:{srid}" or named_zone(said) == srid:
        return True
    theirs, ours = parsed(said), county_crs(srid)
    if theirs is None:
        return False
    return bool(theirs.equals(ours, ignore_axis_order=True) or theirs.to_epsg(70) == srid)


def _transformed(layer: Layer, said: str, srid: int, *, told: bool) -> tuple[Layer, list[Finding]]:
    """The layer in the county's CRS, and what to say where the datums' relation is not known.

    Nobody `told` us that CRS: then the file must not come in before somebody has.
    """
    from pyproj.exceptions import CRSError, ProjError

    try:
        way = way_into(said, srid)
        if way is None:
            raise Unreadable(layer.source, "its CRS cannot be understood: say it with --crs, as --crs EPSG:4546")
        moved = _moved(layer, way.step)
    except (CRSError, ProjError) as wrong:
        raise Unreadable(
            layer.source, "it cannot be brought into EPSG:%(srid)s: check its .prj or --crs", srid=srid
        ) from wrong
    return moved, [_datum_unknown(layer, way.name, srid, told=told)] if way.ballpark else []


def _datum_unknown(layer: Layer, name: str, srid: int, *, told: bool) -> Finding:
    """The finding that nobody publishes the shift between two datums."""
    hint = _SHIFT_KNOWN if told else _SHIFT_UNKNOWN
    facts = {"crs": name, "srid": srid}
    return Finding.of(
        "datum_unknown", layer.source, _NO_SHIFT, hint, severity="warning" if told else "error", facts=facts
    )


def _moved(layer: Layer, step: Callable[[Floats], Floats]) -> Layer:
    """The layer with each coordinate (n, 2) moved."""
    if layer.points is not None:
        return replace(layer, points=step(layer.points))
    return replace(layer, geometry=shapely.transform(shapely.force_2d(layer.geometry), step))


def _sound(layer: Layer) -> Layer:
    """The layer on the lattice; shapes with a coordinate that is no place are gone, and told in `broken`."""
    if layer.points is not None and (np.abs(layer.points) < FARTHEST_M).all():
        return replace(layer, points=snap(layer.points))
    geometry = layer.shapes()
    coords, owner = shapely.get_coordinates(geometry, return_index=True)
    lost = np.unique(owner[~(np.abs(coords) < FARTHEST_M).all(axis=1)])
    broken = layer.broken | {int(row) + 1: "a coordinate is no place in its CRS" for row in lost}
    if len(lost):
        geometry = geometry.copy()
        geometry[lost] = None
    return replace(layer, points=None, geometry=to_lattice(geometry), broken=broken)


def _check_place(layer: Layer, srid: int) -> None:
    """Raises when nothing of the layer lies where the county's CRS is made for."""
    west, south, east, north = _bounds(layer)
    if np.isnan(west) and layer.broken:
        raise Unreadable(layer.source, "none of it lies where its CRS is made for: check its .prj or --crs")
    if well_inside(west, south, east, north, srid):
        return
    box = _box_of_use(srid)
    if west > box[2] or east < box[0] or south > box[3] or north < box[1]:
        says = (
            "it lies outside the area of the county's CRS EPSG:%(srid)s (x %(west)s to %(east)s, y %(south)s to"
            " %(north)s there): check its .prj or --crs"
        )
        at = {"west": f"{west:.0f}", "east": f"{east:.0f}", "south": f"{south:.0f}", "north": f"{north:.0f}"}
        raise Unreadable(layer.source, says, srid=srid, **at)


def _bounds(layer: Layer) -> tuple[float, float, float, float]:
    """The box around all places; NaN when there is none."""
    if layer.points is not None and len(layer.points):
        return (*layer.points.min(axis=0), *layer.points.max(axis=0))
    west, south, east, north = shapely.total_bounds(layer.shapes())
    return west, south, east, north


@lru_cache(maxsize=8)
def _box_of_use(srid: int) -> tuple[float, float, float, float]:
    """The box, in the county's CRS, of the area that the CRS is made for, and three degrees around."""
    from pyproj import Transformer

    ours = county_crs(srid)
    if ours.area_of_use is None:
        return -FARTHEST_M, -FARTHEST_M, FARTHEST_M, FARTHEST_M
    west, south, east, north = ours.area_of_use.bounds
    # From its own degrees: looking for a way between datums takes most of a second.
    way = Transformer.from_crs(ours.geodetic_crs, ours, always_xy=True)
    left, bottom, right, top = way.transform_bounds(west - 3, max(south - 3, -89), east + 3, min(north + 3, 89))
    return left, bottom, right, top
