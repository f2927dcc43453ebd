"""From a layer's CRS to the county's, and onto the lattice."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.partition import to_lattice


def into_county(layer: Layer, srid: int, crs: str | None) -> tuple[Layer, list[Finding]]:
    """The layer in the county's CRS and on the lattice, and what to say about the way there.

    `crs` is the user's word and wins over the file's. Raises `Unreadable` when nothing says what the CRS is.
    """
    if layer.geometry is None:
        return layer, []
    said = crs or layer.crs
    if said is None:
        raise Unreadable(layer.source, "the file does not say its CRS (no .prj): say it with --crs, as --crs EPSG:4546")
    theirs = _parsed(said)
    if theirs is None:
        raise Unreadable(layer.source, "its CRS cannot be understood: say it with --crs, as --crs EPSG:4546")
    geometry = layer.geometry
    findings: list[Finding] = []
    if not _same(said, srid):
        geometry, findings = _transformed(layer, theirs, srid)
    return replace(layer, geometry=_snapped(geometry), crs=f"EPSG:{srid}"), findings


def county_crs(srid: int) -> CRS:
    """The county's CRS."""
    return CRS.from_epsg(srid)


@lru_cache(maxsize=64)
def _parsed(said: str) -> CRS | None:
    """The CRS that a text names."""
    try:
        return CRS.from_user_input(said)
    except CRSError:
        return None


@lru_cache(maxsize=64)
def _same(said: str, srid: int) -> bool:
    """Whether the text names the county's own CRS."""
    theirs, ours = _parsed(said), county_crs(srid)
    if theirs is None:
        return False
    return said == f"EPSG:{srid}" or theirs.equals(ours, ignore_axis_order=True) or theirs.to_epsg(70) == srid


def _transformed(layer: Layer, theirs: CRS, srid: int) -> tuple[npt.NDArray[Any], list[Finding]]:
    """The geometries in the county's CRS, with a warning when the datums' relation is not known."""
    try:
        way = Transformer.from_crs(theirs, county_crs(srid), always_xy=True)
        geometry = shapely.transform(shapely.force_2d(layer.geometry), lambda at: np.column_stack(way.transform(*at.T)))
    except (CRSError, ProjError) as wrong:
        raise Unreadable(layer.source, f"{theirs.name} cannot be brought into EPSG:{srid}: check --crs") from wrong
    if "ballpark" not in way.description.lower():
        return geometry, []
    message = f"the shift from {theirs.name} to EPSG:{srid} is not known: positions may be off by 100 m and more"
    warning = Finding(
        "datum_unknown", layer.source, message, "transform it with your own parameters", severity="warning"
    )
    return geometry, [warning]


def _snapped(geometry: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The geometries on the lattice; those with a coordinate that is no number are left for the checks."""
    points = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
    if points.all():
        from geo_grid.partition.lattice import snap

        at = snap(shapely.get_coordinates(geometry))
        if len(at) == len(geometry):
            return np.asarray(shapely.points(at), dtype=object)
    return to_lattice(geometry)
