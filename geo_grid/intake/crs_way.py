"""The way from a file's coordinates to the county's, for everything that a CRS can be called."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from geo_grid.intake import control_points
from geo_grid.intake.web_maps import from_bd09, from_gcj02, from_mercator
from geo_grid.partition.lattice import Floats

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

#: The web maps' coordinates in degrees and those in the metres of their tiles, by the word that `Options.crs` takes.
WEB_DEGREES: dict[str, Callable[[Floats], Floats]] = {"GCJ-02": from_gcj02, "BD-09": from_bd09}
WEB_METRES: dict[str, Callable[[Floats], Floats]] = {"GCJ-02/3857": lambda at: from_gcj02(from_mercator(at))}
WEB_MAPS = WEB_DEGREES | WEB_METRES
SWAPPED = ";swapped"
#: What Web Mercator was called before EPSG gave it a number, and by Esri.
_MERCATOR = re.compile(r"(?:EPSG|ESRI)\W+(?:[\d.]*:)?(?:900913|3785|102100|102113)", re.IGNORECASE)


@dataclass(frozen=True)
class Way:
    """A step from coordinates (n, 2) to the county's; `ballpark` where PROJ knows no shift between the datums."""

    name: str
    step: Callable[[Floats], Floats]
    ballpark: bool = False


def way_into(said: str, srid: int) -> Way | None:
    """The way from what `said` names into the county's CRS, None when nothing of that name is known.

    `said` is WKT, 'EPSG:n', a word of `WEB_MAPS` (each may be followed by ';swapped' where north comes first), or
    control points. Raises `BadControlPoints`, `CRSError` and `ProjError`.
    """
    if said.startswith(control_points.PREFIX):
        fitted = control_points.parsed(said)
        return Way(f"control points (± {fitted.rms_m:.2f} m)", fitted)
    if said.endswith(SWAPPED):
        plain = way_into(said.removesuffix(SWAPPED), srid)
        return plain and Way(f"{plain.name}, north first", lambda at: plain.step(at[:, ::-1]), plain.ballpark)
    if (web := said.strip().upper()) in WEB_MAPS:
        onward = _transformer("EPSG:4490", srid)
        return Way(web, lambda at: np.column_stack(onward.transform(*WEB_MAPS[web](at).T)))
    from pyproj import CRS

    theirs = parsed(said)
    if theirs is None:
        return None
    way = _transformer(said, srid)
    unknown = "ballpark" in way.description.lower() and not (is_geocentric(theirs) and is_geocentric(CRS(srid)))
    return Way(theirs.name, lambda at: np.column_stack(way.transform(*at.T)), unknown)


def is_geocentric(crs: CRS) -> bool:
    """Whether a CRS stands on one of the datums of our time (WGS 84, CGCS2000, TWD97, NAD83 …).

    They all take the ellipsoid of 6,378,137 m about the earth's centre and agree to a metre or two; what PROJ calls
    'ballpark' between them is no reason to worry. Xian 80 and Beijing 54 do not.
    """
    return crs.ellipsoid is not None and abs(crs.ellipsoid.semi_major_metre - 6_378_137.0) < 0.5


@lru_cache(maxsize=64)
def parsed(said: str) -> CRS | None:
    """The CRS that a text names; None also for a plan of its own, which lies nowhere on the earth.

    And None where PROJ takes the text but knows no way to degrees from it, as for a projection of a damaged name.
    """
    from pyproj.exceptions import CRSError, ProjError

    try:
        crs = _crs(said)
        if crs.geodetic_crs is None:
            return None
        _to_own_degrees(said)
    except (CRSError, ProjError):
        return None
    return crs


def _crs(said: str) -> CRS:
    """The CRS of a text; raises `CRSError`."""
    from pyproj import CRS

    return CRS.from_user_input(
        "EPSG:3857" if _MERCATOR.fullmatch(said.strip().removeprefix("urn:ogc:def:crs:")) else said
    )


def is_mercator(said: str) -> bool:
    """Whether a text names Web Mercator, the metres of web maps' tiles."""
    crs = parsed(said)
    return crs is not None and crs.is_projected and crs.to_epsg(70) == 3857


@lru_cache(maxsize=64)
def _transformer(said: str, srid: int) -> Transformer:
    """PROJ's way into the county's CRS; finding one takes most of a second."""
    from pyproj import CRS, Transformer

    return Transformer.from_crs(_crs(said), CRS.from_epsg(srid), always_xy=True)


def degrees_step(said: str) -> Callable[[Floats], Floats]:
    """The step from what `said` names, which must be known, to lon/lat on its own datum."""
    if said.endswith(SWAPPED):
        plain = degrees_step(said.removesuffix(SWAPPED))
        return lambda at: plain(at[:, ::-1])
    if said in WEB_MAPS:
        return WEB_MAPS[said]
    way = _to_own_degrees(said)
    return lambda at: np.column_stack(way.transform(*at.T))


def metres_step(srid: int) -> Callable[[Floats], Floats]:
    """The step from lon/lat on the county's own datum to its CRS."""
    way = _from_own_degrees(srid)
    return lambda at: np.column_stack(way.transform(*at.T))


@lru_cache(maxsize=256)
def _to_own_degrees(said: str) -> Transformer:
    """From a CRS to the degrees that it is made of: no other datum, so this is quick to find."""
    from pyproj import Transformer

    theirs = _crs(said)
    return Transformer.from_crs(theirs, theirs.geodetic_crs, always_xy=True)


@lru_cache(maxsize=16)
def _from_own_degrees(srid: int) -> Transformer:
    """From the degrees that a county's CRS is made of to it."""
    from pyproj import CRS, Transformer

    ours = CRS.from_epsg(srid)
    return Transformer.from_crs(ours.geodetic_crs, ours, always_xy=True)
