"""Coordinates and shapes as they come from a file, made plain: two numbers each, all of them finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Finding

#: No coordinate of any CRS is larger; shapefiles write 'no data' as a number below -1e38.
FARTHEST = 1e9


def is_no_place(coords: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which coordinates (n, 2) are not finite or larger than any place has."""
    with np.errstate(invalid="ignore"):
        return ~np.asarray((np.abs(coords) < FARTHEST).all(axis=1))


def heights_dropped(source: str) -> Finding:
    """That the file's third and fourth coordinates are not kept."""
    says = "its shapes have heights or measures, which are not kept"
    return Finding.of("heights_dropped", source, says, "nothing to do", severity="warning")


def made_plain(
    geometry: npt.NDArray[Any], broken: dict[int, str], source: str
) -> tuple[npt.NDArray[Any], dict[int, str], list[Finding]]:
    """The geometries without heights, those with a coordinate that is no place gone and told in `broken`."""
    findings = [heights_dropped(source)] if shapely.has_z(geometry).any() or _has_m(geometry) else []
    if findings:
        geometry = np.asarray(shapely.force_2d(geometry), dtype=object)
    coords, owner = shapely.get_coordinates(geometry, return_index=True)
    lost = np.unique(owner[is_no_place(coords)])
    if len(lost):
        geometry = geometry.copy()
        geometry[lost] = None
        broken = broken | {int(row) + 1: "a coordinate is no number of a place" for row in lost}
    return geometry, broken, findings


def _has_m(geometry: npt.NDArray[Any]) -> bool:
    """Whether any has a measure, which GEOS knows from 3.12 on."""
    return shapely.geos_version >= (3, 12, 0) and bool(shapely.has_m(geometry).any())
